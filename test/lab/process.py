# SPDX-License-Identifier: GPL-2.0-or-later
"""Daemons in a directory: start, look, stop, by pid file.

Each daemon runs under a small shell that writes NAME.pid at the start and
NAME.exit (the exit status) at the end, so that whoever comes later, also
another process, can stop it and learn how it ended.
Never looks for a process by name and never signals one it did not start.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

HERE = Path(__file__).resolve().parent

_SUPERVISE = '''
"$@" &
pid=$!
echo $pid $$ >"$LAB_PID.new" && mv "$LAB_PID.new" "$LAB_PID"
wait $pid
echo $? >"$LAB_EXIT"
'''

POLL_S = 0.02  # between two looks at a condition that no descriptor shows

_FATAL = re.compile(r"\b(ALERT|BUG|CRITICAL|ERROR|EMERG)\b:?|"
                    r"AddressSanitizer|runtime error|exited by a signal")


def build_dir() -> Path:
    """Where the build is: BUILD_DIR, else build/ in the work tree."""
    return Path(os.environ.get("BUILD_DIR") or HERE.parents[1] / "build").resolve()


class LabError(Exception):
    """The lab could not do what it was asked; says why, with a log's tail."""


def wait_until(ready: Callable[[], object], timeout_s: float,
               what: str) -> object:
    """Look until `ready()` is true and return that; LabError after the time."""
    end = time.monotonic() + timeout_s
    while not (result := ready()):
        if time.monotonic() > end:
            raise LabError(f"{what}: not within {timeout_s} s")
        time.sleep(POLL_S)
    return result


def free_port(kind: int = socket.SOCK_DGRAM, ip: str = "127.0.0.1") -> int:
    """A port that is free now, outside the range of ephemeral ports."""
    for _ in range(100):
        with socket.socket(socket.AF_INET, kind) as sock:
            with contextlib.suppress(OSError):
                sock.bind((ip, random.randrange(20000, 32000)))
                return sock.getsockname()[1]
    raise LabError("no free port")


def tail(path: Path, lines: int = 25) -> str:
    """The last lines of a text file, "" if there is none."""
    with contextlib.suppress(OSError):
        return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:])
    return ""


def fatal_lines(text: str, allow: list[str] | None = None) -> list[str]:
    """Log lines of level ERROR and above, without those that `allow` matches."""
    return [line for line in text.splitlines() if _FATAL.search(line)
            and not any(re.search(a, line) for a in allow or [])]


def _states(group: int) -> Iterator[str]:
    """States of the processes of a group: "S" waits, "R" has something to do."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of) == group:
                yield state


class Daemon:
    """One daemon: DIR/NAME.pid, NAME.exit, NAME.log."""

    def __init__(self, directory: Path, name: str):
        self.name = name
        self.log = directory / f"{name}.log"
        self._pid = directory / f"{name}.pid"
        self._exit = directory / f"{name}.exit"
        self._shell: subprocess.Popen | None = None

    def start(self, command: list[str], env: dict[str, str] | None = None) -> None:
        """Start it in a session of its own; its output is added to the log."""
        for stale in (self._pid, self._exit):
            stale.unlink(missing_ok=True)
        environment = dict(os.environ, **(env or {}), LAB_PID=str(self._pid),
                           LAB_EXIT=str(self._exit))
        with self.log.open("ab") as log:
            self._shell = subprocess.Popen(
                ["/bin/sh", "-c", _SUPERVISE, "sh", *command], stdout=log,
                stderr=log, stdin=subprocess.DEVNULL, env=environment,
                start_new_session=True)
        wait_until(self._pid.exists, 5, f"pid of {self.name}")

    def _numbers(self) -> tuple[int, int] | None:
        """(pid, process group), None if it was never started."""
        with contextlib.suppress(OSError, ValueError):
            pid, group = self._pid.read_text().split()
            return int(pid), int(group)
        return None

    @property
    def pid(self) -> int | None:
        numbers = self._numbers()
        return numbers[0] if numbers else None

    @property
    def exit_status(self) -> int | None:
        """As the shell says it (128 + n: signal n); None while it runs."""
        with contextlib.suppress(OSError, ValueError):
            return int(self._exit.read_text())
        return None

    @property
    def running(self) -> bool:
        return self._numbers() is not None and self.exit_status is None

    @property
    def idle(self) -> bool:
        """Whether it and its children have nothing to do at this moment; a
        process that waits for a CPU has."""
        numbers = self._numbers()
        return numbers is not None and all(
            state == "S" for state in _states(numbers[1]))

    def require_running(self) -> bool:
        """True; LabError with the tail of the log if it has ended."""
        if not self.running:
            raise LabError(f"{self.name} ended with status {self.exit_status}\n"
                           f"{tail(self.log)}")
        return True

    def stop(self, timeout_s: float = 15) -> int | None:
        """SIGTERM, await the end; the exit status, 137 if it had to be killed."""
        numbers = self._numbers()
        if numbers is None:
            return self.exit_status
        if self.running:
            self._signal(numbers[0], signal.SIGTERM)
            try:
                wait_until(lambda: not self.running, timeout_s, self.name)
            except LabError:
                self._kill_group(numbers[1])
        if self._shell:
            self._shell.wait(5)
        self._pid.unlink(missing_ok=True)
        return self.exit_status

    def kill(self) -> None:
        """End it and its children at once, as a crash would."""
        numbers = self._numbers()
        if numbers and self.running:
            self._kill_group(numbers[1])

    def _kill_group(self, group: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
        self._exit.write_text("137\n")

    @staticmethod
    def _signal(pid: int, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
