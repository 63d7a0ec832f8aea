# SPDX-License-Identifier: GPL-2.0-or-later
"""PPR with digest data: the password that was right is right no longer."""

import hashlib

import pytest

from expect import Since, bindings
from proving import (again, ask, challenge_of, enter, is_stale, options, send,
                     without_mark)

OLD, NEW = "old-sesame", "new-sesame"
LAB_OPTIONS = {**options(), "tap": True, "defines": {"LAB_DEBUG": 4}}


def ha1(ue, password, hash_name="md5"):
    a1 = f"{ue.sub.impi}:{ue.sub.realm}:{password}"
    return hashlib.new(hash_name, a1.encode()).hexdigest()


@pytest.fixture(params=["MD5", "SHA-256"])
def ue(lab, request):
    """A UE with the old password; `algorithm` is that of its HA1."""
    ue = lab.ue(password=OLD, aka=False, algorithm=request.param)
    ue.algorithm = request.param
    yield ue
    ue.close()


def set_password(lab, ue, password):
    """At the HSS, which tells nobody."""
    lab.hss_server.add(f"impi={ue.sub.impi} impu={ue.sub.impu} "
                       f"password={password} algorithm={ue.algorithm} "
                       f"realm={ue.sub.realm}")


def push(lab, ue, password):
    """The PPR that tells; its result. (The lab's has MD5, whatever it is.)"""
    return lab.hss(f"ppr impi={ue.sub.impi} ha1={ha1(ue, password)} "
                   f"realm={ue.sub.realm}", check=False)


class Wire:
    """MARs between the S-CSCF and the HSS from now on."""

    def __init__(self, lab):
        self.tap, self.since = lab.tap, len(lab.tap.seen)

    @property
    def mars(self):
        return self.tap.count("MAR", self.since)


def test_without_it_the_old_one_stays_right(lab, ue):
    enter(lab, ue)
    set_password(lab, ue, NEW)
    wire = Wire(lab)
    assert again(ue).status == 200
    assert wire.mars == 0


def test_the_old_one_is_challenged_then_refused(lab, ue):
    enter(lab, ue)
    set_password(lab, ue, NEW)
    wire = Wire(lab)
    assert push(lab, ue, NEW) == "ok 2001"
    challenge = again(ue)
    assert challenge.status == 401 and wire.mars == 1
    ue.sub.password = OLD
    refused = send(ue, ue.answer_of(challenge))
    assert refused.status in (401, 403) and not is_stale(refused)
    ue.sub.password = NEW
    if refused.status == 403:
        refused = challenge_of(ue)
    assert send(ue, ue.answer_of(refused)).status == 200
    assert wire.mars == 1
    assert [b["contact"] for b in bindings(lab, ue)] == [ue.contact_uri]


def test_the_new_one_is_right_at_once(lab, ue):
    enter(lab, ue)
    set_password(lab, ue, NEW)
    assert push(lab, ue, NEW) == "ok 2001"
    ue.sub.password, wire = NEW, Wire(lab)
    ue.reboot()
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    assert again(ue).status == 200
    assert wire.mars == 1


def test_while_a_challenge_waits(lab, ue):
    enter(lab, ue)
    waiting = challenge_of(ue)
    set_password(lab, ue, NEW)
    assert push(lab, ue, NEW) == "ok 2001"
    wire = Wire(lab)
    refused = send(ue, ue.answer_of(waiting))
    assert refused.status == 401 and wire.mars == 1
    ue.sub.password = NEW
    assert send(ue, ue.answer_of(refused)).status == 200
    assert wire.mars == 1


def test_of_a_user_who_is_not_registered(lab, ue):
    enter(lab, ue)
    assert ue.deregister().status == 200
    set_password(lab, ue, NEW)
    assert "5001" in push(lab, ue, NEW)
    wire = Wire(lab)
    ue.reboot()
    refused = send(ue, ue.answer_of(challenge_of(ue)))
    assert refused.status == 401 and wire.mars == 1
    ue.sub.password = NEW
    assert send(ue, ue.answer_of(refused)).status == 200


def test_a_seen_answer_is_not_new_again(lab, ue):
    """The same password once more: what was used is used all the same."""
    enter(lab, ue)
    assert push(lab, ue, OLD) == "ok 2001"
    seen = without_mark(ue.last_answer)
    assert ask(ue).status == 401  # HA1 is here again
    answer = send(ue, seen, contacts=["<sip:thief@127.66.6.6:5060>"])
    assert is_stale(answer)
    assert [b["contact"] for b in bindings(lab, ue)] == [ue.contact_uri]


def test_no_secret_is_logged(lab, ue):
    enter(lab, ue)
    set_password(lab, ue, NEW)
    then = Since(lab)
    assert push(lab, ue, NEW) == "ok 2001"
    ue.sub.password = NEW
    ue.reboot()
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    text = lab.log_text(then.log)
    assert "credentials new for 1 set(s)" in text
    secrets = [OLD, NEW] + [ha1(ue, p, h) for p in (OLD, NEW)
                            for h in ("md5", "sha256")]
    assert [s for s in secrets if s in text.lower()] == []
