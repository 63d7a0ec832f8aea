# SPDX-License-Identifier: GPL-2.0-or-later
"""Whether a UE can be reached, as calls and messages to it show, and where a
call stopped: INVITE, 183, PRACK, 200, ACK (TS 24.229, RFC 3262)."""

from __future__ import annotations

import os

import pytest

from lab import RpcError
from process import wait_until

from expect import VERBOSE, only_binding

FR_MS, FR_INV_MS, WAIT_MS = 800, 1500, 500

LAB_OPTIONS = {
    "params": {"min_expires": 1, "expiry_grace": 1},
    "defines": {**VERBOSE, "LAB_TRACK": 1, "LAB_EVENTS": 1,
                "LAB_FR_TIMER": FR_MS, "LAB_FR_INV_TIMER": FR_INV_MS},
    "modparams": {("tm", "wt_timer"): WAIT_MS},
}

RELIABLE = {"Require": "100rel", "RSeq": "1"}


@pytest.fixture
def callee(lab):
    """A registered UE whose calls a test answers by hand."""
    ue = lab.ue()
    assert ue.register(600).status == 200
    ue.answers["INVITE"] = None
    yield ue
    ue.close()


@pytest.fixture
def caller(lab):
    ue = lab.ue()
    yield ue
    ue.close()


# Helpers

def reach(lab, ue) -> tuple[str, str, str]:
    """State, means and stage of the UE's only binding."""
    shown = only_binding(lab, ue)
    return shown["reach"], shown["reach_by"], shown["reach_stage"]


def wait_reach(lab, ue, *expected: str, timeout_s: float = 8):
    wait_until(lambda: reach(lab, ue) == expected, timeout_s,
               f"reach {expected}, not {reach(lab, ue)}")


def stats(lab) -> dict[str, int]:
    return lab.statistics("reg_refresh")


def ring(caller, callee, status=180, **options):
    """Call the callee, who rings; the call and the INVITE that it got."""
    call = caller.invite(callee.sub.impu)
    invite = callee.wait_request("INVITE")
    callee.reply(invite, status, **options)
    return call, invite


def answer(caller, call, callee, invite):
    """The callee takes the call; its 200 has reached the caller."""
    callee.reply(invite, 200)
    return call.wait()


# Proof

def test_who_registers_is_unproven(lab, callee):
    assert reach(lab, callee) == ("unproven", "none", "none")
    assert only_binding(lab, callee)["reach_at"] == "never"


def test_a_message_proves(lab, caller, callee):
    assert caller.message(callee.sub.impu).status == 200
    wait_reach(lab, callee, "proven", "MESSAGE", "none")
    assert only_binding(lab, callee)["reach_at"] != "never"


@pytest.mark.parametrize("status", [404, 415, 486, 500, 603])
def test_a_refusal_proves_as_well(lab, caller, callee, status):
    callee.answers["MESSAGE"] = status
    assert caller.message(callee.sub.impu).status == status
    wait_reach(lab, callee, "proven", "MESSAGE", "none")


@pytest.mark.parametrize("status", [408, 430, 480, 503])
def test_the_path_answers_for_a_dead_ue(lab, caller, callee, status):
    callee.answers["MESSAGE"] = status
    caller.message(callee.sub.impu)
    wait_reach(lab, callee, "suspect", "MESSAGE", "none")


def test_a_480_of_the_ue_itself_proves(lab, caller, callee):
    callee.answers["MESSAGE"] = lambda r: callee.build_reply(r, 480, headers={
        "P-Access-Network-Info": "3GPP-E-UTRAN-FDD"})
    assert caller.message(callee.sub.impu).status == 480
    wait_reach(lab, callee, "proven", "MESSAGE", "none")


def test_silence_makes_suspect_and_an_answer_proves_again(lab, caller, callee):
    callee.answers["MESSAGE"] = None
    assert caller.message(callee.sub.impu).status == 408
    wait_reach(lab, callee, "suspect", "MESSAGE", "none")
    callee.answers["MESSAGE"] = 200
    assert caller.message(callee.sub.impu).status == 200
    wait_reach(lab, callee, "proven", "MESSAGE", "none")


# The ladder

def test_a_call_is_complete(lab, caller, callee):
    before = stats(lab)["calls_complete"]
    call, invite = ring(caller, callee, 183, headers=RELIABLE)
    wait_reach(lab, callee, "proven", "INVITE", "no-prack")
    assert caller.prack(call, call.wait_status(183)).status == 200
    wait_reach(lab, callee, "proven", "INVITE", "provisional")
    answer(caller, call, callee, invite)
    wait_reach(lab, callee, "proven", "INVITE", "no-ack")
    caller.ack(call)
    callee.wait_request("ACK")
    wait_reach(lab, callee, "proven", "INVITE", "complete")
    assert caller.request(caller.build_in_dialog(call, "BYE")).status == 200
    assert stats(lab)["calls_complete"] == before + 1


def test_dead_behind_its_pcscf(lab, caller, callee):
    before = stats(lab)["calls_no_progress"]
    call, _ = ring(caller, callee, 100)
    assert call.wait(FR_INV_MS / 1000 + 4).status == 408
    caller.ack(call)
    wait_reach(lab, callee, "suspect", "INVITE", "no-progress")
    wait_until(lambda: stats(lab)["calls_no_progress"] == before + 1, 5,
               "counted")


def test_dead_at_once(lab, caller, callee):
    call = caller.invite(callee.sub.impu)
    assert call.wait(FR_MS / 1000 + 4).status == 408
    caller.ack(call)
    wait_reach(lab, callee, "suspect", "INVITE", "no-progress")


def test_stops_at_183(lab, caller, callee):
    """It was alive, but does not even answer the CANCEL with a 487."""
    call, _ = ring(caller, callee, 183)
    wait_reach(lab, callee, "proven", "INVITE", "provisional")
    assert call.wait(FR_INV_MS / 1000 + 4).status == 408
    caller.ack(call)
    wait_reach(lab, callee, "suspect", "INVITE", "provisional")


def test_gets_no_prack(lab, caller, callee):
    before = stats(lab)["calls_no_prack"]
    call, invite = ring(caller, callee, 183, headers=RELIABLE)
    callee.reply(invite, 504)
    assert call.wait().status == 504
    caller.ack(call)
    wait_reach(lab, callee, "proven", "INVITE", "no-prack")
    wait_until(lambda: stats(lab)["calls_no_prack"] == before + 1, 5, "counted")


def test_gets_no_ack(lab, caller, callee):
    call, invite = ring(caller, callee)
    assert answer(caller, call, callee, invite).status == 200
    wait_reach(lab, callee, "proven", "INVITE", "no-ack")
    caller.ack(call)  # after all: nothing is left for the next test
    wait_reach(lab, callee, "proven", "INVITE", "complete")


@pytest.mark.skipif(not os.environ.get("LONG"), reason="takes 64 * T1")
def test_the_ack_is_waited_for_as_long_as_the_ue_repeats(lab, caller, callee):
    before = stats(lab)["calls_no_ack"]
    call, invite = ring(caller, callee)
    assert answer(caller, call, callee, invite).status == 200
    wait_until(lambda: stats(lab)["calls_no_ack"] == before + 1, 40, "counted")
    caller.ack(call)
    callee.wait_request("ACK")
    assert reach(lab, callee) == ("proven", "INVITE", "no-ack")
    assert lab.rpc("reg_refresh.stats")["calls"] == 0


def test_rings_too_long(lab, caller, callee):
    """Nobody takes the call; the phone answers our CANCEL: it lives."""
    call, invite = ring(caller, callee)
    callee.wait_request("CANCEL", FR_INV_MS / 1000 + 4)
    callee.reply(invite, 487)
    assert call.wait().status == 408
    caller.ack(call)
    wait_until(lambda: lab.rpc("tm.stats")["current"] == 0, 5, "no transaction")
    assert reach(lab, callee) == ("proven", "INVITE", "provisional")


def test_is_busy(lab, caller, callee):
    call, invite = ring(caller, callee, 486)
    assert call.wait().status == 486
    caller.ack(call)
    wait_reach(lab, callee, "proven", "INVITE", "rejected")


def test_the_caller_gives_up(lab, caller, callee):
    call, invite = ring(caller, callee)
    call.wait_status(180)
    cancel(caller, call)
    callee.wait_request("CANCEL")
    callee.reply(invite, 487)
    assert call.wait().status == 487
    caller.ack(call)
    wait_reach(lab, callee, "proven", "INVITE", "cancelled")


def cancel(caller, call):
    """CANCEL a call (RFC 3261 9.1)."""
    request = caller.build_request("CANCEL", call.request.uri)
    for name in ("Via", "From", "To", "Call-ID"):
        request.headers.set(name, call.request.headers.get(name))
    request.headers.set("CSeq", f"{call.request.cseq} CANCEL")
    caller.send(request)


# The story

def told(lab, ue) -> list[tuple]:
    """(act, means, stage, reach, times) of the calls, newest first."""
    return [(e["act"], e["means"], e["stage"], e["reach"], e["times"])
            for e in lab.rpc("reg_refresh.explain", ue.sub.impu)
            if e["act"] in ("call", "probe")]


def wait_told(lab, ue, *expected):
    wait_until(lambda: told(lab, ue) == list(expected), 8,
               f"{expected}, not {told(lab, ue)}")


def test_calls_stand_among_the_verdicts(lab, caller, callee):
    """A message, a call that stops at 183, a refresh, two to a dead phone."""
    alive = ("call", "MESSAGE", "none", "proven", 1)
    stopped = ("call", "INVITE", "provisional", "suspect", 1)
    assert caller.message(callee.sub.impu).status == 200
    wait_told(lab, callee, alive)
    call, _ = ring(caller, callee, 183)
    assert call.wait(FR_INV_MS / 1000 + 4).status == 408
    caller.ack(call)
    wait_told(lab, callee, stopped, alive)
    assert callee.refresh(600).status == 200
    callee.answers["MESSAGE"] = None
    for n in (1, 2):
        assert caller.message(callee.sub.impu).status == 408
        wait_told(lab, callee, ("call", "MESSAGE", "none", "suspect", n),
                  stopped, alive)
    entries = lab.rpc("reg_refresh.explain", callee.sub.impu)
    assert [(e["act"], e["why"]) for e in entries] == [
        ("call", "none"), ("keep", "first-half"), ("call", "provisional"),
        ("call", "none"), ("register", "initial")]
    lines = lab.rpc("reg_refresh.explain", callee.sub.impu, "text")
    assert lines[0].endswith("> call: MESSAGE, 2 times in a row; suspect")
    assert lines[2].endswith("> call: INVITE, provisional; suspect")
    (row,) = lab.rpc("reg_refresh.list", callee.sub.impu)
    assert (row["act"], row["why"]) == ("keep", "first-half")


def test_a_dead_phone_is_told(lab, caller, callee):
    call = caller.invite(callee.sub.impu)
    assert call.wait(FR_MS / 1000 + 4).status == 408
    caller.ack(call)
    wait_told(lab, callee, ("call", "INVITE", "no-progress", "suspect", 1))


def test_calls_leave_the_verdicts(lab, caller, callee):
    """However many come: half of the entries are verdicts."""
    for _ in range(8):
        assert callee.refresh(600).status == 200
    for n in range(12):
        callee.answers["MESSAGE"] = 200
        assert caller.message(callee.sub.impu).status == 200
        callee.answers["INVITE"] = 486
        call = caller.invite(callee.sub.impu)
        assert call.wait().status == 486
        caller.ack(call)
    entries = lab.rpc("reg_refresh.explain", callee.sub.impu)
    assert [e["act"] for e in entries].count("keep") == 4
    assert len(entries) == 8


# Which binding

def test_a_plain_refresh_changes_nothing(lab, caller, callee):
    caller.message(callee.sub.impu)
    wait_reach(lab, callee, "proven", "MESSAGE", "none")
    before = only_binding(lab, callee)["reach_at"]
    assert callee.refresh(600).status == 200
    assert reach(lab, callee) == ("proven", "MESSAGE", "none")
    assert only_binding(lab, callee)["reach_at"] == before


@pytest.mark.parametrize("new_pcscf", [False, True])
def test_who_moves_is_unproven(lab, caller, callee, new_pcscf):
    caller.message(callee.sub.impu)
    wait_reach(lab, callee, "proven", "MESSAGE", "none")
    callee.move(new_pcscf=new_pcscf)
    assert callee.register(600).status == 200
    assert reach(lab, callee) == ("unproven", "none", "none")


def test_each_branch_speaks_for_its_own_binding(lab, caller, callee):
    """Two phones: one answers, the other one is dead."""
    dead = lab.ue(lab.subscriber(impus=[callee.sub.impu]))
    dead.answers["MESSAGE"] = None
    assert dead.register(600).status == 200
    caller.message(callee.sub.impu)
    dead.answers["MESSAGE"] = None
    callee.answers["MESSAGE"] = 415

    def states():
        shown = lab.rpc("reg_refresh.show", callee.sub.impu)
        return {b["contact"]: b["reach"] for b in shown}
    assert caller.message(callee.sub.impu).status == 415
    wait_until(lambda: states() == {callee.contact_uri: "proven",
                                    dead.contact_uri: "suspect"}, 8, "each")
    dead.close()


def test_a_user_of_the_stock_registrar_is_not_tracked(lab, caller, callee):
    """lookup() finds it, we know nothing of it: said, and routed all the same."""
    stranger = lab.ue()
    mark = lab.log_mark()
    assert stranger.register(60, headers={"X-Lab-Save": "stock"}).status == 200
    assert caller.message(stranger.sub.impu).status == 200
    lab.wait_log("not tracked: MESSAGE to <" + stranger.contact_uri, mark)
    stranger.close()


# Who is told

def unreachable(lab) -> dict[str, dict]:
    """RPC unreachable, by contact."""
    return {row["contact"]: row
            for row in lab.rpc("reg_refresh.unreachable", 1000) or []}


def test_the_operator_is_told_once(lab, caller, callee):
    mark, before = lab.log_mark(), stats(lab)
    callee.answers["MESSAGE"] = None
    caller.message(callee.sub.impu)
    event = lab.wait_event("unreachable", callee.sub.impu, mark)
    assert event.values["reach"] == "suspect"
    row = unreachable(lab)[callee.contact_uri]
    assert (row["impu"], row["reach"], row["means"], row["stage"]) == \
        (callee.sub.impu, "suspect", "MESSAGE", "none")
    assert (row["user_agent"], row["fails"]) == ("lab UE", 1)
    assert row["since"] == only_binding(lab, callee)["reach_at"]
    assert stats(lab)["reach_suspect"] == before["reach_suspect"] + 1
    caller.message(callee.sub.impu)
    wait_until(lambda: unreachable(lab)[callee.contact_uri]["fails"] == 2, 5,
               "a second failure")
    callee.answers["MESSAGE"] = 200
    caller.message(callee.sub.impu)
    wait_until(lambda: callee.contact_uri not in unreachable(lab), 5, "proven")
    assert stats(lab)["reach_suspect"] == before["reach_suspect"]
    events = [e for e in lab.events(mark, "EVENT") if e.name == "unreachable"
              and e.values["impu"] == callee.sub.impu]
    assert len(events) == 1


def test_the_list_tells_the_stage_of_the_call(lab, caller, callee):
    call, _ = ring(caller, callee, 183)
    call.wait(FR_INV_MS / 1000 + 4)
    caller.ack(call)
    wait_until(lambda: callee.contact_uri in unreachable(lab), 8, "listed")
    row = unreachable(lab)[callee.contact_uri]
    assert (row["means"], row["stage"]) == ("INVITE", "provisional")


def test_the_list_ends_at_the_count(lab, caller, callee):
    callee.answers["MESSAGE"] = None
    caller.message(callee.sub.impu)
    wait_until(lambda: callee.contact_uri in unreachable(lab), 8, "listed")
    assert len(lab.rpc("reg_refresh.unreachable", 1)) == 1
    with pytest.raises(RpcError) as refused:
        lab.rpc("reg_refresh.unreachable", 0)
    assert refused.value.code == 400


def test_who_leaves_is_suspect_no_longer(lab, caller, callee):
    before = stats(lab)["reach_suspect"]
    callee.answers["MESSAGE"] = None
    caller.message(callee.sub.impu)
    wait_reach(lab, callee, "suspect", "MESSAGE", "none")
    assert callee.deregister().status == 200
    assert stats(lab)["reach_suspect"] == before


def test_the_script_sees_it_at_the_next_register(lab, caller, callee):
    callee.answers["MESSAGE"] = None
    caller.message(callee.sub.impu)
    wait_reach(lab, callee, "suspect", "MESSAGE", "none")
    mark = lab.log_mark()
    assert callee.refresh(600).status == 200
    verdict = wait_until(lambda: lab.events(mark, "VERDICT"), 5, "a verdict")[-1]
    assert verdict.values["reach"] == "suspect"


# What it costs

def test_nothing_is_left_behind(lab, caller, callee):
    """Many messages and calls: shared memory is what it was."""
    def used():
        wait_until(lambda: lab.rpc("tm.stats")["current"] == 0, 10, "quiet")
        wait_until(lambda: lab.rpc("reg_refresh.stats")["calls"] == 0, 10,
                   "no call")
        return lab.rpc("core.shmmem")["used"]

    def burst(n):
        callee.answers["INVITE"] = 486
        for _ in range(n):
            assert caller.message(callee.sub.impu).status == 200
            call = caller.invite(callee.sub.impu)
            assert call.wait().status == 486
            caller.ack(call)
    burst(20)
    before = used()
    burst(300)
    assert used() - before < 8192
