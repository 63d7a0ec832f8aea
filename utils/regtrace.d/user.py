# SPDX-License-Identifier: GPL-2.0-or-later
"""What is known of one user: entries in order, the lifetime as it stands.

Holds and counts. Never compares.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from judge import Finding


@dataclass
class Entry:
    """One thing that came, with what there is to say of it."""

    at_ms: int
    kind: str  # register, cx, call, state
    values: dict
    findings: list[Finding] = field(default_factory=list)


@dataclass
class Run:
    """Challenges in a row without success."""

    impi: str
    at_ms: int
    end_ms: int
    count: int
    cause: str
    loop: bool
    ended: str = "open"  # accepted, refused, window

    def as_dict(self) -> dict:
        return {"impi": self.impi, "at_ms": self.at_ms, "end_ms": self.end_ms,
                "challenges": self.count, "class": self.cause,
                "loop": self.loop, "ended": self.ended}


@dataclass
class User:
    """One implicit set.

    @field until_ms  end of the binding that ends last; 0: none
    @field reach     unproven, proven, suspect (SPEC 8)
    """

    number: int
    impus: list[str] = field(default_factory=list)
    impis: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    granted_ms: int = 0
    until_ms: int = 0
    attempt_ms: int = 0   # first REGISTER since the last success
    accepted_ms: int = 0
    accepted: dict = field(default_factory=dict)
    decided: bool = False
    left: bool = False
    reach: str = "unproven"

    def add(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        return entry

    def name_impu(self, impu: str) -> None:
        if impu and impu not in self.impus and len(self.impus) < 64:
            self.impus.append(impu)

    def name_impi(self, impi: str) -> None:
        if impi and impi not in self.impis and len(self.impis) < 64:
            self.impis.append(impi)

    def bound_at(self, at_ms: int) -> bool:
        return self.until_ms > at_ms

    def gone(self) -> None:
        self.granted_ms = self.until_ms = 0

    def counts(self) -> dict[str, int]:
        """What happened, in numbers."""
        registers = [e for e in self.entries if e.kind == "register"]
        findings = [f for e in self.entries for f in e.findings]
        return {
            "registers": len(registers),
            "accepted": sum(200 <= e.values["did"]["status"] < 300
                            for e in registers),
            "challenges": sum(e.values["did"]["status"] in (401, 407)
                              for e in registers),
            "sars": sum(len(e.values["did"]["sars"]) for e in registers),
            "sars_needed": sum(e.values["should"].get("sar", 0) > 0
                               and 200 <= e.values["did"]["status"] < 300
                               for e in registers if e.values["judged"]),
            "sars_avoidable": sum(f.kind == "avoidable-sar" for f in findings),
            "mars": sum(e.values["did"]["mars"] for e in registers),
            "mars_avoidable": sum(f.kind == "avoidable-mar" for f in findings),
            "loops": sum(r.loop for r in self.runs),
            "calls": sum(e.kind == "call" for e in self.entries),
            "calls_failed": sum(f.kind == "call-failed" for f in findings),
            "faults": sum(f.level == "fault" for f in findings)}
