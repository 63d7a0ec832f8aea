#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The story of one phone, told as it happens.

Starts an HSS and an S-CSCF with the example configuration, lets a phone
register, refresh, move and come back, and prints what the S-CSCF decided at
each step, why, what went to the HSS, and what the phone was told. Everything
printed is read off the running system: the log, the HSS's log, the wire.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
from dataclasses import dataclass

from lab import Lab, LabError
from ue import Ue

EXPIRES_S = 8
INTERVAL_S = 14
PARAMS = {"min_expires": 2, "location_update_interval": INTERVAL_S,
          "location_update_jitter": 0, "expiry_grace": 2}
VERDICT = re.compile(r"act=(\S+) why=(\S+) .*elapsed=(\d+)/(\d+) cseq=(\d+)/(\d+)")
HEAD = ("  time", "the phone", "the S-CSCF", "because", "to the HSS", "the phone hears")
WIDTHS = (7, 39, 12, 22, 12, 0)
ASSIGNMENTS = {1: "register", 2: "update", 4: "timeout", 5: "leave"}


@dataclass
class Step:
    """One thing the phone does, and what it should lead to."""

    said: str
    act: str
    why: str
    wait_s: float = 0.0


class Story:
    """Runs steps and prints a line for each."""

    def __init__(self, lab: Lab, ue: Ue):
        self.lab = lab
        self.ue = ue
        self.began = time.monotonic()
        self.granted = self.began
        self.colour = sys.stdout.isatty()
        self.wrong = 0

    def _paint(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colour else text

    def _line(self, *cells: str) -> str:
        return "".join(cell.ljust(width) if width else cell
                       for cell, width in zip(cells, WIDTHS))

    def head(self) -> None:
        """The table's head."""
        print(self._paint(self._line(*HEAD), "1"))

    def note(self, text: str) -> None:
        """A sentence between two steps."""
        print(self._paint(f"         {text}", "2"))

    def until(self, after_grant_s: float) -> None:
        """Wait until so long after the last lifetime began [s]."""
        time.sleep(max(0.0, self.granted + after_grant_s - time.monotonic()))

    def step(self, step: Step, send) -> None:
        """Let the phone do it, and print the line."""
        self.until(step.wait_s)
        hss, log = self.lab.hss_mark(), self.lab.log_mark()
        at = time.monotonic() - self.began
        answer = send()
        verdicts = VERDICT.findall(self.lab.log_text(log))
        act, why, elapsed, lifetime, seen, new = verdicts[-1]
        asked = ", ".join(self._request(r) for r in self.lab.hss_log(hss)) or "-"
        heard = f"{answer.status} {answer.reason}"
        if len(verdicts) > 1:
            heard = f"401, then {heard}"
        if answer.status == 200 and answer.contacts:
            heard += f", {self._granted(answer)}"
        right = (act, why) == (step.act, step.why)
        self.wrong += not right
        if act in ("register", "update", "extend", "shorten") and answer.status == 200:
            self.granted = time.monotonic()
        print(self._line(f"{at:5.1f}s ", step.said,
                         self._paint(act.ljust(WIDTHS[2]), "1;32" if right else "1;31"),
                         why, asked.ljust(WIDTHS[4]), heard))

    @staticmethod
    def _request(record) -> str:
        if record.cmd != "SAR":
            return record.cmd
        return f"SAR {record.type}"

    def _granted(self, answer) -> str:
        return " and ".join(f"{contact.params['expires']} s"
                            for contact in answer.contacts)


def tell(lab: Lab) -> int:
    """The whole story; how many steps went otherwise than told."""
    ue = lab.ue(name="phone")
    story = Story(lab, ue)
    e = EXPIRES_S
    story.head()
    story.step(Step("switches on, asks for 8 s", "register", "initial"),
               lambda: ue.register(e))
    story.step(Step("refreshes soon", "keep", "first-half", 1.5),
               lambda: ue.refresh(e))
    story.step(Step("refreshes past half of the lifetime", "extend", "second-half", 4.3),
               lambda: ue.refresh(e))
    ue.cseq += 1
    story.step(Step("was on another S-CSCF, comes back", "update", "cseq-gap", 0.5),
               lambda: ue.refresh(e))
    ue.cseq -= 1
    story.step(Step("sends the same once more", "repeat", "retransmission"),
               lambda: ue.refresh(e))
    ue.cseq -= 2
    story.step(Step("an old one arrives late", "reject", "out-of-order"),
               lambda: ue.refresh(e))
    ue.reboot()
    story.step(Step("restarts: a new Call-ID", "keep", "first-half"),
               lambda: ue.refresh(e, protected=False))
    ue.move()
    story.step(Step("moves to another address", "update", "contact-replaced"),
               lambda: ue.refresh(e, protected=False))
    _lose_the_hss(lab, story)
    story.step(Step("asks for 1 s only", "reject", "too-brief"), lambda: ue.refresh(1))
    story.step(Step("switches off", "deregister", "last-contact-removed"),
               ue.deregister)
    return story.wrong


def _lose_the_hss(lab: Lab, story: Story) -> None:
    ue, e = story.ue, EXPIRES_S
    updated = time.monotonic()
    for wait in (4.3, 4.3, 4.3):
        if time.monotonic() - updated + wait >= INTERVAL_S:
            break
        story.step(Step("refreshes past half of the lifetime", "extend",
                        "second-half", wait), lambda: ue.refresh(e))
    story.note(f"the location update interval ({INTERVAL_S} s) runs out, "
               "and the HSS is too busy")
    lab.hss("fault SAR result 3004")
    time.sleep(max(0.0, updated + INTERVAL_S + 0.2 - time.monotonic()))
    story.step(Step("refreshes: the user is kept", "update", "lui-expired"),
               lambda: ue.refresh(e))
    lab.hss("clear")
    story.note("the HSS is back")
    story.step(Step("refreshes: what is owed is paid", "update", "hss-owed", 1),
               lambda: ue.refresh(e))


def summary(lab: Lab) -> None:
    """What the HSS was spared."""
    counters = lab.statistics("reg_refresh")
    print(f"\n{counters['sar_saved']} REGISTERs were answered without asking the "
          f"HSS, {counters['sar_sent']} with; {counters['mar_saved']} users were "
          f"proven without a MAR, {counters['mar_sent']} with.")


def main() -> int:
    """Entry point."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stay", action="store_true",
                        help="leave HSS and S-CSCF running")
    parser.add_argument("--dir", help="where everything is written")
    options = parser.parse_args()
    directory = options.dir or tempfile.mkdtemp(prefix="reg_refresh.")
    lab = Lab(directory, config="example", params=PARAMS)
    try:
        lab.start()
        wrong = tell(lab)
        summary(lab)
    except LabError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        if not options.stay:
            lab.stop()
    if options.stay:
        print(f"\nStill running. Look: test/lab/lab status {directory}\n"
              f"              ask: test/lab/lab kamcmd {directory} reg_refresh.list\n"
              f"              end: test/lab/lab stop {directory}")
    if wrong:
        print(f"\n{wrong} step(s) went otherwise than they should; the log is "
              f"{directory}/kamailio.log", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
