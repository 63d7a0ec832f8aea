# SPDX-License-Identifier: GPL-2.0-or-later
"""One 401 is normal; repetition is the fault: classed, listed, told, broken.
And how many MARs may be sent."""

from __future__ import annotations

import time

import pytest

from expect import Clock, Since, only_binding
from proving import (again, ask, challenge_of, enter, is_stale, loops_of,
                     options, send)

BREAKER = {"challenge_loop_limit": 3, "challenge_block_time": 2}
EVENT = """
event_route[reg_refresh:challenge-loop] {
	xlog("L_NOTICE", "LAB EVENT challenge-loop impu=$regr(impu) act=$regr(act) why=$regr(why)\\n");
}"""
LAB_OPTIONS = {**options(**BREAKER), "extra": EVENT}


@pytest.fixture
def phone(lab):
    ue = lab.ue(password="open-sesame", aka=False)
    yield ue
    ue.close()


@pytest.fixture(scope="module")
def limited(more_labs):
    """A lab that sends 10 MARs a second."""
    return more_labs(**options(mar_rate_limit=10))


def loop(ue, times=3):
    for _ in range(times):
        challenge_of(ue)


# the breaker

def test_loop_is_broken(lab, ue):
    then, clock, before = Since(lab), Clock(lab), lab.statistics("reg_refresh")
    loop(ue)
    answer = ask(ue)
    assert (answer.status, answer.retry_after) == (403, 2)
    assert then.verdict(ue) == ("reject", "challenge-loop")
    event = lab.wait_event("challenge-loop", ue.sub.impu, then.log)
    assert (event.values["act"], event.values["why"]) == ("reject", "challenge-loop")
    assert ask(ue).status == 403
    then.exactly("MAR", "MAR", "MAR")
    after = lab.statistics("reg_refresh")
    assert after["challenge_loops"] == before["challenge_loops"] + 1
    assert after["why_challenge_loop"] == before["why_challenge_loop"] + 2
    assert len(lab.events(then.log, "EVENT")) == 1
    clock.wait(2.3)
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200


def test_success_ends_the_count(lab, ue):
    for _ in range(3):
        loop(ue, 2)
        assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    assert loops_of(lab, ue) == []


def test_answer_counts_while_others_are_blocked(lab, ue):
    challenge = challenge_of(ue)
    loop(ue, 2)
    assert ask(ue).status == 403
    assert send(ue, ue.answer_of(challenge)).status == 200


@pytest.mark.parametrize("kind", ["no-answer", "wrong-response", "nonce-unknown",
                                  "resync"])
def test_class_of_an_aka_loop(lab, ue, kind):
    answer = challenge_of(ue)
    for turn in range(2):
        if kind == "no-answer":
            answer = challenge_of(ue)
        elif kind == "wrong-response":
            answer = send(ue, ue.answer_of(answer, wrong=True))
        elif kind == "resync":
            answer = send(ue, ue.resync_of(answer, sqn_ms=turn + 1 << 32))
        else:
            ue.take_challenge(answer)
            answer = again(ue, nonce="bm90LWEtbm9uY2Utb2Ytb3Vycy4=")
        assert answer.status == 401
    assert [(x["class"], x["challenges"]) for x in loops_of(lab, ue)] == [(kind, 3)]


@pytest.mark.parametrize("kind", ["stale-nonce", "nc-replay"])
def test_class_of_a_digest_loop(lab, phone, kind):
    enter(lab, phone)
    nonce = None if kind == "nc-replay" else "bm90LWEtbm9uY2Utb2Ytb3Vycy4="
    for _ in range(3):
        assert is_stale(again(phone, nonce=nonce, nc=1))
    assert [(x["class"], x[kind], x["call"]) for x in loops_of(lab, phone)] \
        == [(kind, 3, "own")]
    answer = again(phone, nonce=nonce, nc=1)
    assert (answer.status, answer.retry_after) == (403, 2)


def test_list_says_until_when(lab, ue):
    loop(ue)
    assert ask(ue).status == 403
    entry = loops_of(lab, ue)[0]
    assert (entry["impu"], entry["call"]) == (ue.sub.impu, "any")
    assert 1 <= entry["blocked"] <= 2
    assert entry["no-answer"] == 3
    assert ue.sub.impi in lab.kamcmd("reg_refresh.loops")


# whom it reaches

def flood_of(lab, victim):
    """Somebody without the key, in the victim's name, until it is blocked."""
    stranger = lab.ue(victim.sub)
    loop(stranger)
    assert ask(stranger).status == 403
    return stranger


def test_protected_user_feels_no_flood(lab, ue):
    enter(lab, ue)
    flood_of(lab, ue)
    then = Since(lab)
    assert ue.refresh(60).status == 200
    then.exactly()


def test_unprotected_user_is_challenged_in_the_own_call(lab, ue):
    enter(lab, ue)
    stranger = flood_of(lab, ue)
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    loop(stranger)
    assert only_binding(lab, ue)["contact"] == ue.contact_uri


def test_digest_user_feels_no_flood(lab, phone):
    enter(lab, phone)
    stranger = flood_of(lab, phone)
    then = Since(lab)
    assert again(phone).status == 200
    loop(stranger)
    assert ask(stranger).status == 403
    answer = again(phone, nonce="bm90LWEtbm9uY2Utb2Ytb3Vycy4=")
    assert is_stale(answer)
    assert send(phone, phone.answer_of(answer)).status == 200
    then.exactly()


# MARs

def test_mars_are_limited(limited):
    lab = limited
    phones = [lab.ue() for _ in range(60)]
    then, began = Since(lab), time.monotonic()
    starts = [u.start(u.build_register(60, authorization=u.empty_authorization()))
              for u in phones]
    answers = [s.wait() for s in starts]
    took_s = time.monotonic() - began
    assert {a.status for a in answers} == {401, 500}
    refused = [a for a in answers if a.status == 500]
    assert {a.retry_after for a in refused} == {1}
    assert {then.verdict(u) for u, a in zip(phones, answers) if a.status == 500} \
        == {("reject", "mar-limit")}
    assert len(then.cx()) <= 10 * (1 + took_s)


def test_registered_users_are_not_limited_by_others(limited):
    """A user in the call of the binding comes first."""
    lab = limited
    ue = lab.ue()
    lab.hub.wait(lambda: ue.register(60).status == 200, 5, "registered")
    others = [lab.ue() for _ in range(40)]
    for turn in range(3):
        for other in others:
            other.start(other.build_register(
                60, authorization=other.empty_authorization()))
        answer = ask(ue)
        if answer.status == 500:  # ten a second have room for one at a time
            Clock(lab).wait(answer.retry_after)
            answer = ask(ue)
        assert answer.status == 401, turn
        assert send(ue, ue.answer_of(answer)).status == 200
