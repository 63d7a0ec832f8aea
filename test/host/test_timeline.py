# SPDX-License-Identifier: GPL-2.0-or-later
"""The life of one registration, row by row.

600 seconds of the worked timeline are 6 here, the location update interval is
14, the least interval 2, the grace 1. Exactly half of a lifetime cannot be
hit from outside: the row stands a moment before it.
"""

from __future__ import annotations

from dataclasses import dataclass

from expect import VERBOSE, Clock, Since

LAB_OPTIONS = {"params": {"min_expires": 2, "max_expires": 0,
                          "location_update_interval": 14,
                          "location_update_jitter": 0, "expiry_grace": 1},
               "defines": VERBOSE}


@dataclass(frozen=True)
class Row:
    """A REGISTER and what becomes of it; `at` and all else in seconds.

    @field expires  asked for
    @field granted  the Contact's expires in a 200, None in another reply
    """

    at: float
    cseq: int
    expires: int
    act: str
    why: str
    cx: tuple[str, ...] = ()
    status: int = 200
    granted: int | None = 6
    new_call: bool = False


TIMELINE = [
    Row(0.0, 2, 6, "register", "initial", ("MAR", "SAR 1")),
    Row(1.1, 3, 6, "keep", "first-half", granted=5),
    Row(2.8, 4, 6, "keep", "first-half", granted=4),
    Row(3.2, 5, 6, "extend", "second-half"),
    Row(4.2, 7, 6, "update", "cseq-gap", ("SAR 2",)),
    Row(5.4, 7, 6, "repeat", "retransmission", granted=5),
    Row(5.5, 6, 6, "reject", "out-of-order", status=500, granted=None),
    Row(5.6, 1, 6, "keep", "first-half", granted=5, new_call=True),
    Row(5.7, 2, 2, "shorten", "shortened", granted=2),
    Row(7.3, 3, 6, "extend", "second-half"),
    Row(13.6, 4, 6, "extend", "second-half"),
    Row(16.9, 5, 6, "extend", "second-half"),
    Row(18.3, 6, 6, "update", "lui-expired", ("SAR 2",)),
    Row(18.5, 7, 1, "reject", "too-brief", status=423, granted=None),
    Row(18.6, 8, 0, "deregister", "last-contact-removed", ("SAR 5",), granted=0),
]


def play(lab, ue, clock, row) -> Row:
    """Do as a row says; what came of it, as a row."""
    clock.wait(row.at)
    then = Since(lab)
    if row.at == 0:
        answer = ue.register(row.expires)
    else:
        if row.new_call:
            ue.call_id = "new-" + ue.call_id
        answer = ue.refresh(row.expires, cseq=row.cseq)
    if answer.status == 423:
        assert answer.min_expires == 2
    line = then.line(ue)
    return Row(row.at, ue.cseq, row.expires, line.act, line.why,
               tuple(then.cx()), answer.status,
               answer.expires_of(ue.contact_uri), row.new_call)


def test_worked_timeline(lab, ue):
    clock = Clock(lab)
    assert [play(lab, ue, clock, row) for row in TIMELINE] == TIMELINE
