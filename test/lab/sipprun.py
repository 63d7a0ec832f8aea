# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs a SIPp scenario bounded in time and number, and reads its figures.

Never leaves SIPp running and never waits for a key.
"""

from __future__ import annotations

import csv
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from process import free_port

HERE = Path(__file__).resolve().parent
EXIT_MEANING = {0: "all calls passed", 1: "a call failed", 97: "internal command",
                99: "no calls", 253: "RTP validation", 254: "connection error",
                255: "fatal error"}


@dataclass
class SippResult:
    """How a run ended.

    @field exit_code  0: every call passed
    @field stats      last line of the statistics, by column name
    @field errors     unexpected messages as SIPp wrote them
    @field output     what SIPp printed
    """

    exit_code: int
    stats: dict[str, str]
    errors: str
    output: str

    def _count(self, column: str) -> int:
        return int(self.stats.get(column, "0") or 0)

    @property
    def passed(self) -> int:
        return self._count("SuccessfulCall(C)")

    @property
    def failed(self) -> int:
        return self._count("FailedCall(C)")

    @property
    def retransmissions(self) -> int:
        return self._count("Retransmissions(C)")

    @property
    def rate(self) -> float:
        """Calls a second over the whole run."""
        return float(self.stats.get("CallRate(C)", "0") or 0)

    def response_ms(self, number: int) -> float | None:
        """Mean of response time `number` of the scenario [ms]."""
        match = re.fullmatch(r"(\d+):(\d+):(\d+):(\d+)", self.stats.get(
            f"ResponseTime{number}(C)", ""))
        if not match:
            return None
        hours, minutes, seconds, micro = map(int, match.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000 + micro / 1000

    def __str__(self) -> str:
        meaning = EXIT_MEANING.get(self.exit_code, "?")
        return (f"exit {self.exit_code} ({meaning}), {self.passed} passed, "
                f"{self.failed} failed, {self.retransmissions} retransmissions"
                f"\n{self.errors[-1500:]}")


def write_users(path: Path, rows: list[list[str]]) -> None:
    """A csv file for -inf, read once in order."""
    lines = ["SEQUENTIAL"] + [";".join(row) for row in rows]
    path.write_text("\n".join(lines) + "\n")


def last_stats(path: Path) -> dict[str, str]:
    """The last line of a -stf file; {} without one."""
    if not path.exists():
        return {}
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {k: v for k, v in rows[-1].items() if k} if rows else {}


def command_of(scenario: str, server: tuple[str, int], work: Path,
               **o) -> list[str]:
    """The command line of one run; options as run_sipp()."""
    path = Path(scenario) if "/" in scenario else HERE / "sipp" / f"{scenario}.xml"
    command = ["sipp", f"{server[0]}:{server[1]}", "-sf", str(path),
               "-inf", str(work / "users.csv"), "-i", "127.0.0.1",
               "-m", str(o["calls"]), "-r", str(o["rate"]), "-l", str(o["limit"]),
               "-d", str(o["pause_ms"]), "-timeout", f'{o["timeout_s"]}s',
               "-timeout_error", "-recv_timeout", str(o["answer_ms"]),
               "-trace_stat", "-stf", str(work / "stats.csv"), "-fd", "1",
               "-trace_err", "-error_file", str(work / "errors.log"),
               "-nostdin", "-default_behaviors", "all,-bye",
               "-base_cseq", str(o["base_cseq"]),
               "-cid_str", o["call_id"], "-p", str(o["port"])]
    for name, value in o["keys"].items():
        command += ["-key", name, str(value)]
    return command + o["extra"]


def run_sipp(scenario: str, server: tuple[str, int], users: list[list[str]], *,
             calls: int | None = None, rate: int = 50, limit: int = 500,
             timeout_s: int = 60, answer_ms: int = 8000, pause_ms: int = 10,
             base_cseq: int = 1, call_id: str = "%u-%p@127.0.0.1",
             port: int = 0, keys: dict | None = None,
             extra: list[str] | None = None,
             directory: Path | None = None) -> SippResult:
    """One run; it ends by itself, at the latest after `timeout_s`.

    @param scenario   name in sipp/, or a path
    @param users      rows for the scenario's fields
    @param calls      number of calls; None: one for each row
    @param rate       calls started a second
    @param limit      calls under way at once
    @param answer_ms  longest wait for any response [ms]
    @param pause_ms   the scenario's own pauses [ms]
    @param port       local UDP port, 0: any
    @param keys       the scenario's keys; expires [s], refreshes, gap_every
    """
    with tempfile.TemporaryDirectory(prefix="sipp", dir=directory) as name:
        work = Path(name)
        write_users(work / "users.csv", users)
        command = command_of(
            scenario, server, work, calls=calls or len(users), rate=rate,
            limit=limit, timeout_s=timeout_s, answer_ms=answer_ms,
            pause_ms=pause_ms, base_cseq=base_cseq, call_id=call_id,
            port=port or free_port(),
            keys={"expires": 600, "refreshes": 3, "gap_every": 3, **(keys or {})},
            extra=extra or [])
        done = subprocess.run(command, stdin=subprocess.DEVNULL, check=False,
                              capture_output=True, text=True, cwd=work,
                              errors="replace", timeout=timeout_s + 15)
        errors = work / "errors.log"
        return SippResult(done.returncode, last_stats(work / "stats.csv"),
                          errors.read_text("utf-8", "replace")
                          if errors.exists() else "", done.stdout + done.stderr)
