# SPDX-License-Identifier: GPL-2.0-or-later
"""The example configuration of etc/ runs as it is."""

LAB_OPTIONS = {"config": "example"}


def test_a_phone_lives(lab, ue):
    """Registers, refreshes without the HSS, can be reached, leaves."""
    assert ue.register(600).status == 200
    mark = lab.hss_mark()
    assert ue.refresh(600).expires_of(ue.contact_uri) == 600
    assert lab.hss_log(mark) == []
    assert ue.deregister().status == 200
    assert [record.type for record in lab.hss_log(mark, "SAR")] == [5]


def test_what_the_script_is_told(lab, ue):
    """$regr(...) is known to the example's reply routes: no script error."""
    mark = lab.log_mark()
    ue.register(600)
    assert "act=register why=initial" in lab.log_text(mark)
