# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's HSS as seen from a test: start, stop, commands, request log.

Drives hss/hss-start, hss-stop and hssctl; never speaks Diameter itself.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from process import LabError, build_dir, free_port

HSS_HOME = Path(__file__).resolve().parent / "hss"
START_S = 60  # longest wait for hss-start and hss-stop

_LINE = re.compile(r"(?P<at>\d+\.\d+) (?P<cmd>[A-Z]{3})(?P<fields>.*?) "
                   r"(?P<arrow>->|<-) ?(?P<outcome>.*)")


@dataclass(frozen=True)
class HssRecord:
    """One Diameter request in the HSS's log.

    @field at      seconds since the epoch
    @field cmd     SAR, MAR, …; RTR and PPR are sent by the HSS
    @field type    Server-Assignment-Type; None where the command has none
    @field result  Result-Code as a word: "2001", "exp:5001", "timeout";
                   "" when a fault kept the answer back
    @field fault   what was spoilt: "silence", "delayed 300ms"; "" for nothing
    @field values  all name=value words: impi, impu, type, uda, server, scheme …
    """

    at: float
    cmd: str
    sent: bool
    result: str
    fault: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def impi(self) -> str:
        return self.values.get("impi", "")

    @property
    def impus(self) -> list[str]:
        return self.values.get("impu", "").split(",")

    @property
    def impu(self) -> str:
        return self.impus[0]

    @property
    def type(self) -> int | None:
        value = self.values.get("type", "-")
        return int(value) if value.isdigit() else None


def parse_record(line: str) -> HssRecord | None:
    """A line of the request log; None if it is something else."""
    match = _LINE.fullmatch(line.strip())
    if not match:
        return None
    words = (match["fields"] + " " + match["outcome"]).split()
    values = dict(w.split("=", 1) for w in words if "=" in w)
    outcome = [w for w in match["outcome"].split() if "=" not in w]
    is_code = bool(outcome) and re.fullmatch(r"(exp:)?\d{4}|timeout|[a-z]+-?error",
                                             outcome[-1])
    sent = match["arrow"] == "<-"
    result = outcome.pop() if is_code or (sent and outcome) else ""
    return HssRecord(float(match["at"]), match["cmd"], sent, result,
                     " ".join(outcome), values)


class Hss:
    """One HSS below a directory; `options` are those of hss-start."""

    def __init__(self, directory: Path, realm: str, options: list[str]):
        self.directory = directory
        self.realm = realm
        self.options = options
        self.host = "127.0.0.1"
        self.port = 0

    @property
    def fqdn(self) -> str:
        """Its Diameter identity."""
        return f"hss.{self.realm}"

    @property
    def log(self) -> Path:
        """The log of requests."""
        return self.directory / "hss.log"

    @property
    def output(self) -> Path:
        """What the daemon printed."""
        return self.directory / "hss.out"

    def start(self) -> None:
        """Start, on the port of an earlier start; back when it answers."""
        self.port = self.port or free_port(socket.SOCK_STREAM)
        fdx = os.environ.get("HSS_FDX") or build_dir() / "test/lab/hss.fdx"
        self._run("hss-start", [
            str(self.directory), "--address", self.host, "--port",
            str(self.port), "--identity", self.fqdn, "--realm", self.realm,
            "--fdx", str(fdx), *self.options])

    def stop(self) -> None:
        """Stop; harmless when repeated."""
        if self.directory.exists():
            self._run("hss-stop", [str(self.directory)])

    @staticmethod
    def _run(tool: str, args: list[str]) -> None:
        done = subprocess.run([str(HSS_HOME / tool), *args], check=False,
                              stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=START_S,
                              env={"HSS_STOP_S": "1", **os.environ})
        if done.returncode != 0:
            raise LabError(f"{tool}: {done.stdout}{done.stderr}")

    def command(self, text: str, *, check: bool = True,
                timeout_s: float = 30) -> str:
        """One command of the control socket (hss/README.md); its answer.

        @param check  LabError if the answer is an error
        """
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(timeout_s)
            sock.connect(str(self.directory / "hss.ctl"))
            sock.sendall(text.encode() + b"\n")
            answer = _read_answer(sock)
        if check and answer.splitlines()[-1:] != [] and \
                answer.splitlines()[-1].startswith("error"):
            raise LabError(f"hss {text}: {answer}")
        return answer

    def add(self, line: str) -> None:
        """Add or replace the subscriber(s) of a line of the subscribers file."""
        self.command(f"subscriber {line}")

    def mark(self) -> int:
        """Where the log ends now [octets]."""
        return self.log.stat().st_size if self.log.exists() else 0

    def records(self, since: int = 0) -> list[HssRecord]:
        """The requests logged from a mark on."""
        if not self.log.exists():
            return []
        text = self.log.read_bytes()[since:].decode("utf-8", "replace")
        found = (parse_record(line) for line in text.splitlines())
        return [record for record in found if record]


def _read_answer(sock: socket.socket) -> str:
    """Lines up to and with the one that begins with ok or error."""
    lines = []
    with sock.makefile("r") as stream:
        for line in stream:
            lines.append(line.rstrip("\n"))
            if lines[-1].split(" ")[0] in ("ok", "error"):
                break
    return "\n".join(lines)
