# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a REGISTER is proven to come from its user: AKA challenges and their
answers, and the P-CSCF's word for it."""

from __future__ import annotations

import base64
import re

import pytest

from expect import (VERBOSE, Clock, Since, bindings, contacts_of, facts,
                    granted, only_binding, registered)
from milenage import Milenage
from process import wait_until

PARAMS = {"min_expires": 3, "location_update_interval": 3600,
          "location_update_jitter": 0}
LAB_OPTIONS = {"params": PARAMS, "cdp_timeout_s": 1,
               "defines": {**VERBOSE, "LAB_PROVEN": 1}}


@pytest.fixture(scope="module")
def wary(more_labs):
    """A lab that trusts no P-CSCF, waits 1 s for answers, bears no resync."""
    return more_labs(params={**PARAMS, "trust_integrity_protected": 0,
                             "await_auth_timeout": 1, "resync_max": 0,
                             "auth_failures_max": 1}, defines=VERBOSE)


@pytest.fixture(scope="module")
def asking(more_labs):
    """A lab that challenges again after three REGISTERs or 2 s."""
    return more_labs(params={**PARAMS, "reauth_every": 3, "reauth_interval": 2},
                     defines=VERBOSE)


def challenge_of(ue):
    """Send a REGISTER without proof; the 401."""
    answer = ue.request(ue.build_register(
        60, authorization=ue.empty_authorization()))
    assert answer.status == 401
    return answer


def send(ue, authorization, **options):
    """Send a REGISTER with this Authorization; the final response."""
    return ue.request(ue.build_register(60, authorization=authorization, **options))


# the challenge

def test_challenge(lab, ue):
    then = Since(lab)
    answer = challenge_of(ue)
    challenge = answer.challenge
    assert challenge["realm"] == lab.options.realm
    assert (challenge["algorithm"], challenge["qop"]) == ("AKAv1-MD5", "auth")
    assert len(base64.b64decode(challenge["nonce"])) == 32
    assert answer.paths == [ue.path]
    assert then.verdict(ue) == ("challenge", "no-credential")
    then.exactly("MAR")
    assert bindings(lab, ue) == []


def test_challenge_carries_the_keys_of_the_usim(ue):
    challenge = challenge_of(ue).challenge
    rand = base64.b64decode(challenge["nonce"])[:16]
    vector = Milenage(ue.sub.k, ue.sub.opc).vector(rand)
    assert (challenge["ck"], challenge["ik"]) == (vector.ck.hex(), vector.ik.hex())


def test_challenge_without_path(ue):
    answer = ue.request(ue.build_register(
        60, authorization=ue.empty_authorization(),
        headers={"Path": None, "Require": None}))
    assert (answer.status, answer.paths) == (401, [])


def test_identity_is_derived_without_authorization(lab, ue):
    mark = lab.hss_mark()
    assert send(ue, None).status == 401
    mar = lab.hss_log(mark, "MAR")[0]
    assert (mar.impi, mar.impu) == (ue.sub.impi, ue.sub.impu)
    assert (mar.values["scheme"], mar.values["auts"]) == ("Digest-AKAv1-MD5", "0")


def test_every_challenge_is_another(lab, ue):
    then = Since(lab)
    first, second = challenge_of(ue), challenge_of(ue)
    assert first.challenge["nonce"] != second.challenge["nonce"]
    then.exactly("MAR", "MAR")


# the answer

def test_right_answer(lab, ue):
    challenge, then = challenge_of(ue), Since(lab)
    assert send(ue, ue.answer_of(challenge)).status == 200
    then.exactly("SAR 1")


def test_right_answer_without_qop(lab, ue):
    ue.legacy_qop = True
    assert ue.register(60).status == 200


def test_older_challenge_may_be_answered(lab, ue):
    first = challenge_of(ue)
    challenge_of(ue)
    then = Since(lab)
    assert send(ue, ue.answer_of(first)).status == 200
    then.exactly("SAR 1")


def test_wrong_answers_are_challenged_then_refused(lab, ue):
    then, challenge = Since(lab), challenge_of(ue)
    for _ in range(2):
        challenge = send(ue, ue.answer_of(challenge, wrong=True))
        assert challenge.status == 401
        assert then.verdict(ue) == ("challenge", "response-wrong")
    assert send(ue, ue.answer_of(challenge, wrong=True)).status == 403
    assert then.verdict(ue) == ("reject", "response-wrong")
    assert then.cx()[:3] == ["MAR", "MAR", "MAR"]
    assert bindings(lab, ue) == []


def test_refused_answer_is_told_to_the_hss(wary):
    ue = wary.ue()
    challenge, then = challenge_of(ue), Since(wary)
    assert send(ue, ue.answer_of(challenge, wrong=True)).status == 403
    wary.wait_hss("SAR", then.hss, ue.sub.impi)
    then.exactly("SAR 9")


def test_right_answer_after_wrong_ones(lab, ue):
    challenge = challenge_of(ue)
    for _ in range(2):
        challenge = send(ue, ue.answer_of(challenge, wrong=True))
    assert send(ue, ue.answer_of(challenge)).status == 200
    challenge = challenge_of(ue)
    assert send(ue, ue.answer_of(challenge, wrong=True)).status == 401


def test_refused_user_may_try_again(lab, ue):
    challenge = challenge_of(ue)
    for _ in range(3):
        challenge = send(ue, ue.answer_of(challenge, wrong=True)) \
            if challenge.status == 401 else challenge
    assert challenge.status == 403
    assert ue.register(60).status == 200


def test_wrong_answer_leaves_a_registration_as_it_is(lab, ue):
    registered(lab, ue, 60)
    before = [{k: v for k, v in b.items() if k != "cseq_seen"}
              for b in facts(lab, ue)]
    challenge = challenge_of(ue)
    while challenge.status == 401:
        challenge = send(ue, ue.answer_of(challenge, wrong=True))
    assert challenge.status == 403
    assert [{k: v for k, v in b.items() if k != "cseq_seen"}
            for b in facts(lab, ue)] == before
    assert lab.ue().message(ue.sub.impu).status == 200


def test_number_of_wrong_answers_is_an_option(wary):
    ue = wary.ue()
    then, challenge = Since(wary), challenge_of(ue)
    assert send(ue, ue.answer_of(challenge, wrong=True)).status == 403
    assert then.cx()[:1] == ["MAR"]


def test_empty_answer_is_refused(lab, ue):
    challenge, then = challenge_of(ue), Since(lab)
    assert send(ue, ue.answer_of(challenge, empty=True)).status == 403
    assert then.verdict(ue) == ("reject", "response-empty")
    then.exactly()
    assert bindings(lab, ue) == []


def test_answer_comes_too_late(wary):
    ue = wary.ue()
    challenge, clock = challenge_of(ue), Clock(wary)
    clock.wait(1.1)
    then = Since(wary)
    assert send(ue, ue.answer_of(challenge)).status == 401
    assert then.verdict(ue) == ("challenge", "nonce-unknown")
    then.exactly("MAR")


# the same answer again

def unprotected(ue) -> str:
    """The answer that was right, as a P-CSCF without a security association
    would hand it on."""
    return re.sub(r',integrity-protected="[^"]*"', "", ue.last_answer)


@pytest.fixture
def proven(lab, ue):
    """A UE that has just registered; `last_answer` is what proved it."""
    ue.last_answer = ue.answer_of(challenge_of(ue))
    assert send(ue, ue.last_answer).status == 200
    return ue


def test_answer_is_good_once(lab, proven):
    then = Since(lab)
    assert send(proven, unprotected(proven)).status == 401
    assert then.verdict(proven) == ("challenge", "nonce-unknown")
    then.exactly("MAR")


def test_answer_again_with_the_same_cseq(lab, proven):
    then = Since(lab)
    answer = send(proven, unprotected(proven), cseq=proven.cseq)
    assert granted(answer) == {proven.contact_uri: 60}
    assert then.verdict(proven) == ("repeat", "retransmission")
    then.exactly()


def test_wrong_answer_with_the_same_cseq(lab, proven):
    then = Since(lab)
    wrong = re.sub(r'response="....', 'response="zzzz', unprotected(proven))
    assert send(proven, wrong, cseq=proven.cseq).status == 401
    then.exactly("MAR")


def test_retransmission_of_the_answer_gets_the_same_reply(lab, ue):
    challenge, then = challenge_of(ue), Since(lab)
    request = ue.build_register(60, authorization=ue.answer_of(challenge))
    transaction = ue.start(request)
    transaction.repeat()
    first = transaction.wait()
    transaction.repeat()
    lab.hub.wait(lambda: len([r for r in transaction.responses
                              if r.status >= 200]) > 1, 4, "second reply")
    assert {r.status for r in transaction.responses} <= {100, 200}
    assert granted(first) == {ue.contact_uri: 60}
    then.exactly("SAR 1")


def test_answer_in_another_call(lab, ue):
    challenge = challenge_of(ue)
    authorization = ue.answer_of(challenge)
    ue.call_id = "other-" + ue.call_id
    then = Since(lab)
    assert send(ue, authorization).status == 401
    assert then.verdict(ue) == ("challenge", "nonce-unknown")
    then.exactly("MAR")


def test_answer_of_another_user(lab, ue):
    challenge, thief = challenge_of(ue), lab.ue()
    thief.call_id, thief.cseq = ue.call_id, ue.cseq
    stolen = ue.answer_of(challenge).replace(ue.sub.impi, thief.sub.impi)
    then = Since(lab)
    assert send(thief, stolen).status == 401
    assert then.verdict(thief) == ("challenge", "nonce-unknown")
    assert send(ue, ue.answer_of(challenge)).status == 200


def test_answer_of_another_user_for_the_same_identity(lab, ue):
    thief = lab.ue(impus=[ue.sub.impu])
    registered(lab, ue, 60)
    thief.call_id, thief.cseq = ue.call_id, ue.cseq
    stolen = thief.answer_of(challenge_of(thief))
    stolen = stolen.replace(thief.sub.impi, ue.sub.impi)
    before = contacts_of(lab, ue)
    assert send(thief, stolen).status == 401
    assert contacts_of(lab, ue) == before


# resynchronisation

def test_resync(lab, ue):
    mark, ahead = lab.hss_mark(), 0x1234567890
    auts = ue.resync_of(challenge_of(ue), sqn_ms=ahead)
    then = Since(lab)
    again = send(ue, auts)
    assert again.status == 401
    assert then.verdict(ue) == ("challenge", "resync")
    mars = lab.hss_log(mark, "MAR")
    assert [m.values["auts"] for m in mars] == ["0", "1"]
    assert mars[1].values["resync"] == "ok"
    assert send(ue, ue.answer_of(again)).status == 200
    assert ue.sub.sqn > ahead
    then.exactly("MAR", "SAR 1")


def test_resync_twice_then_refused(lab, ue):
    challenge, then = challenge_of(ue), Since(lab)
    for ahead in (1, 2):
        challenge = send(ue, ue.resync_of(challenge, sqn_ms=ahead << 32))
        assert challenge.status == 401
    assert send(ue, ue.resync_of(challenge, sqn_ms=3 << 32)).status == 403
    assert then.verdict(ue) == ("reject", "resync-limit")
    then.exactly("MAR", "MAR")


def test_resync_limit_is_an_option(wary):
    ue = wary.ue()
    challenge, then = challenge_of(ue), Since(wary)
    assert send(ue, ue.resync_of(challenge, sqn_ms=1 << 32)).status == 403
    then.exactly()


def test_resync_of_no_challenge_of_ours(lab, ue):
    auts = ue.resync_of(challenge_of(ue), sqn_ms=1 << 32)
    ue.call_id = "other-" + ue.call_id
    mark, then = lab.hss_mark(), Since(lab)
    assert send(ue, auts).status == 401
    assert then.verdict(ue) == ("challenge", "nonce-unknown")
    assert [m.values["auts"] for m in lab.hss_log(mark, "MAR")] == ["0"]


def test_resync_that_is_no_auts(lab, ue):
    auts = ue.resync_of(challenge_of(ue), sqn_ms=1 << 32)
    mark = lab.hss_mark()
    assert send(ue, re.sub('auts="[^"]*"', 'auts="AAAA"', auts)).status == 401
    assert [m.values["auts"] for m in lab.hss_log(mark, "MAR")] == ["0"]


# the word of the P-CSCF

def marked(ue, mark) -> str:
    """The UE's credentials with this integrity-protected; None: without."""
    return ue.credentials(integrity=mark)


@pytest.mark.parametrize("mark", ["yes", "tls-yes", "tls-connected",
                                  "ip-assoc-yes", "YES"])
def test_protected(lab, ue, mark):
    registered(lab, ue, 60)
    before, then = lab.statistics("reg_refresh"), Since(lab)
    assert send(ue, marked(ue, mark)).status == 200
    then.exactly()
    after = lab.statistics("reg_refresh")
    assert after["why_protected"] == before["why_protected"] + 1
    assert after["mar_saved"] == before["mar_saved"] + 1


def test_script_is_told_what_proved_the_user(lab, ue):
    """Nothing is decided yet; what is told is not of the REGISTER before."""
    def told():
        lines = re.findall(r"LAB PROVEN (.*)$", lab.log_text(then.log), re.M)
        return [dict(word.split("=", 1) for word in line.split())
                for line in lines if f"impu={ue.sub.impu} " in line]
    others = [lab.ue() for _ in range(4)]
    for other in others:
        registered(lab, other, 60)
    then = Since(lab)
    registered(lab, ue, 60)
    for other in others:
        assert other.refresh(30).status == 200
    assert send(ue, marked(ue, "yes")).status == 200
    wait_until(lambda: len(told()) == 2, 5, "told")
    assert told() == [{"impu": ue.sub.impu, "act": "none", "why": why,
                       "reasons": why, "expires": "0", "contact": ""}
                      for why in ("response-right", "protected")]


@pytest.mark.parametrize("mark", ["no", "tls-pending", "ip-assoc-pending", None,
                                  "perhaps", ""])
def test_not_protected(lab, ue, mark):
    registered(lab, ue, 60)
    then = Since(lab)
    assert send(ue, marked(ue, mark)).status == 401
    then.exactly("MAR")


def test_protection_of_one_who_is_not_registered(lab, ue):
    then = Since(lab)
    assert send(ue, ue.empty_authorization("yes")).status == 401
    then.exactly("MAR")


def test_protection_of_an_unknown_contact(lab, ue):
    registered(lab, ue, 60)
    ue.move()
    then = Since(lab)
    assert send(ue, marked(ue, "yes")).status == 401
    then.exactly("MAR")


def test_protection_while_a_challenge_waits(lab, ue):
    registered(lab, ue, 60)
    right = marked(ue, "yes")
    challenge_of(ue)
    then = Since(lab)
    assert send(ue, right).status == 401
    then.exactly("MAR")


def test_protection_is_not_trusted(wary):
    ue = wary.ue()
    registered(wary, ue, 60)
    then = Since(wary)
    assert send(ue, marked(ue, "yes")).status == 401
    then.exactly("MAR")


# re-authentication

def test_challenge_after_so_many_registers(asking):
    lab, ue = asking, asking.ue()
    registered(lab, ue, 60)
    then = Since(lab)
    for _ in range(3):
        assert send(ue, marked(ue, "yes")).status == 200
    then.exactly()
    answer = send(ue, marked(ue, "yes"))
    assert answer.status == 401
    assert then.verdict(ue) == ("challenge", "reauth-due")
    assert send(ue, ue.answer_of(answer)).status == 200
    then.exactly("MAR")
    assert send(ue, marked(ue, "yes")).status == 200
    then.exactly("MAR")


def test_challenge_after_so_many_seconds(asking):
    lab, ue = asking, asking.ue()
    clock = registered(lab, ue, 60)
    assert send(ue, marked(ue, "yes")).status == 200
    clock.wait(2.1)
    then = Since(lab)
    answer = send(ue, marked(ue, "yes"))
    assert answer.status == 401
    assert then.verdict(ue) == ("challenge", "reauth-due")
    assert send(ue, ue.answer_of(answer)).status == 200
    assert send(ue, marked(ue, "yes")).status == 200
    then.exactly("MAR")


def test_unanswered_reauthentication_leaves_the_registration(asking):
    lab, ue = asking, asking.ue()
    clock = registered(lab, ue, 60)
    clock.wait(2.1)
    before = only_binding(lab, ue)["expires_at"]
    assert send(ue, marked(ue, "yes")).status == 401
    assert only_binding(lab, ue)["expires_at"] == before


# the HSS gives no vector

NO_VECTOR = {
    "unknown-user": ("experimental 5001", 403, False),
    "identities-dont-match": ("experimental 5002", 403, False),
    "scheme-not-supported": ("experimental 5006", 403, False),
    "failing": ("result 5012", 500, False),
    "busy": ("result 3004", 500, True),
    "silent": ("silence", 504, False),
    "no-vector": ("emptymaa", 500, False),
    "no-result": ("garbage noresult", 500, False),
}


@pytest.mark.parametrize("fault, status, retry", NO_VECTOR.values(), ids=NO_VECTOR)
def test_no_vector(lab, ue, fault, status, retry):
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 {fault}")
    then = Since(lab)
    answer = send(ue, ue.empty_authorization())
    assert (answer.status, bool(answer.retry_after)) == (status, retry)
    assert then.line(ue).act == "reject"
    then.exactly("MAR")
    assert ue.register(60).status == 200


@pytest.mark.parametrize("fault", ["silence", "experimental 5001"])
def test_no_vector_leaves_a_registration_as_it_is(lab, ue, fault):
    registered(lab, ue, 60)
    before = only_binding(lab, ue)["expires_at"]
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 {fault}")
    assert send(ue, ue.empty_authorization()).status in (403, 504)
    assert only_binding(lab, ue)["expires_at"] == before


# secrets

def test_secrets_are_never_logged(make_lab):
    lab = make_lab(params=PARAMS, defines={"LAB_DEBUG": 3})
    ue = lab.ue()
    registered(lab, ue, 60)
    challenge = ue.challenges[0].challenge
    rand = base64.b64decode(challenge["nonce"])[:16]
    xres = Milenage(ue.sub.k, ue.sub.opc).vector(rand).res
    ours = "\n".join(line for line in lab.log_text().splitlines()
                     if "ims_reg_refresh [" in line)
    assert "act=register" in ours
    for secret in (challenge["ck"], challenge["ik"], xres.hex(),
                   challenge["nonce"], ue.auth.credential.response()):
        assert secret not in ours
