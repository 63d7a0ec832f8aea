# SPDX-License-Identifier: GPL-2.0-or-later
"""An OPTIONS of the S-CSCF's own asks a suspect UE, or one that has refreshed,
whether it is there: over its Path, with its limits."""

from __future__ import annotations

import pytest

from process import wait_until

from expect import VERBOSE, Clock, only_binding

LAB_OPTIONS = {
    "params": {"min_expires": 1, "expiry_grace": 1, "probe": "refresh"},
    "defines": {**VERBOSE, "LAB_TRACK": 1, "LAB_EVENTS": 1,
                "LAB_FR_TIMER": 800},
    "modparams": {("tm", "wt_timer"): 300, ("tm", "fr_timer"): 7000},
}


def reach(lab, ue):
    shown = only_binding(lab, ue)
    return shown["reach"], shown["reach_by"]


def test_who_registers_is_asked(lab, ue):
    before = lab.statistics("reg_refresh")["probes_sent"]
    assert ue.register(600).status == 200
    options = ue.wait_request("OPTIONS")
    assert options.uri == ue.contact_uri
    assert options.headers.values("Route") == [ue.path]
    assert options.headers.get("To") == f"<{ue.sub.impu}>"
    wait_until(lambda: reach(lab, ue) == ("proven", "probe"), 5, "proven")
    assert lab.statistics("reg_refresh")["probes_sent"] == before + 1


def test_who_was_proven_just_now_is_not_asked_again(lab, ue):
    assert ue.register(600).status == 200
    ue.wait_request("OPTIONS")
    wait_until(lambda: reach(lab, ue) == ("proven", "probe"), 5, "proven")
    for _ in range(3):
        assert ue.refresh(600).status == 200
    Clock(lab).wait(2)
    assert [r for r in ue.inbox if r.method == "OPTIONS"] == []


@pytest.mark.parametrize("status, led_to", [(200, "proven"), (503, "suspect")])
def test_explain_tells_of_a_probe(lab, ue, status, led_to):
    def story():
        return [(e["act"], e["why"], e.get("means"), e.get("reach"), e["times"])
                for e in lab.rpc("reg_refresh.explain", ue.sub.impu)]

    ue.answers["OPTIONS"] = status
    assert ue.register(600).status == 200
    ue.wait_request("OPTIONS")
    wait_until(lambda: len(story()) > 1, 5, "an entry of the probe")
    assert story() == [("probe", "none", "probe", led_to, 1),
                       ("register", "initial", None, None, 1)]
    line = lab.rpc("reg_refresh.explain", ue.sub.impu, "text")[0]
    assert f"<{ue.contact_uri}> probe: " in line and line.endswith(led_to)


@pytest.mark.parametrize("status", [404, 405, 481, 500])
def test_any_answer_of_the_ue_proves(lab, ue, status):
    ue.answers["OPTIONS"] = status
    assert ue.register(600).status == 200
    ue.wait_request("OPTIONS")
    wait_until(lambda: reach(lab, ue) == ("proven", "probe"), 5, "proven")


@pytest.mark.parametrize("status", [408, 430, 480, 503])
def test_an_answer_of_the_path_makes_suspect(lab, ue, status):
    mark = lab.log_mark()
    ue.answers["OPTIONS"] = status
    assert ue.register(600).status == 200
    ue.wait_request("OPTIONS")
    wait_until(lambda: reach(lab, ue) == ("suspect", "probe"), 5, "suspect")
    lab.wait_event("unreachable", ue.sub.impu, mark)


def test_no_answer_makes_suspect_and_one_probe_is_enough(lab, ue):
    mark = lab.log_mark()
    ue.answers["OPTIONS"] = None
    assert ue.register(600).status == 200
    first = ue.wait_request("OPTIONS")
    for _ in range(3):
        assert ue.refresh(600).status == 200
    lab.wait_event("unreachable", ue.sub.impu, mark, timeout_s=12)
    assert {r.call_id for r in ue.inbox if r.method == "OPTIONS"} <= \
        {first.call_id}


def test_two_bindings_are_asked_each(lab, ue):
    other = lab.ue(lab.subscriber(impus=[ue.sub.impu]))
    assert ue.register(600).status == 200
    assert other.register(600).status == 200
    assert ue.wait_request("OPTIONS").uri == ue.contact_uri
    assert other.wait_request("OPTIONS").uri == other.contact_uri
    other.close()


def test_nobody_is_asked_by_default(make_lab):
    lab = make_lab(defines={"LAB_TRACK": 1})
    ue, caller = lab.ue(), lab.ue()
    ue.answers["MESSAGE"] = 503
    assert ue.register(600).status == 200
    caller.message(ue.sub.impu)
    wait_until(lambda: reach(lab, ue)[0] == "suspect", 5, "suspect")
    Clock(lab).wait(2)
    assert [r for r in ue.inbox if r.method == "OPTIONS"] == []


def test_nothing_is_left_behind(lab):
    """Many probes: shared memory is what it was when they are over."""
    def quiet():
        wait_until(lambda: lab.rpc("tm.stats")["current"] == 0
                   and lab.rpc("reg_refresh.stats")["calls"] == 0, 15, "quiet")
        return lab.rpc("core.shmmem")["used"]

    ue = lab.ue()
    assert ue.register(600).status == 200

    def probe(n):
        for _ in range(n):
            ue.move()  # unproven again
            assert ue.register(600).status == 200
            ue.wait_request("OPTIONS")
    probe(3)
    before = quiet()
    probe(10)
    assert quiet() - before < 16384
