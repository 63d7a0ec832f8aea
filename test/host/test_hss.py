# SPDX-License-Identifier: GPL-2.0-or-later
"""What the HSS answers, late, twice or not at all, and what becomes of a first
registration and of a live binding."""

from __future__ import annotations

import time

import pytest

from expect import (VERBOSE, Clock, Since, bindings, contacts_of, facts, granted,
                    only_binding, registered)
from lab import LOG_NO_PEER

PARAMS = {"min_expires": 3, "location_update_interval": 3600,
          "location_update_jitter": 0}
LAB_OPTIONS = {"params": PARAMS, "cdp_timeout_s": 1, "defines": VERBOSE}

REFUSED = {"user-unknown": "experimental 5001",
           "identities-dont-match": "experimental 5002",
           "roaming-not-allowed": "experimental 5004",
           "scheme-not-supported": "experimental 5006"}
PERMANENT = {"identity-not-registered": "experimental 5003",
             "error-in-assignment-type": "experimental 5007",
             "unable-to-comply": "result 5012"}
BUSY = {"unable-to-deliver": "result 3002", "too-busy": "result 3004",
        "loop-detected": "result 3005"}
ELSEWHERE = {"registered-elsewhere": "experimental 5005"}
SILENT = {"silent": "silence"}

# fault: status, whether there is a Retry-After
NO = {**{n: (f, 403, False) for n, f in REFUSED.items()},
      **{n: (f, 500, False) for n, f in (PERMANENT | ELSEWHERE).items()},
      **{n: (f, 500, True) for n, f in BUSY.items()},
      **{n: (f, 504, False) for n, f in SILENT.items()}}


def fault(lab, ue, what):
    """Spoil the HSS's next SAA for this user."""
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 {what}")


def gap(ue):
    """A trigger that is never answered for the HSS."""
    ue.cseq += 1


def nothing_waits(lab):
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0


# a first registration

@pytest.mark.parametrize("what, status, retry", NO.values(), ids=NO)
def test_first_registration(lab, ue, what, status, retry):
    fault(lab, ue, what)
    then = Since(lab)
    answer = ue.register(60)
    assert (answer.status, bool(answer.retry_after)) == (status, retry)
    assert answer.contacts == []
    then.exactly("MAR", "SAR 1")
    assert bindings(lab, ue) == []
    assert lab.ue().message(ue.sub.impu).status == 404
    nothing_waits(lab)


def test_first_registration_after_a_failure(lab, ue):
    fault(lab, ue, "silence")
    assert ue.register(60).status == 504
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("register", "initial")
    then.exactly("MAR", "SAR 1")


def test_first_registration_without_user_data(lab, ue):
    fault(lab, ue, "nodata")
    answer = ue.register(60)
    assert granted(answer) == {ue.contact_uri: 60}
    assert answer.associated_uris == [ue.sub.impu]
    assert lab.ue().message(ue.sub.impu).status == 200


@pytest.mark.allow_log("ims_reg_refresh", "Start tag expected")
def test_first_registration_with_user_data_that_is_no_xml(lab, ue):
    fault(lab, ue, "xml")
    assert ue.register(60).status == 500
    assert bindings(lab, ue) == []
    assert ue.register(60).status == 200


# a live binding

def updated(lab, ue, what):
    """The answer to an update that the HSS spoils."""
    registered(lab, ue, 60)
    gap(ue)
    fault(lab, ue, what)
    return ue.refresh(60)


@pytest.mark.parametrize("what", REFUSED.values(), ids=REFUSED)
def test_refused_update_ends_the_binding(lab, ue, what):
    registered(lab, ue, 60)
    watch = ue.subscribe()
    gap(ue)
    fault(lab, ue, what)
    then = Since(lab)
    answer = ue.refresh(60)
    assert (answer.status, answer.contacts) == (403, [])
    then.exactly("SAR 2")
    assert bindings(lab, ue) == []
    assert lab.ue().message(ue.sub.impu).status == 404
    watch.wait_contact(ue.contact_uri, state="terminated")


def test_user_who_is_elsewhere_is_let_go(lab, ue):
    then = Since(lab)
    assert updated(lab, ue, "experimental 5005").status == 500
    then.exactly("MAR", "SAR 1", "SAR 2")
    assert bindings(lab, ue) == []


@pytest.mark.parametrize("what", PERMANENT.values(), ids=PERMANENT)
@pytest.mark.parametrize("forced", [False, True], ids=["moved", "forced"])
def test_failed_update_leaves_the_binding(lab, ue, what, forced):
    registered(lab, ue, 60)
    before = only_binding(lab, ue)
    if forced:
        lab.rpc("reg_refresh.force_update", ue.sub.impu)
    else:
        gap(ue)
    fault(lab, ue, what)
    answer = ue.refresh(60)
    assert (answer.status, answer.retry_after) == (500, None)
    after = only_binding(lab, ue)
    for name in ("expires_at", "hss_told_at", "owed", "cseq", "call_id"):
        assert after[name] == before[name]


@pytest.mark.parametrize("what", (BUSY | SILENT).values(), ids=BUSY | SILENT)
def test_update_for_the_clock_is_kept_and_owed(lab, ue, what):
    registered(lab, ue, 30)
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    fault(lab, ue, what)
    assert granted(ue.refresh(60)) == {ue.contact_uri: 60}
    after = only_binding(lab, ue)
    assert (after["owed"], after["lifetime"]) == (1, 60)
    nothing_waits(lab)


def test_refusal_of_one_device_leaves_the_other(lab, ue):
    other = lab.ue(impus=[ue.sub.impu])
    registered(lab, ue, 60)
    assert other.register(60).status == 200
    gap(other)
    fault(lab, other, "experimental 5004")
    assert other.refresh(60).status == 403
    assert contacts_of(lab, ue) == {ue.contact_uri}


@pytest.mark.allow_log("new profile is unusable", "ims_reg_refresh")
def test_unusable_user_data_leaves_the_old_profile(lab, ue):
    assert updated(lab, ue, "xml").status == 200
    assert lab.ue().message(ue.sub.impu).status == 200
    assert ue.refresh(60).associated_uris == [ue.sub.impu]


# late, twice, never

def test_answer_twice_counts_once(lab, ue):
    fault(lab, ue, "twice")
    then = Since(lab)
    assert ue.register(60).status == 200
    then.exactly("MAR", "SAR 1")
    assert ue.refresh(60).status == 200
    nothing_waits(lab)


@pytest.mark.allow_log("response outside of threshold")
def test_answer_after_the_time_is_ignored(lab, ue):
    fault(lab, ue, "late 3800")  # cdp takes its time to see that it is over
    clock = Clock(lab)
    assert ue.register(60).status == 504
    assert ue.refresh(60).status == 200
    before = facts(lab, ue)
    clock.wait(4)
    assert facts(lab, ue) == before
    nothing_waits(lab)


@pytest.mark.allow_log("response outside of threshold")
def test_slow_answer_is_awaited(lab, ue):
    fault(lab, ue, "delay 700")
    assert ue.register(60).status == 200
    nothing_waits(lab)


def test_repeated_register_while_the_hss_thinks(lab, ue):
    registered(lab, ue, 60)
    gap(ue)
    fault(lab, ue, "delay 300")
    then = Since(lab)
    request = ue.build_register(60, authorization=ue.credentials(integrity="yes"))
    transaction = ue.start(request)
    lab.wait_hss("SAR", then.hss)
    transaction.repeat()
    assert transaction.wait().status == 200
    then.exactly("SAR 2")
    nothing_waits(lab)


# while the HSS thinks, something else happens

def protected(ue, expires=60):
    """A REGISTER that the P-CSCF vouches for, the next of its Call-ID."""
    return ue.build_register(expires, authorization=(
        ue.credentials(integrity="yes")))


def in_flight(lab, ue):
    """An update whose SAR waits for the HSS; its transaction."""
    gap(ue)
    fault(lab, ue, "delay 400")
    then, transaction = Since(lab), ue.start(protected(ue))
    lab.wait_hss("SAR", then.hss)
    return transaction


def test_newer_register_overtakes(lab, ue):
    registered(lab, ue, 60)
    older = in_flight(lab, ue)
    assert ue.request(protected(ue)).status == 200
    assert older.wait().status == 500
    assert only_binding(lab, ue)["cseq"] == ue.cseq
    nothing_waits(lab)


def test_leaving_overtakes(lab, ue):
    registered(lab, ue, 60)
    older, then = in_flight(lab, ue), Since(lab)
    assert granted(ue.request(protected(ue, 0))) == {ue.contact_uri: 0}
    then.exactly("SAR 5")
    assert older.wait().status == 500
    assert then.line(ue).values["expires"] == "0"
    assert bindings(lab, ue) == []
    assert lab.ue().message(ue.sub.impu).status == 404
    nothing_waits(lab)


def test_leaving_of_one_contact_overtakes(lab, ue):
    other = lab.ue(impus=[ue.sub.impu])
    registered(lab, ue, 60)
    assert other.register(60).status == 200
    older = in_flight(lab, ue)
    assert ue.request(protected(ue, 0)).status == 200
    assert older.wait().status == 500
    assert contacts_of(lab, ue) == {other.contact_uri}


def test_leaving_is_overtaken(lab, ue):
    registered(lab, ue, 60)
    fault(lab, ue, "delay 400")
    then, older = Since(lab), ue.start(protected(ue, 0))
    lab.wait_hss("SAR", then.hss)
    assert granted(ue.request(protected(ue))) == {ue.contact_uri: 60}
    then.exactly("SAR 5", "SAR 2")  # the number of the leaving is a gap
    assert older.wait().status == 500
    assert only_binding(lab, ue)["owed"] == 1


def test_devices_come_at_the_same_time(lab, ue):
    devices = ue, lab.ue(impus=[ue.sub.impu])
    waiting = []
    for device in devices:
        challenge = device.request(device.build_register(
            60, authorization=device.empty_authorization()))
        fault(lab, device, "delay 300")
        waiting.append(device.start(device.build_register(
            60, authorization=device.answer_of(challenge))))
    assert [w.wait().status for w in waiting] == [200, 200]
    assert contacts_of(lab, ue) == {d.contact_uri for d in devices}
    nothing_waits(lab)


def test_one_device_leaves_while_another_comes(lab, ue):
    registered(lab, ue, 60)
    other = lab.ue(impus=[ue.sub.impu])
    challenge = other.request(other.build_register(
        60, authorization=other.empty_authorization()))
    fault(lab, ue, "delay 400")
    then, leaving = Since(lab), ue.start(protected(ue, 0))
    lab.wait_hss("SAR", then.hss)
    answer = other.request(other.build_register(
        60, authorization=other.answer_of(challenge)))
    assert answer.status == 200
    assert leaving.wait().status == 200
    assert only_binding(lab, ue)["contact"] == other.contact_uri
    assert other.refresh(60).status == 200
    assert then.cx()[-1] == "SAR 2"  # the HSS took the user for gone


# no HSS is connected

class Alone:
    """A lab whose HSS has gone: two were registered, one never was."""

    def __init__(self, lab):
        self.lab, self.unknown = lab, lab.ue()
        self.kept, self.moved, self.leaving = (lab.ue() for _ in range(3))
        for ue in (self.kept, self.moved, self.leaving):
            registered(lab, ue, 60)
        lab.hss_server.stop()
        lab.scscf.await_no_peer()

    def ask(self, call, *args):
        """The reply, which comes at once."""
        start = time.monotonic()
        answer = call(*args)
        assert time.monotonic() - start < 0.9
        return answer


@pytest.fixture(scope="module")
def alone(more_labs):
    lab = more_labs(params=PARAMS, cdp_timeout_s=5, defines=VERBOSE)
    lab.provoked = [LOG_NO_PEER]
    return Alone(lab)


def test_no_peer_no_challenge(alone):
    assert alone.ask(alone.unknown.register, 60).status == 504


def test_no_peer_keeps_the_user_without_a_need(alone):
    assert alone.ask(alone.kept.refresh, 60).status == 200


def test_no_peer_keeps_the_user_at_a_forced_update(alone):
    ue = alone.kept
    alone.lab.rpc("reg_refresh.force_update", ue.sub.impu)
    assert granted(alone.ask(ue.refresh, 60)) == {ue.contact_uri: 60}
    assert only_binding(alone.lab, ue)["owed"] == 1


def test_no_peer_cannot_be_told_of_a_movement(alone):
    ue = alone.moved
    before = only_binding(alone.lab, ue)["expires_at"]
    gap(ue)
    assert alone.ask(ue.refresh, 60).status == 504
    assert only_binding(alone.lab, ue)["expires_at"] == before


def test_no_peer_lets_the_user_leave(alone):
    ue = alone.leaving
    assert granted(alone.ask(ue.deregister)) == {ue.contact_uri: 0}
    assert bindings(alone.lab, ue) == []
    nothing_waits(alone.lab)
