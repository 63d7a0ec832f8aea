# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a network did otherwise than was to be decided.

Compares one REGISTER's verdict with what was done. Never decides itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import sip
from credentials import challenge_of
from diameter import SAR_TYPES
from exchange import DECIDED_TYPES, Registration

FAULT, COST, NOTE = "fault", "cost", "note"
SAME_S = 2  # lifetimes are rounded

_GRANTING = ("keep", "shorten", "extend", "update", "overwrite", "register")


@dataclass
class Finding:
    """One thing to know.

    @field level  fault: harms the user; cost: needless work; note
    """

    kind: str
    level: str
    text: str


def grants_of(response: sip.Message | None) -> list[tuple[str, int]]:
    """The contacts that a 200 lists: URI and seconds, -1 if it does not say."""
    found = []
    for value in response.values("contact") if response else []:
        seconds = sip.params(value).get("expires", response.get("expires"))
        found.append((sip.address(value), int(seconds)
                      if seconds.isdigit() and len(seconds) < 10 else -1))
    return found


def contacts_of(request: sip.Message) -> list[tuple[str, str]]:
    """The contacts of a REGISTER: URI and the seconds asked for, as sent."""
    return [(sip.address(v), sip.params(v).get("expires", request.get("expires")))
            for v in request.values("contact") if v != "*"]


def _place(uri: str) -> str:
    """User, host and port of a URI, to be compared."""
    return uri.partition(";")[0].lower().removesuffix(":5060")


def granted(registration: Registration) -> int | None:
    """What the 200 grants to the first contact; None: it is not listed."""
    contacts = contacts_of(registration.request)
    listed = {_place(u): s for u, s in grants_of(registration.final)}
    return listed.get(_place(contacts[0][0])) if contacts else None


@dataclass
class Case:
    """A REGISTER, the verdict on it, and what the capture can show."""

    registration: Registration
    verdict: dict[str, str]
    has_cx: bool
    cached: bool = False        # SIP Digest, and its HA1 was fetched before
    loop_broken: bool = False   # refused because it is in a challenge loop

    @property
    def status(self) -> int:
        return self.registration.status

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def challenged(self) -> bool:
        return self.status in (401, 407)

    @property
    def should(self) -> str:
        return f"{self.verdict['act']} ({self.verdict['why']})"


def compare(case: Case) -> list[Finding]:
    """Everything that was done otherwise."""
    if case.status == 0:
        return [Finding("unanswered", NOTE, "no final answer in the capture")]
    found = [*_answer(case), *_challenge(case)]
    if not found:
        found += _lifetime(case)
    return found + _sars(case) + _mars(case) + _ok(case)


def _answer(case: Case) -> list[Finding]:
    verdict = case.verdict
    if case.challenged and verdict["act"] != "challenge":
        return [Finding("needless-challenge", FAULT if verdict["status"] != "403"
                        else NOTE, f"challenged; it should be {case.should}, "
                        f"proof: {verdict['proof']}")]
    if case.accepted and verdict["act"] == "challenge":
        return [Finding("unproven", FAULT, "accepted, though nothing in the "
                        f"capture proves the user ({verdict['why']})")]
    if case.loop_broken:
        return [Finding("loop-broken", NOTE,
                        f"{case.status}: the challenge loop is being broken")]
    if case.status != int(verdict["status"]):
        return [Finding("other-answer", FAULT, f"answered {case.status}; it "
                        f"should be {verdict['status']}: {case.should}")]
    return []


def _challenge(case: Case) -> list[Finding]:
    if case.challenged and not challenge_of(case.registration.final):
        return [Finding("empty-challenge", FAULT, f"the {case.status} carries no "
                        "challenge that a UE could answer")]
    return []


def _lifetime(case: Case) -> list[Finding]:
    verdict, seconds = case.verdict, granted(case.registration)
    if not case.accepted or verdict["act"] not in _GRANTING \
            or seconds in (None, -1):
        return []
    want = int(verdict["expires"])
    if seconds > want + SAME_S:
        more = "the lifetime was started again in its first half" \
            if verdict["act"] == "keep" else "more than was to be granted"
        return [Finding("longer", NOTE, f"granted {seconds} s for {want} s: {more}")]
    if seconds < want - SAME_S:
        return [Finding("shorter", NOTE, f"granted {seconds} s for {want} s")]
    return []


def _sar_name(number: int) -> str:
    return f"SAR {number} {SAR_TYPES.get(number, '')}".strip()


def sars_of(registration: Registration) -> list[int]:
    """Types of the SARs that the REGISTER caused."""
    return [x.request.type for x in registration.sent("SA")
            if x.request.type in DECIDED_TYPES]


def _sars(case: Case) -> list[Finding]:
    sent, want = sars_of(case.registration), int(case.verdict["sar"])
    if not case.accepted or case.verdict["act"] == "challenge":
        return []
    if sent and not want:
        return [Finding("avoidable-sar", COST, f"{_sar_name(n)} sent; "
                        f"{case.should} needs none") for n in sent]
    if want and not sent and case.has_cx:
        return [Finding("missing-sar", FAULT,
                        f"{_sar_name(want)} was due: {case.should}")]
    if want and sent and sent[0] != want:
        return [Finding("sar-type", NOTE, f"{_sar_name(sent[0])} sent for "
                        f"{_sar_name(want)}")]
    return [Finding("avoidable-sar", COST, f"{_sar_name(n)} sent once more")
            for n in sent[1:]]


def _mars(case: Case) -> list[Finding]:
    mars = len(case.registration.sent("MA"))
    if case.verdict["act"] != "challenge":
        why = f"MAR sent; {case.should} needs none"
    elif case.cached:
        why = "MAR sent; the HA1 of an earlier one was at hand"
    else:
        why, mars = "MAR sent once more", mars - 1
    return [Finding("avoidable-mar", COST, why)] * max(0, mars)


def _ok(case: Case) -> list[Finding]:
    """What a 200 lacks (TS 24.229 5.4.1.2.2F)."""
    request, response = case.registration.request, case.registration.final
    asks = [s for _, s in contacts_of(request) if s != "0"]
    if not case.accepted or not asks:
        return []
    found = []
    if granted(case.registration) is None:
        listed = ", ".join(u for u, _ in grants_of(response)) or "none"
        found.append(Finding("contact-not-listed", FAULT, "the 200 does not list "
                             f"the contact that was registered, but {listed}"))
    lacks = [name for name, header in (
        ("Path", "path"), ("Service-Route", "service-route"),
        ("P-Associated-URI", "p-associated-uri")) if not response.get(header)
        and (header != "path" or request.get("path"))]
    if lacks:
        found.append(Finding("incomplete-200", NOTE,
                             "the 200 lacks " + ", ".join(lacks)))
    return found
