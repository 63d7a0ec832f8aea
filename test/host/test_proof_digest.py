# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP Digest: HA1 is fetched once, the nonces are ours; nc must rise; what is
stale is said so; what the 200 says in return."""

from __future__ import annotations

import pytest

from expect import Clock, Since, bindings, contacts_of, only_binding
from proving import (ask, again, challenge_of, enter, is_stale, options, send,
                     without_mark)

LAB_OPTIONS = options()


@pytest.fixture(params=["MD5", "SHA-256"])
def phone(lab, request):
    """A UE with a password and no USIM."""
    ue = lab.ue(password="open-sesame", aka=False, algorithm=request.param)
    yield ue
    ue.close()


@pytest.fixture
def ue(lab):
    ue = lab.ue(password="open-sesame", aka=False)
    yield ue
    ue.close()


@pytest.fixture(scope="module")
def short(more_labs):
    """A lab whose nonces live 1 s, and whose HA1s 3 s."""
    return more_labs(**options(nonce_lifetime=1, credential_lifetime=3))


@pytest.fixture(scope="module")
def forgetful(more_labs):
    """A lab that caches no HA1."""
    return more_labs(**options(credential_lifetime=0))


def phone_of(lab):
    return lab.ue(password="open-sesame", aka=False)


# the challenge

def test_challenge(lab, phone):
    then = Since(lab)
    answer = challenge_of(phone)
    challenge = answer.challenge
    assert challenge["realm"] == lab.options.realm
    assert challenge["qop"] == "auth"
    assert challenge["algorithm"] in ("MD5", "SHA-256")
    assert not {"ck", "ik", "stale"} & set(challenge)
    assert answer.paths == [phone.path]
    then.exactly("MAR")
    assert bindings(lab, phone) == []


def test_first_answer(lab, phone):
    challenge, then = challenge_of(phone), Since(lab)
    assert send(phone, phone.answer_of(challenge)).status == 200
    then.exactly("SAR 1")


def test_second_challenge_needs_no_mar(lab, phone):
    enter(lab, phone)
    then = Since(lab)
    phone.reboot()
    assert send(phone, phone.answer_of(challenge_of(phone))).status == 200
    then.exactly()


def test_without_qop(lab, phone):
    phone.legacy_qop = True
    enter(lab, phone)


# row 3: the nonce is used again

def test_nonce_is_used_again(lab, phone):
    enter(lab, phone)
    then, before = Since(lab), lab.statistics("reg_refresh")
    for _ in range(3):
        assert again(phone).status == 200
    then.exactly()
    after = lab.statistics("reg_refresh")
    assert after["why_response_right"] == before["why_response_right"] + 3
    assert after["mar_saved"] == before["mar_saved"] + 3


def test_nonce_is_used_again_in_the_next_call(lab, ue):
    enter(lab, ue)
    auth = ue.auth
    ue.reboot()
    ue.auth = auth
    then = Since(lab)
    assert again(ue).status == 200
    then.exactly()


def test_the_200_proves_that_it_knows_the_password(lab, phone):
    answer = enter(lab, phone)
    info = answer.auth_info
    assert info["rspauth"] == phone.auth.credential.rspauth()
    assert (info["qop"], info["nc"]) == ("auth", "00000001")
    assert info["cnonce"] == phone.auth.credential.cnonce
    assert info["nextnonce"] != phone.auth.challenge["nonce"]


def test_the_next_nonce_is_taken(lab, phone):
    answer = enter(lab, phone)
    then = Since(lab)
    for _ in range(6):
        assert phone.adopt_nextnonce(answer)
        answer = again(phone)
        assert answer.status == 200
    then.exactly()


def test_no_info_after_aka(lab):
    ue = lab.ue()
    assert enter(lab, ue).auth_info == {}


# row 4: nc

def test_a_jump_of_nc_is_fine(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    assert again(ue, nc=0x7fffffff).status == 200
    assert again(ue, nc=0xffffffff).status == 200
    then.exactly()


@pytest.mark.parametrize("nc", [1, 5])
def test_nc_that_does_not_rise_is_stale(lab, ue, nc):
    enter(lab, ue)
    assert again(ue, nc=5).status == 200
    then = Since(lab)
    answer = again(ue, nc=nc)
    assert is_stale(answer)
    assert then.verdict(ue) == ("challenge", "nc-replay")
    assert send(ue, ue.answer_of(answer)).status == 200
    then.exactly()


def test_nc_zero_is_wrong(lab, ue):
    challenge = challenge_of(ue)
    ue.take_challenge(challenge)
    answer = again(ue, nc=0)
    assert answer.status == 401 and not is_stale(answer)


def test_nonce_without_qop_is_good_once(lab, ue):
    ue.legacy_qop = True
    enter(lab, ue)
    then = Since(lab)
    assert is_stale(again(ue))
    assert then.verdict(ue) == ("challenge", "nc-replay")


def test_retransmission_in_a_new_transaction(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    assert send(ue, ue.last_answer, cseq=ue.cseq).status == 200
    assert then.verdict(ue) == ("repeat", "retransmission")
    then.exactly()


def test_a_seen_answer_is_no_use_to_a_thief(lab, ue):
    """The digest does not cover the contact: the same answer, Call-ID and CSeq
    with another contact would take the user's calls away."""
    enter(lab, ue)
    mine = contacts_of(lab, ue)
    then = Since(lab)
    answer = send(ue, without_mark(ue.last_answer), cseq=ue.cseq,
                  contacts=["<sip:thief@127.66.6.6:5060>"])
    assert is_stale(answer)
    assert contacts_of(lab, ue) == mine
    then.exactly()


def test_a_seen_answer_does_not_end_the_registration(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    assert is_stale(send(ue, ue.last_answer, 0, cseq=ue.cseq))
    assert only_binding(lab, ue)["remaining"] > 50
    then.exactly()


# row 5: stale

def test_nonce_too_old_is_stale(short):
    ue = phone_of(short)
    enter(short, ue)
    clock, then = Clock(short), Since(short)
    clock.wait(1.1)
    answer = again(ue)
    assert is_stale(answer)
    assert then.verdict(ue) == ("challenge", "stale-nonce")
    assert send(ue, ue.answer_of(answer)).status == 200
    then.exactly()


def test_nonce_too_old_and_wrong_is_wrong(short):
    ue = phone_of(short)
    enter(short, ue)
    clock, then = Clock(short), Since(short)
    clock.wait(1.1)
    ue.auth.password += b"x"
    answer = again(ue)
    assert answer.status == 401 and not is_stale(answer)
    assert then.verdict(ue) == ("challenge", "response-wrong")


def test_nonce_of_somebody_else_is_stale(lab, ue):
    enter(lab, ue)
    assert is_stale(again(ue, nonce="bm90LWEtbm9uY2Utb2Ytb3Vycy4uLi4uLi4uLi4uLi4="))


def test_challenge_of_another_call_is_stale(lab, ue):
    challenge = challenge_of(ue)
    ue.call_id = "other-" + ue.call_id
    answer = send(ue, ue.answer_of(challenge))
    assert is_stale(answer)
    assert send(ue, ue.answer_of(answer)).status == 200


def test_restart_forgets_and_says_stale(make_lab):
    """All nonces are unknown after a restart; the password is not wrong."""
    lab = make_lab(**options())
    ue = phone_of(lab)
    enter(lab, ue)
    assert lab.restart_scscf() == 0
    ue.server = lab.scscf.address
    then = Since(lab)
    answer = again(ue)
    assert is_stale(answer)
    assert then.verdict(ue) == ("challenge", "stale-nonce")
    assert send(ue, ue.answer_of(answer)).status == 200
    assert then.cx()[0] == "MAR" and then.cx().count("MAR") == 1


def test_wrong_password_after_a_restart_is_wrong(short):
    ue = phone_of(short)
    ue.take_challenge(challenge_of(ue))
    ue.auth.password += b"x"
    Clock(short).wait(3.2)
    then = Since(short)
    answer = again(ue)
    assert answer.status == 401 and not is_stale(answer)


# HA1

def test_ha1_is_fetched_anew_in_time(short):
    ue = phone_of(short)
    enter(short, ue)
    clock, then = Clock(short), Since(short)
    ue.reboot()
    challenge_of(ue)
    then.exactly()
    clock.wait(3.2)
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    then.exactly("MAR")


def test_no_cache_at_all(forgetful):
    ue = phone_of(forgetful)
    enter(forgetful, ue)
    then = Since(forgetful)
    ue.reboot()
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    then.exactly("MAR")


def test_ha1_is_the_identitys_own(lab, ue):
    """Only the HSS knows which IMPUs an IMPI has: whoever is proven for one of
    them is not for another."""
    victim = phone_of(lab)
    enter(lab, ue)
    enter(lab, victim)
    before, mine = contacts_of(lab, victim), ue.sub
    ue.sub = type(mine)(victim.sub.impu, mine.impi, mine.realm,
                        password=mine.password)
    for options_ in ({"contacts": []}, {"contacts": ["*"], "expires": 0}, {}):
        assert ask(ue, **options_).status == 403  # 5002: they don't match
    assert contacts_of(lab, victim) == before


def test_the_ue_says_what_it_can_do(lab):
    """USIM and password: the algorithm in the REGISTER chooses."""
    ue = lab.ue(password="open-sesame")
    plain = ue.empty_authorization(None)
    for hint, algorithm in (("MD5", "MD5"), ("AKAv1-MD5", "AKAv1-MD5"),
                            ("AKAv2-SHA-256", "AKAv2-SHA-256"), ("MD5", "MD5")):
        answer = send(ue, f"{plain},algorithm={hint}")
        assert answer.challenge["algorithm"] == algorithm
    assert send(ue, ue.answer_of(answer)).status == 200


def change_password(lab, ue, password):
    """At the HSS and in the UE; the S-CSCF does not know."""
    lab.subscriber(ue.sub.user, password=password, aka=False)
    ue.sub.password = password


def test_new_password_without_a_word_of_the_hss(make_lab):
    """A wrong answer to an HA1 of some age asks the HSS."""
    lab = make_lab(**options(challenge_loop_window=1))
    ue = phone_of(lab)
    enter(lab, ue)
    clock = Clock(lab)
    change_password(lab, ue, "close-sesame")
    clock.wait(1.1)
    then = Since(lab)
    answer = send(ue, ue.answer_of(challenge_of(ue)))
    assert answer.status == 401
    then.exactly("MAR")
    assert send(ue, ue.answer_of(answer)).status == 200
    then.exactly("MAR")


def test_wrong_answers_ask_the_hss_now_and_then_only(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    answer = challenge_of(ue)
    for _ in range(2):
        answer = send(ue, ue.answer_of(answer, wrong=True))
        assert answer.status == 401
    then.exactly()


def test_new_password_by_ppr(lab, ue):
    enter(lab, ue)
    change_password(lab, ue, "close-sesame")
    assert lab.hss(f"ppr impi={ue.sub.impi} ha1={'0' * 32}") == "ok 2001"
    then, ue.auth = Since(lab), None
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    then.exactly("MAR")


# protection

def test_ip_association(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    assert again(ue, integrity="ip-assoc-yes").status == 200
    then.exactly()


def test_ip_association_while_a_challenge_waits(lab, ue):
    enter(lab, ue)
    right = ue.auth
    challenge = challenge_of(ue)
    ue.auth, then = right, Since(lab)
    ue.auth.password += b"x"
    assert again(ue, integrity="ip-assoc-yes").status == 401
    assert then.verdict(ue) == ("challenge", "response-wrong")
    ue.auth = None
    ue.sub.password = "open-sesame"
    assert send(ue, ue.answer_of(challenge)).status == 200
    then.exactly()


def test_protected_answer_cannot_be_replayed(lab, ue):
    """The P-CSCF vouches, and the count is kept all the same."""
    enter(lab, ue)
    assert again(ue, integrity="ip-assoc-yes", nc=9).status == 200
    mine = contacts_of(lab, ue)
    assert is_stale(again(ue, nc=9, contacts=["<sip:thief@127.66.6.6:5060>"]))
    assert contacts_of(lab, ue) == mine
