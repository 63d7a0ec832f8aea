# SPDX-License-Identifier: GPL-2.0-or-later
"""AKA: every version, vectors fetched ahead, resynchronisation, the identity a
challenge was made for. (AKAv1 and protection: test_proof.py.)"""

from __future__ import annotations

import base64

import pytest

from expect import Since, bindings, contacts_of, only_binding
from milenage import Milenage
from proving import (again, ask, challenge_of, enter, loops_of, options, send,
                     without_mark)

ALGORITHMS = ["AKAv1-MD5", "AKAv2-MD5", "AKAv2-SHA-256"]
LAB_OPTIONS = options(auth_vectors=3, challenge_loop_limit=0)


@pytest.fixture(scope="module")
def v2(more_labs):
    """A lab that asks for AKAv2-SHA-256."""
    return more_labs(**options(auth_scheme="Digest-AKAv2-SHA-256"))


def hinted(ue, algorithm):
    """The first REGISTER of a UE that says its algorithm; the 401."""
    return send(ue, f"{ue.empty_authorization(None)},algorithm={algorithm}")


# algorithms

@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("legacy", [False, True], ids=["qop", "no-qop"])
def test_algorithm(lab, ue, algorithm, legacy):
    ue.legacy_qop = legacy
    mark, then = lab.hss_mark(), Since(lab)
    answer = hinted(ue, algorithm)
    assert answer.challenge["algorithm"] == algorithm
    assert lab.hss_log(mark, "MAR")[0].values["scheme"] == "Digest-" + algorithm
    assert send(ue, ue.answer_of(answer)).status == 200
    then.exactly("MAR", "SAR 1")


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_wrong_response(lab, ue, algorithm):
    answer = hinted(ue, algorithm)
    assert send(ue, ue.answer_of(answer, wrong=True)).status == 401
    assert bindings(lab, ue) == []


@pytest.mark.parametrize("algorithm", ALGORITHMS[1:])
def test_res_itself_is_no_password_of_akav2(lab, ue, algorithm):
    answer = hinted(ue, algorithm)
    ue.take_challenge(answer)
    rand = base64.b64decode(answer.challenge["nonce"])[:16]
    ue.auth.password = Milenage(ue.sub.k, ue.sub.opc).vector(rand).res
    assert again(ue).status == 401


def test_configured_scheme(v2):
    ue = v2.ue()
    answer = challenge_of(ue)
    assert answer.challenge["algorithm"] == "AKAv2-SHA-256"
    assert send(ue, ue.answer_of(answer)).status == 200


def test_keys_for_the_pcscf(v2):
    challenge = challenge_of(ue := v2.ue()).challenge
    rand = base64.b64decode(challenge["nonce"])[:16]
    vector = Milenage(ue.sub.k, ue.sub.opc).vector(rand)
    assert (challenge["ck"], challenge["ik"]) == (vector.ck.hex(), vector.ik.hex())


# vectors ahead

def test_vectors_ahead_come_before_the_next_mar(lab, ue):
    then, sqns, mark = Since(lab), [], lab.hss_mark()
    usim = Milenage(ue.sub.k, ue.sub.opc)
    for _ in range(4):
        raw = base64.b64decode(challenge_of(ue).challenge["nonce"])
        sqns.append(int.from_bytes(usim.open_autn(raw[:16], raw[16:])[0], "big"))
    assert sqns == sorted(set(sqns))
    then.exactly("MAR", "MAR")
    assert [m.values["items"] for m in lab.hss_log(mark, "MAR")] == ["3", "3"]


def test_unprotected_refreshes_need_a_mar_now_and_then(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    for _ in range(5):
        answer = ask(ue)
        assert send(ue, without_mark(ue.answer_of(answer))).status == 200
    then.exactly("MAR")


def test_vectors_of_another_algorithm_are_no_use(lab, ue):
    hinted(ue, "AKAv1-MD5")
    then = Since(lab)
    assert hinted(ue, "AKAv2-MD5").challenge["algorithm"] == "AKAv2-MD5"
    then.exactly("MAR")


# resynchronisation

def test_resync_makes_vectors_ahead_worthless(lab, ue):
    auts = ue.resync_of(challenge_of(ue), sqn_ms=0x123456789A)
    then = Since(lab)
    answer = send(ue, auts)
    assert answer.status == 401
    assert then.verdict(ue) == ("challenge", "resync")
    assert send(ue, ue.answer_of(answer)).status == 200
    assert ue.sub.sqn > 0x123456789A
    then.exactly("MAR", "SAR 1")


def test_resync_limit_is_of_one_call(lab, ue):
    challenge = challenge_of(ue)
    for ahead in (1, 2):
        challenge = send(ue, ue.resync_of(challenge, sqn_ms=ahead << 32))
        assert challenge.status == 401
    assert send(ue, ue.resync_of(challenge, sqn_ms=3 << 32)).status == 403
    ue.reboot()
    answer = send(ue, ue.resync_of(challenge_of(ue), sqn_ms=4 << 32))
    assert send(ue, ue.answer_of(answer)).status == 200


# whose challenge

def test_challenge_is_for_one_identity(lab, ue):
    """The answer to a challenge for one's own IMPU proves nothing of another
    one, not even with the same IMPI in the same call."""
    victim = lab.ue()
    enter(lab, victim)
    before, mine = contacts_of(lab, victim), ue.sub
    answer = ue.answer_of(challenge_of(ue))
    ue.sub = type(mine)(victim.sub.impu, mine.impi, mine.realm, mine.k, mine.opc)
    then = Since(lab)
    reply = send(ue, answer, 0, contacts=["*"], headers={"Expires": "0"})
    assert reply.status == 403
    then.exactly("MAR")  # 5002
    assert contacts_of(lab, victim) == before


def test_a_seen_answer_is_no_use_to_a_thief(lab, ue):
    enter(lab, ue)
    mine, then = contacts_of(lab, ue), Since(lab)
    answer = send(ue, without_mark(ue.last_answer), cseq=ue.cseq,
                  contacts=["<sip:thief@127.66.6.6:5060>"])
    assert answer.status == 401
    assert contacts_of(lab, ue) == mine
    assert "SAR 2" not in then.cx()


def test_a_seen_answer_does_not_end_the_registration(lab, ue):
    enter(lab, ue)
    then = Since(lab)
    assert send(ue, without_mark(ue.last_answer), 0, cseq=ue.cseq).status == 401
    assert only_binding(lab, ue)["remaining"] > 50
    assert "SAR 5" not in then.cx()


def test_loops_are_not_counted_without_a_limit(lab, ue):
    for _ in range(12):
        challenge_of(ue)
    assert loops_of(lab, ue)[0]["challenges"] == 12


def test_sipp_registers_and_refreshes(lab):
    """Another independent UE, twenty at once (it answers AKAv1-MD5 only, and
    wrongly now and then: see the lab's README)."""
    users = lab.load_users(20, "sippaka")
    result = lab.sipp("register_aka", users, rate=20)
    assert (result.exit_code, result.passed) == (0, 20), result
