# SPDX-License-Identifier: GPL-2.0-or-later
"""The HSS fails: users are kept, and it is told as soon as it can hear."""

import time
from collections import Counter

import pytest

from lab import LOG_NO_PEER, RpcError
from process import wait_until

EVENT = r"""
event_route[reg_refresh:hss-owed] {
	xlog("L_NOTICE", "LAB EVENT hss-owed impu=$regr(impu) act=$regr(act) why=$regr(why)\n");
}
"""
LAB_OPTIONS = {"params": {"min_expires": 1, "expiry_grace": 2},
               "cdp_timeout_s": 1, "extra": EVENT}
SLOW = "outside of threshold"


def sars(lab, mark, ue=None):
    return [r.type for r in lab.hss_log(mark, "SAR", ue and ue.sub.impi)]


def owed(lab, ue=None):
    return [o for o in lab.rpc("reg_refresh.owed") or []
            if ue is None or o["impu"] == ue.sub.impu]


def wait_paid(lab, ue=None, timeout_s=10):
    wait_until(lambda: owed(lab, ue) == [], timeout_s, "nothing is owed")


def force(lab, ue):
    lab.rpc("reg_refresh.force_update", ue.sub.impu)


def test_a_silent_hss_costs_nobody_the_registration(lab, ue):
    assert ue.register(60).status == 200
    force(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} silence")
    log_mark = lab.log_mark()
    response = ue.refresh(60, timeout_s=8)
    assert response.status == 200
    assert response.expires_of(ue.contact_uri) == 60
    event = lab.wait_event("hss-owed", ue.sub.impu, log_mark)
    assert (event.values["act"], event.values["why"]) == ("update", "forced")
    debt = owed(lab, ue)[0]
    assert debt["owes"] == "re-registration" and debt["contact"] == ue.contact_uri
    assert lab.ue().message(ue.sub.impu).status == 200
    lab.hss("clear")
    mark = lab.hss_mark()
    wait_paid(lab, ue)
    assert sars(lab, mark, ue) == [2]
    time.sleep(2)
    assert sars(lab, mark, ue) == [2]  # once


def test_the_debt_is_tried_less_and_less_often(lab, ue):
    assert ue.register(60).status == 200
    force(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} silence")
    assert ue.refresh(60, timeout_s=8).status == 200
    mark = lab.hss_mark()
    records = lab.wait_hss("SAR", mark, ue.sub.impi, count=3, timeout_s=14)
    gaps = [b.at - a.at for a, b in zip(records, records[1:])]
    assert 1.8 <= gaps[0] <= 3.2 and 3.5 <= gaps[1] <= 5.2, gaps
    assert owed(lab, ue)[0]["tries"] >= 3
    lab.hss("clear")
    wait_paid(lab, ue)


def test_a_later_keep_does_not_lose_it(lab, ue):
    assert ue.register(60).status == 200
    force(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} silence")
    assert ue.refresh(60, timeout_s=8).status == 200
    for _ in range(2):  # each one tries, and is kept
        assert ue.refresh(60, timeout_s=8).status == 200
        assert owed(lab, ue)
    lab.hss("clear")
    mark = lab.hss_mark()
    assert ue.refresh(60).status == 200
    assert sars(lab, mark, ue) == [2]
    wait_paid(lab, ue, 1)


def test_it_goes_with_the_binding(lab, ue):
    assert ue.register(60).status == 200
    force(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 result 3004")
    assert ue.refresh(60).status == 200
    assert owed(lab, ue)
    mark = lab.hss_mark()
    assert ue.deregister().status == 200
    assert owed(lab, ue) == []
    assert sars(lab, mark, ue)[0] == 5


@pytest.mark.parametrize("what, told", [("experimental 5012", 0),
                                        ("experimental 5001", 1)])
def test_what_the_hss_refuses_is_not_asked_again(lab, ue, what, told):
    assert ue.register(60).status == 200
    force(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 result 3004")
    lab.hss(f"fault SAR impi={ue.sub.impi} {what}")
    assert ue.refresh(60).status == 200
    wait_paid(lab, ue)
    left = lab.rpc("reg_refresh.list", ue.sub.impu) or []
    assert len(left) == 1 - told  # 5001 ends the registration
    lab.hss("clear")


def test_leaving_never_fails_and_is_told_later(lab, ue):
    assert ue.register(60).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} silence")
    response = ue.deregister(timeout_s=8)
    assert response.status == 200
    assert response.expires_of(ue.contact_uri) == 0
    debt = owed(lab, ue)[0]
    assert debt["owes"] == "user-deregistration"
    with pytest.raises(RpcError) as refused:
        lab.rpc("reg_refresh.show", ue.sub.impu)
    assert refused.value.code == 404
    assert not lab.rpc("reg_refresh.list", ue.sub.impu)
    lab.hss("clear")
    mark = lab.hss_mark()
    wait_paid(lab, ue)
    assert sars(lab, mark, ue) == [5]


def test_an_owed_leaving_is_overtaken_by_a_return(lab, ue):
    assert ue.register(60).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} type=5 silence")
    assert ue.deregister(timeout_s=8).status == 200
    assert owed(lab, ue)
    ue.reboot()
    mark = lab.hss_mark()
    assert ue.register(60).status == 200
    assert owed(lab, ue) == []
    lab.hss("clear")
    time.sleep(2.5)
    wait_until(lambda: sars(lab, mark, ue)[-1] in (1, 2), 5, "told last")
    assert 4 not in sars(lab, mark, ue)
    assert lab.ue().message(ue.sub.impu).status == 200


def test_a_return_while_the_leaving_is_being_told(lab, ue):
    """Nobody knows which of the two the HSS has carried out last."""
    assert ue.register(60).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 type=5 silence")
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 type=5 lost")
    mark = lab.hss_mark()
    assert ue.deregister(timeout_s=8).status == 200
    lab.wait_hss("SAR", mark, ue.sub.impi, count=2)
    ue.reboot()
    assert ue.register(60).status == 200
    assert sars(lab, mark, ue) == [5, 5, 1]
    lab.wait_hss("SAR", mark, ue.sub.impi, count=4, timeout_s=10)
    assert sars(lab, mark, ue) == [5, 5, 1, 2]
    wait_paid(lab, ue)


def test_an_expiry_that_the_hss_did_not_hear(lab, ue):
    assert ue.register(1).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 silence")
    mark = lab.hss_mark()
    lab.wait_hss("SAR", mark, ue.sub.impi, count=2, timeout_s=12)
    assert sars(lab, mark, ue) == [4, 4]
    wait_paid(lab, ue)


@pytest.mark.allow_log(LOG_NO_PEER)
def test_no_peer_is_known_at_once(make_lab):
    lab = make_lab(params={"min_expires": 1})
    ue, other = lab.ue(), lab.ue()
    assert ue.register(60).status == 200 == other.register(60).status
    force(lab, ue)
    lab.hss_server.stop()
    lab.scscf.await_no_peer()
    began = time.monotonic()
    assert ue.refresh(60).status == 200
    assert other.deregister().status == 200
    assert time.monotonic() - began < 1
    assert {o["owes"] for o in owed(lab)} == {"re-registration",
                                              "user-deregistration"}
    lab.hss_server.start()
    lab.scscf.await_peer()
    mark = lab.hss_mark()
    wait_paid(lab, timeout_s=70)
    assert sorted(sars(lab, mark)) in ([2, 5], [2, 2, 5], [2, 5, 5])


def test_the_limit_defers_what_only_time_asks_for(make_lab):
    """One SAR a second: of ten refreshes at once, one goes, nine are owed."""
    lab = make_lab(params={"sar_rate_limit": 2, "location_update_interval": 1,
                           "location_update_jitter": 0})
    ues = [lab.ue() for _ in range(10)]
    for ue in ues:
        assert ue.register(60).status == 200
    time.sleep(1.1)
    mark, began = lab.hss_mark(), time.monotonic()
    for ue in ues:
        response = ue.refresh(60)
        assert response.status == 200
        assert response.expires_of(ue.contact_uri) == 60
    assert time.monotonic() - began < 1
    assert len(sars(lab, mark)) <= 2
    assert len(owed(lab)) >= 7
    newcomer = lab.ue()
    assert newcomer.register(60).status == 200  # never held back
    ues[0].move()
    assert ues[0].refresh(60).status == 200
    assert sars(lab, mark, newcomer) == [1]
    wait_paid(lab, timeout_s=15)
    held = [r for r in lab.hss_log(mark, "SAR")
            if r.impi not in (newcomer.sub.impi, ues[0].sub.impi)]
    a_second = Counter(int(r.at - held[0].at) for r in held)
    assert max(a_second.values()) <= 2, a_second
    assert lab.statistics("reg_refresh")["sar_deferred"] >= 7


def test_the_oldest_debt_is_paid_first(make_lab):
    lab = make_lab(params={"sar_rate_limit": 1, "location_update_interval": 1,
                           "location_update_jitter": 0})
    ues = [lab.ue() for _ in range(6)]
    for ue in ues:
        assert ue.register(60).status == 200
    time.sleep(1.1)
    mark = lab.hss_mark()
    for ue in ues:
        assert ue.refresh(60).status == 200
        time.sleep(0.01)
    wait_paid(lab, timeout_s=15)
    order = [r.impi for r in lab.hss_log(mark, "SAR")]
    assert order == [ue.sub.impi for ue in ues]


def test_wrong_argument_of_owed(lab):
    with pytest.raises(RpcError) as refused:
        lab.rpc("reg_refresh.owed", 0)
    assert refused.value.code == 400 and "count" in refused.value.message
