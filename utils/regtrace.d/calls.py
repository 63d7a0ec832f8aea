# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls of a capture and how far each of them came: the INVITE ladder.

INVITE, 100, a provisional response, PRACK where it is reliable, 200, ACK. The
leg with the most Vias is the one that reached furthest. Never knows users.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import sip

COMPLETE = "complete"
NO_PROGRESS = "no-progress"
PROVISIONAL = "provisional"
NO_PRACK = "no-prack"
NO_ACK = "no-ack"
DECLINED = "declined"
CANCELLED = "cancelled"

FAILED = (NO_PROGRESS, PROVISIONAL, NO_PRACK, NO_ACK)

WORDS = {
    COMPLETE: "complete",
    NO_PROGRESS: "no progress",
    PROVISIONAL: "stopped at the provisional stage",
    NO_PRACK: "stopped at a reliable provisional response that no PRACK confirmed",
    NO_ACK: "200 without ACK",
    DECLINED: "answered, declined",
    CANCELLED: "cancelled by the caller"}

# Final responses that the path gives, not a UE that is there (SPEC 8).
UNPROVEN = (404, 408, 430, 480, 503)
WAIT_MS = 32_000  # RFC 3261 timers B and H


@dataclass
class Leg:
    """One hop of an INVITE."""

    request: sip.Message
    branches: tuple
    provisional: list[int] = field(default_factory=list)
    reliable: set[str] = field(default_factory=set)  # RSeq numbers
    final: sip.Message | None = None


@dataclass
class Call:
    """One INVITE transaction with all its hops.

    @field begin  from the first one on, end: of the last message of it
    """

    legs: list[Leg]
    pracked: set[str] = field(default_factory=set)
    acked: bool = False
    caller_cancelled: bool = False
    end_ms: int = 0

    @property
    def at_ms(self) -> int:
        return self.legs[0].request.at_ms

    @property
    def request(self) -> sip.Message:
        """As the caller's side sent it."""
        return min(self.legs, key=lambda g: len(g.branches)).request

    @property
    def last(self) -> Leg:
        """The leg nearest to the callee."""
        return max(self.legs, key=lambda g: len(g.branches))

    @property
    def status(self) -> int:
        """The final response as the caller got it; 0: none."""
        finals = [g for g in self.legs if g.final]
        return min(finals, key=lambda g: len(g.branches)).final.status \
            if finals else 0

    @property
    def steps(self) -> list[str]:
        """What was seen on the way, in order of the ladder."""
        leg = self.last
        seen = ["INVITE", *(str(s) for s in dict.fromkeys(leg.provisional))]
        if self.pracked:
            seen.append("PRACK")
        if leg.final:
            seen.append(str(leg.final.status))
        return seen + (["ACK"] if self.acked else [])

    def stage(self) -> str:
        """Where it stopped."""
        leg = self.last
        if leg.final and leg.final.status < 300:
            return COMPLETE if self.acked else NO_ACK
        if self.caller_cancelled:
            return CANCELLED
        if leg.final and leg.final.status not in (*UNPROVEN, 487):
            return DECLINED
        if not any(s > 100 for s in leg.provisional):
            return NO_PROGRESS
        return NO_PRACK if leg.reliable - self.pracked else PROVISIONAL

    def unfinished(self, capture_end_ms: int) -> bool:
        """Whether the capture ends before the call could."""
        return (self.stage() in FAILED and self.status < 300
                and capture_end_ms - self.end_ms < WAIT_MS)


class Calls:
    """Calls, found as messages come by."""

    def __init__(self) -> None:
        self.found: list[Call] = []
        self._by_key: dict[tuple, Call] = {}
        self._by_dialog: dict[tuple, list[Call]] = {}

    @staticmethod
    def _dialog(message: sip.Message) -> tuple:
        tag = sip.params(message.get("from")).get("tag", "")
        return message.call_id, tag

    def _call(self, message: sip.Message) -> Call | None:
        return self._by_key.get((*self._dialog(message), message.cseq))

    def request(self, message: sip.Message) -> None:
        take = {"INVITE": self._invite, "ACK": self._ack,
                "PRACK": self._prack, "CANCEL": self._cancel}
        if message.method in take:
            take[message.method](message)

    def _invite(self, message: sip.Message) -> None:
        if "tag" in sip.params(message.get("to")):
            return  # within a dialog that stands
        call = self._call(message)
        branches = message.branches
        if not call:
            call = Call([Leg(message, branches)], end_ms=message.at_ms)
            self._drop_unauthorized(message)
            self._by_key[(*self._dialog(message), message.cseq)] = call
            self._by_dialog.setdefault(self._dialog(message), []).append(call)
            self.found.append(call)
        elif not any(g.branches == branches for g in call.legs) \
                and len(call.legs) < 32:
            call.legs.append(Leg(message, branches))

    def _drop_unauthorized(self, message: sip.Message) -> None:
        """An INVITE that was challenged is no call; its sequel is."""
        for call in self._by_dialog.get(self._dialog(message), []):
            if call.status in (401, 407) and call in self.found[-64:]:
                self.found.remove(call)

    def _ack(self, message: sip.Message) -> None:
        call = self._call(message)
        if call and call.last.final and call.last.final.status < 300:
            call.acked, call.end_ms = True, message.at_ms

    def _prack(self, message: sip.Message) -> None:
        rack = message.get("rack").split()
        if len(rack) != 3:
            return
        for call in self._by_dialog.get(self._dialog(message), []):
            if call.request.cseq == rack[1]:
                call.pracked.add(rack[0])
                call.end_ms = message.at_ms

    def _cancel(self, message: sip.Message) -> None:
        call = self._call(message)
        if not call:
            return
        first = min(call.legs, key=lambda g: len(g.branches))
        if message.branches[:1] == first.branches[:1] and (
                len(call.legs) == 1 or call.last is not first):
            call.caller_cancelled = not call.status
        call.end_ms = message.at_ms

    def response(self, message: sip.Message) -> None:
        if message.cseq_method != "INVITE":
            return
        call = self._call(message)
        leg = next((g for g in call.legs if g.branches == message.branches),
                   None) if call else None
        if not leg:
            return
        call.end_ms = message.at_ms
        if message.status >= 200:
            leg.final = leg.final or message
            return
        if len(leg.provisional) < 64:
            leg.provisional.append(message.status)
        if "100rel" in message.get("require") and message.get("rseq"):
            leg.reliable.add(message.get("rseq"))
