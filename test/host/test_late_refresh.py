# SPDX-License-Identifier: GPL-2.0-or-later
"""A refresh that does not come when it is due, and the silent end of it (TS
24.229 5.1.1.4: a UE refreshes at half of 1200 s or less)."""

from __future__ import annotations

import pytest

from lab import RpcError
from process import wait_until

from expect import VERBOSE, Clock, bindings, only_binding

LATE_MARGIN = 2
LIFETIME = 8  # due after 4 s, late after 6 s
LAB_OPTIONS = {
    "params": {"min_expires": 1, "expiry_grace": 1, "late_margin": LATE_MARGIN},
    "defines": {**VERBOSE, "LAB_EVENTS": 1, "LAB_USRLOC_TIMER": 1},
}


def late(lab, ue) -> list[dict]:
    """RPC late, of one UE."""
    rows = lab.rpc("reg_refresh.late", 1000) or []
    return [row for row in rows if row["impu"] == ue.sub.impu]


def told(lab, ue, mark) -> int:
    """How often the event has fired."""
    return len([e for e in lab.events(mark, "EVENT")
                if e.name == "late" and e.values["impu"] == ue.sub.impu])


def test_overdue_is_listed_counted_and_told_once(lab, ue):
    mark = lab.log_mark()
    before = lab.statistics("reg_refresh")["late_refreshes"]
    assert ue.register(LIFETIME).status == 200
    assert late(lab, ue) == []
    event = lab.wait_event("late", ue.sub.impu, mark, timeout_s=12)
    assert event.values["act"] == "register"
    (row,) = late(lab, ue)
    assert row["contact"] == ue.contact_uri
    assert LATE_MARGIN <= row["overdue"] <= 5
    assert row["remaining"] <= 2
    assert row["expires_at"] == only_binding(lab, ue)["expires_at"]
    assert row["user_agent"] == "lab UE"
    stats = lab.statistics("reg_refresh")
    assert stats["late_refreshes"] > before
    wait_until(lambda: bindings(lab, ue) == [], 8, "expired")
    assert late(lab, ue) == []
    assert told(lab, ue, mark) == 1


def test_who_refreshes_after_all_leaves_the_list(lab, ue):
    mark = lab.log_mark()
    assert ue.register(LIFETIME).status == 200
    wait_until(lambda: late(lab, ue), 10, "overdue")
    assert ue.refresh(600).status == 200
    assert late(lab, ue) == []
    assert ue.refresh(LIFETIME).status == 200
    wait_until(lambda: late(lab, ue), 10, "overdue again")
    assert told(lab, ue, mark) == 2


def test_a_refresh_in_time_is_never_late(lab, ue):
    mark = lab.log_mark()
    assert ue.register(LIFETIME).status == 200
    clock = Clock(lab)
    clock.wait(LIFETIME / 2 + 0.5)
    assert ue.refresh(600).status == 200
    clock.wait(LIFETIME)
    assert late(lab, ue) == [] and told(lab, ue, mark) == 0


def test_too_short_to_be_late(lab, ue):
    """Its end comes before the margin is over."""
    mark = lab.log_mark()
    assert ue.register(2).status == 200
    wait_until(lambda: bindings(lab, ue) == [], 8, "expired")
    assert told(lab, ue, mark) == 0


def test_the_list_has_an_end(lab, ue):
    assert ue.register(LIFETIME).status == 200
    wait_until(lambda: late(lab, ue), 10, "overdue")
    assert len(lab.rpc("reg_refresh.late", 1)) == 1
    with pytest.raises(RpcError) as refused:
        lab.rpc("reg_refresh.late", 0)
    assert refused.value.code == 400


def test_a_silent_end_says_what_was_seen_last(lab, ue):
    mark = lab.log_mark()
    before = lab.statistics("reg_refresh")["silent_expiries"]
    assert ue.register(2).status == 200
    line = lab.wait_log(rf"{ue.sub.impu}: <{ue.contact_uri}> expired silently: "
                        r"last REGISTER \d s ago \(act=register why=initial\), "
                        r'User-Agent "lab UE", unproven since \d s', mark, 8)
    assert line
    assert lab.statistics("reg_refresh")["silent_expiries"] > before


def test_a_silent_end_is_none_if_the_user_leaves(lab, ue):
    mark = lab.log_mark()
    assert ue.register(2).status == 200
    assert ue.deregister().status == 200
    Clock(lab).wait(4)
    assert f"{ue.sub.impu}: <{ue.contact_uri}> expired" not in \
        lab.log_text(mark)
