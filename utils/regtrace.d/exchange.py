# SPDX-License-Identifier: GPL-2.0-or-later
"""What belongs together: a REGISTER, its answer, the Cx exchanges between.

A capture may hold the same message at several hops: the copy with the most
Vias is the S-CSCF's, and only that one is judged. Never judges itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

import sip
from diameter import CxMessage

SLACK_MS = 20         # by which captured orders may differ
OPEN_MS = 64_000      # an answer later than that is none (RFC 3261 timer F, twice)
LOOK_BACK = 64        # REGISTERs of one identity
DECIDED_TYPES = (1, 2, 3, 5, 7)  # SARs that a REGISTER causes


def is_later_hop(branches: tuple, of: tuple) -> bool:
    """Whether the first Via stack is the second with hops put on top."""
    return len(branches) > len(of) > 0 and branches[-len(of):] == of


@dataclass
class CxExchange:
    """One request to or from the HSS, and its answer if there was one."""

    request: CxMessage
    answer: CxMessage | None = None
    used: bool = False

    @property
    def at_ms(self) -> int:
        return self.request.at_ms

    @property
    def result(self) -> str:
        return self.answer.result if self.answer else ""


@dataclass
class Registration:
    """One REGISTER at the S-CSCF.

    @field repeats  retransmissions of the very same transaction
    @field hops     copies of it at other hops
    """

    request: sip.Message
    branches: tuple
    final: sip.Message | None = None
    repeats: int = 0
    hops: int = 1
    cx: list[CxExchange] = field(default_factory=list)

    @property
    def at_ms(self) -> int:
        return self.request.at_ms

    @property
    def status(self) -> int:
        return self.final.status if self.final else 0

    @property
    def end_ms(self) -> int:
        return self.final.at_ms if self.final else self.at_ms + OPEN_MS

    def sent(self, name: str) -> list[CxExchange]:
        return [x for x in self.cx if x.request.name == name]


class Registrations:
    """REGISTER transactions, found as messages come by."""

    def __init__(self) -> None:
        self.found: list[Registration] = []
        self._by_key: dict[tuple, list[Registration]] = {}

    def request(self, message: sip.Message) -> None:
        known = self._by_key.setdefault((message.call_id, message.cseq), [])
        branches = message.branches
        for registration in reversed(known):
            if self._is_copy(registration, message, branches):
                return
        registration = Registration(message, branches)
        known.append(registration)
        self.found.append(registration)

    @staticmethod
    def _is_copy(known: Registration, message: sip.Message,
                 branches: tuple) -> bool:
        if branches == known.branches:
            known.repeats += 1
            return True
        if is_later_hop(known.branches, branches):
            known.hops += 1
            return True
        if is_later_hop(branches, known.branches) and not known.final:
            known.request, known.branches = message, branches
            known.hops += 1
            return True
        return False

    def response(self, message: sip.Message) -> None:
        if message.status < 200:
            return
        branches = message.branches
        known = self._by_key.get((message.call_id, message.cseq), [])
        for registration in reversed(known):
            if registration.branches == branches and not registration.final:
                registration.final = message
                return

    def in_order(self) -> list[Registration]:
        return sorted(self.found, key=lambda r: (r.at_ms, r.request.order))


class CxExchanges:
    """Cx requests with their answers; a relayed copy counts once."""

    def __init__(self) -> None:
        self.found: list[CxExchange] = []
        self._by_key: dict[tuple, CxExchange] = {}

    def take(self, message: CxMessage) -> None:
        key = (message.name, *message.key)
        known = self._by_key.get(key)
        if message.is_request:
            if not known:
                known = self._by_key[key] = CxExchange(message)
                self.found.append(known)
        elif known and not known.answer:
            known.answer = message


def attribute(registrations: list[Registration], exchanges: list[CxExchange],
              names) -> None:
    """Give each SAR and MAR to the REGISTER that waited for it.

    @param names  registration -> the identities it is known by
    """
    by_name: dict[str, list[Registration]] = {}
    for registration in registrations:
        for name in names(registration):
            by_name.setdefault(name, []).append(registration)
    for exchange in exchanges:
        registration = _owner(by_name, exchange)
        if registration:
            registration.cx.append(exchange)
            exchange.used = True


def _owner(by_name: dict, exchange: CxExchange) -> Registration | None:
    request = exchange.request
    if request.name not in ("SA", "MA") or (
            request.name == "SA" and request.type not in DECIDED_TYPES):
        return None
    names = {request.impi, *request.impus}
    waiting = [r for n in names for r in _waiting(by_name.get(n, []), exchange)]
    if not waiting:  # several interfaces, and their clocks
        waiting = [r for n in names for r in _near(by_name.get(n, []), exchange)]
    return max(waiting, key=lambda r: r.request.order, default=None)


def _waiting(known: list[Registration],
             exchange: CxExchange) -> list[Registration]:
    """Those before it in the capture that were not answered yet."""
    order = exchange.request.order
    at = bisect_left(known, order, key=lambda r: r.request.order)
    return [r for r in known[max(0, at - LOOK_BACK):at]
            if r.end_ms + SLACK_MS >= exchange.at_ms
            and (not r.final or order < r.final.order)]


def _near(known: list[Registration], exchange: CxExchange) -> list[Registration]:
    """Those that waited for an answer about that time."""
    end_ms = exchange.at_ms + SLACK_MS
    at = bisect_right(known, end_ms, key=lambda r: r.at_ms)
    return [r for r in known[max(0, at - LOOK_BACK):at]
            if r.end_ms + SLACK_MS >= exchange.at_ms]
