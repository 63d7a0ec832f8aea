# SPDX-License-Identifier: GPL-2.0-or-later
"""The module's core, as a process: a line for each event, a line for a verdict.

Knows the program's lines (core/line.h). Never decides anything itself.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
LINE_MAX = 65000  # octets; the program takes 65535

Fields = list[tuple[str, object]]


class CoreError(Exception):
    """The core is not there, or refuses a line."""


def _find() -> str:
    places = [os.environ.get("REGTRACE_CORE", ""),
              os.path.join(os.environ.get("BUILD_DIR", ""), "utils/regtrace-core"),
              str(TOP / "build/utils/regtrace-core")]
    for place in places:
        if place and os.access(place, os.X_OK):
            return place
    raise CoreError("regtrace-core is not built (cmake --build build), "
                    "or set REGTRACE_CORE")


def escape(value: object) -> str:
    """A value as the lines carry it."""
    octets = str(value).encode("utf-8", "replace")
    return "".join(chr(c) if 0x20 < c < 0x7f and c != 0x25 else f"%{c:02X}"
                   for c in octets)


def unescape(text: str) -> str:
    parts = text.split("%")
    octets = parts[0].encode() + b"".join(
        bytes([int(p[:2], 16)]) + p[2:].encode() for p in parts[1:])
    return octets.decode("utf-8", "replace")


class Core:
    """One run of regtrace-core."""

    def __init__(self) -> None:
        self._child = subprocess.Popen([_find()], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE)
        self._identities: dict[str, str] = {}

    def close(self) -> None:
        self._child.stdin.close()
        self._child.stdout.close()
        self._child.wait(10)

    def __enter__(self) -> "Core":
        return self

    def __exit__(self, *_exc) -> None:
        self.close()

    def ask(self, verb: str, fields: Fields) -> dict[str, str]:
        """One event; the fields of its answer. CoreError if it is refused."""
        line = " ".join([verb, *(f"{n}={escape(v)}" for n, v in fields)])
        if len(line) > LINE_MAX:
            raise CoreError("too long")
        try:
            self._child.stdin.write(line.encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError:
            raise CoreError("regtrace-core has ended") from None
        answer = self._child.stdout.readline(LINE_MAX * 4).decode().rstrip("\n")
        word, _, rest = answer.partition(" ")
        if word in ("error", ""):
            raise CoreError(rest or "regtrace-core has ended")
        pairs = (p.partition("=") for p in rest.split(" ") if p)
        return {name: unescape(value) for name, _, value in pairs}

    def identity(self, uri: str) -> str:
        """The canonical public identity of a URI; the text if it is none."""
        if uri not in self._identities:
            try:
                answer = self.ask("identity", [("uri", uri[:2048])])["value"]
            except CoreError:
                answer = uri[:255]
            if len(self._identities) > 100_000:
                self._identities.clear()
            self._identities[uri] = answer
        return self._identities[uri]
