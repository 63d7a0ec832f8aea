# SPDX-License-Identifier: GPL-2.0-or-later
"""Emergency registrations (sos in the Contact URI) beside the normal one."""

import pytest

from process import wait_until

LAB_OPTIONS = {"params": {"min_expires": 1, "expiry_grace": 1,
                          "emergency_min_expires": 3, "reauth_every": 2}}


def sos(ue):
    return f"sip:{ue.sub.user}@{ue.contact_ip}:{ue.contact_port};sos"


def contacts(lab, ue):
    return {b["contact"] for b in
            lab.rpc("reg_refresh.list", ue.sub.impu) or []}


def sars(lab, mark, ue):
    return [r.type for r in lab.hss_log(mark, "SAR", ue.sub.impi)]


@pytest.fixture
def both(lab, ue):
    """A UE with a normal registration, and the emergency one beside it."""
    assert ue.register(600).status == 200
    response = ue.refresh(600, contacts=[f"<{sos(ue)}>"])
    assert response.status == 200
    assert contacts(lab, ue) == {ue.contact_uri, sos(ue)}
    return ue


def test_it_lives_beside_the_normal_one(lab, both):
    mark = lab.hss_mark()
    assert both.refresh(600).status == 200
    assert both.refresh(600, contacts=[f"<{sos(both)}>"]).status == 200
    assert contacts(lab, both) == {both.contact_uri, sos(both)}
    assert sars(lab, mark, both) == []


def test_it_lasts_as_long_as_the_operator_says(lab, ue):
    response = ue.register(1, contacts=[f"<{sos(ue)}>"])
    assert response.status == 200
    assert response.expires_of(sos(ue)) == 3


def test_rtr_does_not_end_it(lab, both):
    assert lab.hss(f"rtr impi={both.sub.impi} impu={both.sub.impu} "
                   "reason=0") == "ok 2001"
    assert contacts(lab, both) == {sos(both)}
    assert lab.hss(f"rtr impi={both.sub.impi} host={lab.scscf.fqdn} "
                   "reason=0") == "ok 2001"
    assert contacts(lab, both) == {sos(both)}
    assert lab.ue().message(both.sub.impu).status == 200


def test_the_operator_does_not_end_it(lab, both):
    mark = lab.hss_mark()
    assert lab.rpc("reg_refresh.reauth", both.sub.impu).startswith("1 ")
    assert lab.rpc("reg_refresh.deregister", both.sub.impu).startswith("1 ")
    assert contacts(lab, both) == {sos(both)}
    assert sars(lab, mark, both) == []


def test_it_stays_when_the_normal_one_leaves(lab, both):
    mark = lab.hss_mark()
    assert both.deregister(star=True).status == 200
    assert contacts(lab, both) == {sos(both)}
    assert sars(lab, mark, both) == []


def test_its_end_beside_the_normal_one_is_not_told(lab, ue):
    assert ue.register(600).status == 200
    assert ue.refresh(1, contacts=[f"<{sos(ue)}>"]).status == 200
    mark = lab.hss_mark()
    wait_until(lambda: contacts(lab, ue) == {ue.contact_uri}, 8, "it expired")
    assert sars(lab, mark, ue) == []
    assert lab.statistics("reg_refresh")["owed"] == 0


def test_it_is_not_challenged_again(lab, ue):
    assert ue.register(600, contacts=[f"<{sos(ue)}>"]).status == 200
    challenges = len(ue.challenges)
    for _ in range(4):
        assert ue.refresh(600, contacts=[f"<{sos(ue)}>"]).status == 200
    assert len(ue.challenges) == challenges
