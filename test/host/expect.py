# SPDX-License-Identifier: GPL-2.0-or-later
"""What host tests look at: verdicts, Diameter requests, bindings, time.

    then = Since(lab)
    assert ue.refresh(600).status == 200
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()                                  # and nothing to the HSS

A lab of such a test is started with VERBOSE, so that the module's own line
says the verdict. Never sends anything.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from lab import Lab, RpcError
from sipmsg import Response
from ue import Ue

VERBOSE = {"LAB_DEBUG": 2}  # INFO: one line a REGISTER

_LINE = re.compile(r"(?P<impu>\S+): act=(?P<act>\S+) why=(?P<why>\S+) "
                   r"reasons=(?P<reasons>\S+) (?P<rest>elapsed=.*)")

# Of RPC show: what runs by itself.
_RUNNING = ("remaining", "lui")


@dataclass(frozen=True)
class Verdict:
    """One line of the module. `values`: elapsed, cseq, sar, hss, status …"""

    act: str
    why: str
    reasons: list[str]
    values: dict[str, str]


def impu_of(who: Ue | str) -> str:
    """The IMPU of a UE; an IMPU as it is."""
    return who if isinstance(who, str) else who.sub.impu


def verdicts_of(lab: Lab, who: Ue | str, since: int = 0) -> list[Verdict]:
    """All verdicts on an IMPU since a mark of the log, oldest first."""
    found = (_LINE.search(line) for line in lab.log_text(since).splitlines())
    return [Verdict(m["act"], m["why"], m["reasons"].split(","),
                    dict(w.split("=", 1) for w in m["rest"].split()))
            for m in found if m and m["impu"] == impu_of(who)]


def verdict_of(lab: Lab, who: Ue | str, since: int = 0) -> Verdict:
    """The last verdict on an IMPU."""
    return verdicts_of(lab, who, since)[-1]


class Since:
    """A moment in a lab, and what has happened after it. Those who were gone by
    then do not count: their bindings run out, what they owe is told."""

    def __init__(self, lab: Lab):
        self.lab = lab
        self.log = lab.log_mark()
        self.hss = lab.hss_mark()
        self.gone = {ue.sub.impi for ue in lab.ues if ue.closed}

    def line(self, who: Ue | str) -> Verdict:
        """The last verdict on an IMPU."""
        return verdict_of(self.lab, who, self.log)

    def verdict(self, who: Ue | str) -> tuple[str, str]:
        """(act, why) of the last verdict on an IMPU."""
        line = self.line(who)
        return line.act, line.why

    def cx(self) -> list[str]:
        """The Diameter requests of the S-CSCF, as "MAR" and "SAR 1"."""
        return [f"{r.cmd} {r.type}" if r.cmd == "SAR" else r.cmd
                for r in self.lab.hss_log(self.hss)
                if not r.sent and r.impi not in self.gone]

    def exactly(self, *requests: str) -> None:
        """These Diameter requests went out, in this order, and no other."""
        assert self.cx() == list(requests)


def bindings(lab: Lab, who: Ue | str) -> list[dict]:
    """RPC show of an IMPU; [] if it is not registered."""
    try:
        return lab.rpc("reg_refresh.show", impu_of(who))
    except RpcError as error:
        if error.code != 404:
            raise
        return []


def facts(lab: Lab, ue: Ue) -> list[dict]:
    """The bindings without what runs by itself: equal if nothing changed."""
    return [{k: v for k, v in b.items() if k not in _RUNNING}
            for b in bindings(lab, ue)]


def only_binding(lab: Lab, who: Ue | str) -> dict:
    """The one binding that the IMPU has."""
    found = bindings(lab, who)
    assert len(found) == 1, found
    return found[0]


def contacts_of(lab: Lab, ue: Ue) -> set[str]:
    """The contact URIs bound to the UE's IMPU."""
    return {b["contact"] for b in bindings(lab, ue)}


def granted(response: Response) -> dict[str, int]:
    """The expires of every Contact in a 200, by URI."""
    return {c.uri: c.expires for c in response.contacts}


class Clock:
    """Time since a 200, for tests that must let some pass."""

    def __init__(self, lab: Lab):
        self._hub = lab.hub
        self._start = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._start

    def wait(self, until_s: float) -> None:
        """Until so many seconds have passed; UEs are served meanwhile."""
        while (left := until_s - self.elapsed_s) > 0:
            self._hub.serve(left)


def registered(lab: Lab, ue: Ue, expires: int = 20, **options) -> Clock:
    """Register a UE for the first time; the clock of its lifetime."""
    then = Since(lab)
    response = ue.register(expires, **options)
    assert response.status == 200, response
    assert then.cx() == ["MAR", "SAR 1"]
    return Clock(lab)


def be_patient(ue) -> None:
    """Stock sends a 401 before its vector is stored: do not answer at once."""
    answer_of = ue.answer_of

    def answer_later(response, **options):
        ue.hub.serve(0.01)
        return answer_of(response, **options)

    ue.answer_of = answer_later
    ue.challenges_max = 3
