# SPDX-License-Identifier: GPL-2.0-or-later
"""The end that nobody asked for, and its race with a refresh."""

import time

import pytest

from process import wait_until

GRACE_S = 2
LAB_OPTIONS = {"params": {"min_expires": 1, "expiry_grace": GRACE_S}}


def sars(lab, ue, mark):
    return [r.type for r in lab.hss_log(mark, "SAR", ue.sub.impi)]


def listed(lab, ue):
    return lab.rpc("reg_refresh.list", ue.sub.impu) or []


def wait_gone(lab, ue, timeout_s=10):
    wait_until(lambda: listed(lab, ue) == [], timeout_s, "the binding is gone")


def test_the_last_binding_expires(lab, ue):
    began = time.monotonic()
    assert ue.register(1).status == 200
    mark = lab.hss_mark()
    wait_gone(lab, ue)
    took = time.monotonic() - began
    assert 1 + GRACE_S - 0.2 <= took <= 1 + GRACE_S + 1
    (sar,) = lab.wait_hss("SAR", mark, ue.sub.impi)
    assert (sar.type, sar.values["uda"]) == (4, "1")
    wait_until(lambda: lab.ue().message(ue.sub.impu).status == 404, 5,
               "no route any more")


def test_the_hss_is_told_once(lab, ue):
    assert ue.register(1).status == 200
    mark = lab.hss_mark()
    lab.wait_hss("SAR", mark, ue.sub.impi, timeout_s=8)
    wait_until(lambda: lab.rpc("reg_refresh.stats")["waiting"] == 0, 5, "quiet")
    time.sleep(4)  # longer than usrloc's own expiry and its timer
    assert sars(lab, ue, mark) == [4]


def test_one_of_two_expires_and_the_hss_is_not_told(lab, ue):
    second = lab.ue(lab.subscriber(impus=[ue.sub.impu]))
    assert ue.register(1).status == 200
    assert second.register(60).status == 200
    mark = lab.hss_mark()
    wait_until(lambda: len(listed(lab, ue)) == 1, 8, "one is left")
    assert listed(lab, ue)[0]["contact"] == second.contact_uri
    assert lab.hss_log(mark, "SAR") == []
    assert lab.ue().message(ue.sub.impu).status == 200
    second.wait_request("MESSAGE")


def test_a_refresh_within_the_grace_wins(lab, ue):
    assert ue.register(1).status == 200
    mark = lab.hss_mark()
    time.sleep(1 + GRACE_S / 2)
    response = ue.refresh(60)
    assert response.status == 200
    assert response.expires_of(ue.contact_uri) == 60
    time.sleep(GRACE_S + 2)  # past the expiry that was
    assert len(listed(lab, ue)) == 1
    assert sars(lab, ue, mark) == []
    assert lab.ue().message(ue.sub.impu).status == 200


def test_a_refresh_after_the_end_is_a_first_registration(lab, ue):
    assert ue.register(1).status == 200
    mark = lab.hss_mark()
    wait_gone(lab, ue)
    lab.wait_hss("SAR", mark, ue.sub.impi)
    assert ue.refresh(60).status == 200
    assert sars(lab, ue, mark) == [4, 1]
    assert lab.ue().message(ue.sub.impu).status == 200


@pytest.mark.allow_log("outside of threshold")
def test_a_refresh_in_flight_wins_over_the_timer(lab, ue):
    """The HSS takes its time, the lifetime ends meanwhile."""
    assert ue.register(1).status == 200
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 delay {GRACE_S * 1000 + 500}")
    mark = lab.hss_mark()
    time.sleep(0.8)
    assert ue.refresh(60, timeout_s=8).status == 200
    wait_until(lambda: len(listed(lab, ue)) == 1, 5, "bound")
    assert lab.ue().message(ue.sub.impu).status == 200
    # what the timer may have told meanwhile is not the last word
    wait_until(lambda: sars(lab, ue, mark)[-1] in (1, 2), 5, "told at last")
    wait_until(lambda: lab.statistics("reg_refresh")["owed"] == 0, 8, "paid")


@pytest.mark.parametrize("ahead_s", [0.3, 0.1, 0.0, -0.1, -0.3])
def test_refresh_and_timer_at_the_same_moment(lab, ue, ahead_s):
    """Whoever is first: the user ends up bound, and can be reached."""
    assert ue.register(1).status == 200
    end = time.monotonic() + 1 + GRACE_S
    time.sleep(max(0.0, end - ahead_s - time.monotonic()))
    response = ue.refresh(60)
    assert response.status == 200
    assert response.expires_of(ue.contact_uri) == 60
    time.sleep(3)
    assert len(listed(lab, ue)) == 1
    assert lab.ue().message(ue.sub.impu).status == 200


def test_shortened_life_ends_at_its_new_date(lab, ue):
    assert ue.register(60).status == 200
    assert ue.refresh(1).expires_of(ue.contact_uri) == 1
    wait_gone(lab, ue, 1 + GRACE_S + 2)


def test_many_expire_together(lab):
    mark = lab.hss_mark()
    ues = [lab.ue() for _ in range(20)]
    for one in ues:
        assert one.register(1).status == 200
    wait_until(lambda: all(not listed(lab, one) for one in ues), 10, "all gone")
    wait_until(lambda: all(4 in sars(lab, one, mark) for one in ues), 5, "told")
    assert lab.statistics("reg_refresh")["owed"] == 0
