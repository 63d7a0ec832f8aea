# SPDX-License-Identifier: GPL-2.0-or-later
"""The story as text for people and as JSON for programs.

Whatever came from the wire is escaped. Never adds a judgement.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone

from story import Story
from user import Entry, User

TEXT_MAX = 200
_MARKS = {"fault": "!!", "cost": " $", "note": " -"}


def safe(text: object) -> str:
    """Text that a terminal shows and never obeys."""
    out = "".join(c if c.isprintable() else f"\\x{ord(c):02x}"
                  for c in str(text)[:TEXT_MAX + 1])
    return out if len(out) <= TEXT_MAX else out[:TEXT_MAX] + "…"


def totals(users: list[User]) -> dict[str, int]:
    """The counts of all users together."""
    sum_of: Counter = Counter()
    for user in users:
        sum_of.update(user.counts())
    return {"users": len(users), **sum_of}


def as_dict(story: Story, users: list[User]) -> dict:
    """All there is, for json.dump."""
    return {"clock": story.capture.clock, "cut": story.capture.cut,
            "truncated": story.capture.truncated,
            "messages": len(story.capture.messages), "totals": totals(users),
            "users": [_user_dict(u) for u in users]}


def _user_dict(user: User) -> dict:
    return {"impus": user.impus, "impis": user.impis, "reach": user.reach,
            "until_ms": user.until_ms, "counts": user.counts(),
            "runs": [r.as_dict() for r in user.runs],
            "entries": [{"at_ms": e.at_ms, "kind": e.kind, **e.values,
                         "findings": [vars(f) for f in e.findings]}
                        for e in user.entries]}


class Text:
    """The report as lines."""

    def __init__(self, story: Story, brief: bool = False):
        self.story = story
        self.brief = brief  # only entries with a finding

    def lines(self, users: list[User]) -> list[str]:
        lines = self._head()
        for user in users:
            lines += ["", *self._user(user)]
        return [*lines, "", *self._totals(users)]

    def _head(self) -> list[str]:
        capture = self.story.capture
        lines = [f"{len(capture.messages)} SIP and Cx messages"]
        if not capture.clock and capture.messages:
            lines.append("The log has no times: messages stand 0.1 s apart.")
        if capture.cut:
            lines.append("There are more: the rest was not read.")
        if capture.truncated:
            lines.append("The capture ends in the middle of a packet.")
        return lines

    def _user(self, user: User) -> list[str]:
        lines = [" ".join(map(safe, user.impus)) + "  "
                 + " ".join(f"<{safe(i)}>" for i in user.impis)]
        for entry in user.entries:
            if not self.brief or entry.findings:
                lines += self._entry(entry)
        lines += [self._run(r) for r in user.runs if r.count > 1]
        return lines + ["  = " + self._sum(user)]

    def _time(self, at_ms: int) -> str:
        if not self.story.capture.clock:
            return f"{at_ms / 1000:8.1f} s"
        at = datetime.fromtimestamp(at_ms / 1000, timezone.utc)
        return at.strftime("%m-%d %H:%M:%S.") + f"{at_ms % 1000:03d}"

    def _entry(self, entry: Entry) -> list[str]:
        tell = {"register": _register, "call": _call, "cx": _cx,
                "state": lambda v: [v["name"]]}[entry.kind]
        first, *more = tell(entry.values)
        lines = [f"  {self._time(entry.at_ms)}  {first}"]
        lines += [f"        {line}" for line in more]
        return lines + [f"     {_MARKS[f.level]} {safe(f.text)}"
                        for f in entry.findings]

    def _run(self, run) -> str:
        what = "challenge loop" if run.loop else "challenged repeatedly"
        return (f"  {self._time(run.at_ms)}  {what}: {run.count} challenges, "
                f"{run.cause}, <{safe(run.impi)}>, {_ENDS[run.ended]}")

    @staticmethod
    def _sum(user: User) -> str:
        n = user.counts()
        text = (f"{n['registers']} REGISTER, {n['challenges']} challenged, "
                f"{n['sars']} SAR ({n['sars_avoidable']} avoidable), "
                f"{n['mars']} MAR ({n['mars_avoidable']} avoidable)")
        if n["calls"]:
            text += (f", {n['calls']} calls ({n['calls_failed']} failed), "
                     f"reachability {user.reach}")
        return text

    @staticmethod
    def _totals(users: list[User]) -> list[str]:
        n = totals(users)
        if not users:
            return ["No user is in it."]
        return [f"In all: {n['users']} users, {n['registers']} REGISTER, "
                f"{n['challenges']} challenged, {n['loops']} loops, "
                f"{n['sars']} SAR of which {n['sars_avoidable']} avoidable, "
                f"{n['mars']} MAR of which {n['mars_avoidable']} avoidable, "
                f"{n['calls']} calls of which {n['calls_failed']} failed, "
                f"{n['faults']} faults"]


_ENDS = {"open": "no success after it", "accepted": "then accepted",
         "window": "then the window was over"}


def _register(values: dict) -> list[str]:
    did, should = values["did"], values["should"]
    asks = "fetches" if not values["contacts"] and not values["star"] else \
        f"asks {safe(values['asked'] or 'nothing')} s"
    first = f"REGISTER {safe(values['cseq'])} {asks}, " \
            f"{_proof(values)}"
    if values["retransmissions"]:
        first += f", sent {values['retransmissions'] + 1} times"
    return [first, "should  " + _should(values, should), "did     " + _did(did)]


def _proof(values: dict) -> str:
    if values["should"].get("proof") == "protected":
        return "protected by the P-CSCF"
    return f"credentials: {values['credentials']}"


def _should(values: dict, should: dict) -> str:
    if not should:
        return "?"
    if not values["judged"]:
        return "? (registered before the capture began)"
    text = f"{should['status']} {should['act']}, {should['why']}"
    if should["reasons"] not in (should["why"], ""):
        text += f" [{should['reasons']}]"
    if should["sar"]:
        text += f", SAR {should['sar']}"
    if should["expires"]:
        text += f", {should['expires']} s"
    if should["lifetime"]:
        text += f"  ({should['elapsed']} of {should['lifetime']} s gone)"
    return text


def _did(did: dict) -> str:
    text = str(did["status"] or "no answer")
    if did["mars"]:
        text += ", MAR" if did["mars"] == 1 else f", {did['mars']} MAR"
    for number, result in zip(did["sars"], did["hss"]):
        text += f", SAR {number} -> {safe(result)}"
    if did["expires"] is not None and did["expires"] >= 0 \
            and 200 <= did["status"] < 300:
        text += f", {did['expires']} s"
    return text


def _call(values: dict) -> list[str]:
    steps = " ".join(values["steps"])
    told = f" (caller got {values['status']})" if values["status"] else ""
    return [f"{values['direction']} call to {safe(values['to'])}: "
            f"{values['words']}{told}", steps]


def _cx(values: dict) -> list[str]:
    return [f"{values['name']} -> {safe(values['result'] or 'no answer')}"]
