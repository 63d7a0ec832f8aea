# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers and challenges that cross: nothing is lost, nothing counts twice."""

from __future__ import annotations

import pytest

from expect import Since, contacts_of, granted, only_binding
from proving import challenge_of, enter, options, send

LAB_OPTIONS = options(challenge_loop_limit=0)
DIGEST = {"password": "open-sesame", "aka": False}


@pytest.fixture(params=["AKA", "SIP Digest"])
def phone(lab, request):
    ue = lab.ue(**(DIGEST if request.param == "SIP Digest" else {}))
    yield ue
    ue.close()


def second_leg(lab, ue):
    """Another REGISTER of the same user: own Call-ID, socket and address."""
    other = lab.ue(ue.sub)
    assert other.call_id != ue.call_id
    return other


def test_two_registers_with_different_nonces(lab, phone):
    other = second_leg(lab, phone)
    first, second = challenge_of(phone), challenge_of(other)
    assert first.challenge["nonce"] != second.challenge["nonce"]
    answers = [phone.answer_of(first), other.answer_of(second)]
    then = Since(lab)
    starts = [u.start(u.build_register(60, authorization=a))
              for u, a in ((phone, answers[0]), (other, answers[1]))]
    assert [s.wait().status for s in starts] == [200, 200]
    # the same device at another address: one of the two stays
    assert len(contacts_of(lab, phone)) == 1
    assert [c for c in then.cx() if c != "MAR"] in (["SAR 1", "SAR 2"],
                                                    ["SAR 1", "SAR 1"])


def test_each_nonce_is_good_in_its_own_call_only(lab, phone):
    other = second_leg(lab, phone)
    first, second = challenge_of(phone), challenge_of(other)
    assert send(phone, phone.answer_of(second)).status == 401
    assert send(phone, phone.answer_of(first)).status == 200


def test_answer_before_the_challenge_is_stored(lab):
    """A UE that answers in the very moment its 401 arrives is never challenged
    again: 100 of them, each answering from within the socket's callback."""
    phones = [lab.ue() for _ in range(100)]
    then, running = Since(lab), []
    for ue in phones:
        running.append((ue, ue.start(ue.build_register(
            60, authorization=ue.empty_authorization(None)))))
    done, answered = [], set()

    def step():
        for ue, transaction in list(running):
            final = transaction.final
            if final is None:
                continue
            running.remove((ue, transaction))
            if final.status != 401 or ue in answered:
                done.append(final.status)
                continue
            answered.add(ue)
            running.append((ue, ue.start(ue.build_register(
                60, authorization=ue.answer_of(final)))))
        return not running

    lab.hub.wait(step, 20, "all registered")
    assert done == [200] * 100
    assert then.cx().count("MAR") == 100


def test_same_answer_twice_at_once(lab, phone):
    """Two transactions with the same REGISTER, side by side."""
    authorization = phone.answer_of(challenge_of(phone))
    then = Since(lab)
    starts = [phone.start(phone.build_register(60, authorization=authorization)),
              phone.start(phone.build_register(60, authorization=authorization,
                                               cseq=phone.cseq))]
    assert [s.wait().status for s in starts] == [200, 200]
    assert granted(starts[0].final) == {phone.contact_uri: 60}
    assert "MAR" not in then.cx()
    assert then.cx()[0] == "SAR 1"


def test_same_answer_twice_with_two_contacts(lab, phone):
    """One of the two is the UE's; the other one copied its answer."""
    authorization = phone.answer_of(challenge_of(phone))
    mine = phone.start(phone.build_register(60, authorization=authorization))
    copied = phone.start(phone.build_register(
        60, authorization=authorization, cseq=phone.cseq,
        contacts=["<sip:thief@127.66.6.6:5060>"]))
    assert sorted([mine.wait().status, copied.wait().status]) == [200, 401]
    assert len(contacts_of(lab, phone)) == 1


def test_answer_after_the_vector_was_replaced(lab, ue):
    """Four challenges of a user may wait; a fifth one makes room."""
    first = challenge_of(ue)
    for _ in range(4):
        last = challenge_of(ue)
    then = Since(lab)
    answer = send(ue, ue.answer_of(first))
    assert answer.status == 401
    assert then.verdict(ue) == ("challenge", "nonce-unknown")
    assert send(ue, ue.answer_of(last)).status == 200


def test_a_stranger_does_not_replace_the_users_challenge(lab, ue):
    """A registered user's challenge, in the call of the binding, stays while
    others ask for as many as they like in the user's name."""
    enter(lab, ue)
    mine = challenge_of(ue)
    stranger = second_leg(lab, ue)
    for _ in range(6):
        challenge_of(stranger)
    then = Since(lab)
    assert send(ue, ue.answer_of(mine)).status == 200
    then.exactly()


def test_challenges_in_the_users_name_do_not_disturb_a_protected_user(lab, ue):
    enter(lab, ue)
    stranger = second_leg(lab, ue)
    for _ in range(6):
        challenge_of(stranger)
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert only_binding(lab, ue)["contact"] == ue.contact_uri
    then.exactly()


def test_two_maas_at_once(lab):
    """Both REGISTERs wait for the HSS, its answers come side by side: each gets
    a challenge of its own, and each challenge can be answered."""
    for _ in range(30):
        ue = lab.ue()
        other = second_leg(lab, ue)
        lab.hss(f"fault MAR impi={ue.sub.impi} count=2 delay 60")
        starts = [u.start(u.build_register(60, authorization=u.empty_authorization()))
                  for u in (ue, other)]
        first, second = (s.wait() for s in starts)
        assert (first.status, second.status) == (401, 401)
        assert first.challenge["nonce"] != second.challenge["nonce"]
        assert send(ue, ue.answer_of(first)).status == 200
        assert send(other, other.answer_of(second)).status == 200


def test_maa_crosses_the_answer_to_another_challenge(lab, ue):
    """While a MAR is under way the UE answers an earlier challenge."""
    first = challenge_of(ue)
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 delay 400")
    slow = ue.start(ue.build_register(60, authorization=ue.empty_authorization()))
    then = Since(lab)
    assert send(ue, ue.answer_of(first)).status == 200
    assert slow.wait().status == 401
    assert then.cx().count("SAR 1") == 1
