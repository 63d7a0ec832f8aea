# SPDX-License-Identifier: GPL-2.0-or-later
"""Proofs that fail: what the HSS is told, and when it is not; MAAs that are
refused, empty, wrong, late, twice, or never come."""

from __future__ import annotations

import pytest

from expect import Clock, Since, bindings, only_binding
from proving import (again, ask, challenge_of, enter, is_stale, options, send,
                     wait_sars)

LAB_OPTIONS = options(auth_failures_max=2, challenge_loop_limit=0)
SHORT = {"await_auth_timeout": 1, "challenge_loop_window": 1}


@pytest.fixture(scope="module")
def short(more_labs):
    """A lab that waits 1 s for answers, and one failure is enough."""
    return more_labs(**options(auth_failures_max=1, challenge_loop_limit=0, **SHORT))


@pytest.fixture(scope="module")
def quiet(more_labs):
    """The same beside an HSS that bears neither kind of SAR."""
    return more_labs(**options(auth_failures_max=1, challenge_loop_limit=0,
                               hss_quirks="no-auth-failure,no-auth-timeout", **SHORT))


def fail(ue):
    """Answer wrongly until it is refused."""
    answer = challenge_of(ue)
    while answer.status == 401:
        answer = send(ue, ue.answer_of(answer, wrong=True))
    assert answer.status == 403
    return answer


# row 6

@pytest.mark.parametrize("kind", [{}, {"password": "x", "aka": False}],
                         ids=["AKA", "SIP Digest"])
def test_authentication_failure(lab, kind):
    ue, mark = lab.ue(**kind), lab.hss_mark()
    fail(ue)
    wait_sars(lab, ue, mark, 9)
    assert bindings(lab, ue) == []


def test_failure_is_told_once_in_a_while(lab, ue):
    """Whoever sends wrong answers cannot make us send SARs without end."""
    mark = lab.hss_mark()
    for _ in range(5):
        fail(ue)
    assert ue.register(60).status == 200
    wait_sars(lab, ue, mark, 9, 1)


def test_failure_is_told_again_later(short):
    ue, mark = short.ue(), short.hss_mark()
    fail(ue)
    clock = Clock(short)
    clock.wait(1.1)
    fail(ue)
    wait_sars(short, ue, mark, 9, 9)


def test_failure_leaves_the_registration(lab, ue):
    enter(lab, ue)
    before = only_binding(lab, ue)
    mark = lab.hss_mark()
    fail(ue)
    wait_sars(lab, ue, mark, 9)
    after = only_binding(lab, ue)
    assert [after[k] for k in ("contact", "expires_at", "hss_told_at")] \
        == [before[k] for k in ("contact", "expires_at", "hss_told_at")]
    assert lab.ue().message(ue.sub.impu).status == 200


def test_quirk_holds_the_failure_back(quiet):
    ue, then = quiet.ue(), Since(quiet)
    fail(ue)
    assert ue.register(60).status == 200
    assert [c for c in then.cx() if c != "MAR"] == ["SAR 1"]


# row 10

def test_unanswered_challenge_is_told(short):
    ue, mark = short.ue(), short.hss_mark()
    challenge_of(ue)
    wait_sars(short, ue, mark, 10, timeout_s=12)


def test_unanswered_challenge_of_a_registered_user(short):
    ue = short.ue()
    enter(short, ue)
    before, mark = only_binding(short, ue), short.hss_mark()
    challenge_of(ue)
    wait_sars(short, ue, mark, 10, timeout_s=12)
    assert only_binding(short, ue)["expires_at"] == before["expires_at"]
    assert ue.refresh(60).status == 200


def test_many_unanswered_challenges_are_told_once(short):
    ue, mark = short.ue(), short.hss_mark()
    for _ in range(3):
        challenge_of(ue)
    wait_sars(short, ue, mark, 10, timeout_s=12)


def test_quirk_holds_the_timeout_back(quiet):
    ue, then = quiet.ue(), Since(quiet)
    challenge_of(ue)
    Clock(quiet).wait(6)  # all slots are looked at within 4 s
    then.exactly("MAR")


# the MAA

FAULTS = {"refused": ("experimental 5001", 403), "mismatch": ("experimental 5002", 403),
          "no-scheme": ("experimental 5006", 403), "failing": ("result 5012", 500),
          "busy": ("result 3004", 500), "empty": ("emptymaa", 500),
          "wrong-scheme": ("wrongscheme", 500), "no-result": ("noresult", 500),
          "never": ("silence", 504), "lost": ("lost", 504)}


@pytest.mark.parametrize("fault, status", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("kind", [{}, {"password": "x", "aka": False}],
                         ids=["AKA", "SIP Digest"])
def test_maa(lab, kind, fault, status):
    ue, then = lab.ue(**kind), Since(lab)
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 {fault}")
    assert ask(ue).status == status
    then.exactly("MAR")
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0
    enter(lab, ue)


def test_maa_comes_late(lab, ue):
    """After cdp has given it up: the 504 is out, the vectors are forgotten."""
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 late 2500")
    clock, then = Clock(lab), Since(lab)
    assert ask(ue).status == 504
    clock.wait(2.7)
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    then.exactly("MAR", "MAR", "SAR 1")


def test_maa_comes_twice(lab, ue):
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 twice")
    enter(lab, ue)


def test_request_is_cancelled_by_its_timer(more_labs):
    """tm gives the REGISTER up before the HSS answers: no 401, no challenge."""
    lab = more_labs(**{**options(), "cdp_timeout_s": 8,
                       "modparams": {("tm", "fr_timer"): 1000,
                                     ("tm", "fr_inv_timer"): 1000}})
    lab.provoked = [r"response outside of threshold"]
    ue = lab.ue()
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 late 3000")
    then, clock = Since(lab), Clock(lab)
    answer = ask(ue)
    assert answer.status >= 400 and answer.status != 401
    clock.wait(3.3)
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0
    assert lab.rpc("reg_refresh.loops") == []
    then.exactly("MAR")


# others beside us

def test_stock_ims_auth_may_stay_loaded(more_labs):
    lab = more_labs(**options(), extra='loadmodule "ims_auth.so"\n'
                    'modparam("ims_auth", "name", LAB_SCSCF_NAME)\n'
                    'modparam("ims_auth", "cxdx_dest_realm", LAB_REALM)')
    for kind in ({}, {"password": "x", "aka": False}):
        ue = lab.ue(**kind)
        enter(lab, ue)
        assert ue.refresh(60).status == 200
        assert ue.deregister().status == 200


def test_stock_authentication_and_our_save(more_labs):
    """The first of two steps: only save() is replaced."""
    lab = more_labs(**{**options(), "config": "half"})
    ue = lab.ue()
    ue.challenges_max = 3
    then = Since(lab)
    assert ue.register(60).status == 200
    assert [c for c in then.cx() if c != "MAR"] == ["SAR 1"]
    for _ in range(3):
        ue.auth, before, then = None, ue.cseq, Since(lab)
        assert ue.refresh(60).status == 200
        if ue.cseq - before > 2:  # stock challenges a fast UE twice, at times
            continue
        assert then.verdict(ue) == ("keep", "first-half")
        assert [c for c in then.cx() if c != "MAR"] == []
    assert ue.deregister().status == 200
    assert bindings(lab, ue) == []


def test_stale_after_wrong_is_still_counted_apart(lab):
    ue = lab.ue(password="x", aka=False)
    enter(lab, ue)
    ue.auth.password += b"y"
    answer = again(ue)
    assert answer.status == 401 and not is_stale(answer)
    assert send(ue, ue.answer_of(answer)).status == 200
