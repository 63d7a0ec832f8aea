# SPDX-License-Identifier: GPL-2.0-or-later
"""Messages of a capture (through tshark) or of a plain text log, in order.

Knows where messages begin and when they were sent. Never what they mean.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import diameter
import sip

LINE_MAX = 1 << 26      # of tshark's output, octets
TEXT_MAX = 1 << 29      # of a log, octets
NO_CLOCK_STEP_MS = 100  # between messages of a log that has no times

_MAGIC = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d",
          b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a", b"\x1f\x8b")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:[.,](\d{1,6}))?")


class CaptureError(Exception):
    """The capture cannot be read; the text says why."""


@dataclass
class Source:
    """How a capture is to be read.

    @field ports  for tshark's -d: ["udp.port==5061,sip", …]
    """

    path: Path
    ports: list[str]
    max_messages: int = 1_000_000
    timeout_s: float = 600


@dataclass
class Capture:
    """What was in it.

    @field clock      whether the messages have real times
    @field cut        more messages than max_messages: the rest was not read
    @field truncated  the file ends in the middle of a packet
    """

    messages: list[sip.Message | diameter.CxMessage]
    clock: bool = True
    cut: bool = False
    truncated: bool = False


def read(source: Source) -> Capture:
    """Read a capture; CaptureError."""
    if source.path.exists() and not source.path.is_file():
        raise CaptureError("not a regular file")
    try:
        with source.path.open("rb") as stream:
            head = stream.read(4)
    except OSError as error:
        raise CaptureError(f"{error.strerror}") from None
    if head.startswith(_MAGIC):
        return _Tshark(source).read()
    if source.path.stat().st_size > TEXT_MAX:
        raise CaptureError("a text log of more than 512 MiB")
    text = source.path.read_bytes().decode("utf-8", "replace")
    return read_text(text, source.max_messages)


class _Tshark:
    """One run of tshark. Its dissectors find the messages in the packets."""

    def __init__(self, source: Source):
        self.source = source
        self.late = False

    def _command(self) -> list[str]:
        program = shutil.which("tshark")
        if not program:
            raise CaptureError("tshark is missing (Debian package tshark)")
        command = [program, "-n", "-r", str(self.source.path.resolve()),
                   "-Y", "sip || diameter", "-T", "ek", "-x",
                   "-j", "sip diameter",
                   "-o", "udp.try_heuristic_first:TRUE",
                   "-o", "tcp.try_heuristic_first:TRUE",
                   "--enable-heuristic", "diameter_tcp"]
        for port in self.source.ports:
            command += ["-d", port]
        return command

    def _give_up(self, child: subprocess.Popen) -> None:
        self.late = True
        child.kill()

    def read(self) -> Capture:
        capture = Capture([])
        with subprocess.Popen(self._command(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as child:
            errors: list[bytes] = []
            drain = threading.Thread(
                target=lambda: errors.append(child.stderr.read(1 << 20)))
            drain.start()
            timer = threading.Timer(self.source.timeout_s, self._give_up,
                                    [child])
            timer.start()
            try:
                self._take_lines(child, capture)
            finally:
                timer.cancel()
                if capture.cut:
                    child.kill()
                child.wait()
                drain.join()
        self._check(child.returncode, b"".join(errors), capture)
        return capture

    def _take_lines(self, child: subprocess.Popen, capture: Capture) -> None:
        while line := child.stdout.readline(LINE_MAX):
            if not line.startswith(b'{"timestamp"'):
                continue
            capture.messages += _packet(line)
            if len(capture.messages) >= self.source.max_messages:
                capture.cut = True
                return

    def _check(self, status: int, errors: bytes, capture: Capture) -> None:
        if self.late:
            raise CaptureError(f"tshark took over {self.source.timeout_s:g} s")
        text = errors.decode("utf-8", "replace")
        capture.truncated = "cut short" in text
        if status != 0 and not capture.cut and not capture.truncated:
            lines = [x for x in text.splitlines() if "Running as" not in x]
            raise CaptureError("tshark: " + " ".join(lines)[-300:])


def _packet(line: bytes) -> list:
    """All messages of one packet, by tshark's dissection of it."""
    try:
        packet = json.loads(line)
        at_ms = int(packet["timestamp"])
        layers = packet["layers"]
    except (ValueError, KeyError, TypeError):
        return []
    found = []
    for name, parse in (("sip_raw", sip.parse), ("diameter_raw", diameter.parse)):
        raw = layers.get(name, [])
        for text in raw if isinstance(raw, list) else [raw]:
            try:
                message = parse(at_ms, bytes.fromhex(text))
            except (ValueError, TypeError):
                continue
            if message:
                found.append(message)
    return found


def read_text(text: str, max_messages: int = 1_000_000) -> Capture:
    """Messages of a SIPp message log, or of any text that quotes them whole.

    A message begins with its start line and ends with its header section; a
    time on one of the few lines before it is its time.
    """
    capture = Capture([], clock=False)
    lines = text.replace("\r\n", "\n").split("\n")
    stamp, stamp_at, at = None, -10, 0
    while at < len(lines):
        if match := _STAMP.search(lines[at][:200]):
            stamp, stamp_at = match, at
        if not sip.is_start(lines[at].strip()[:4096]):
            at += 1
            continue
        if len(capture.messages) >= max_messages:
            capture.cut = True
            break
        end = _end_of_head(lines, at)
        at_ms = capture.messages[-1].at_ms if capture.messages else 0
        at_ms += 1 if capture.clock else NO_CLOCK_STEP_MS
        if stamp and at - stamp_at <= 4:
            at_ms, capture.clock = _time_of(stamp, at_ms), True
        body = "\n".join([lines[at].strip(), *lines[at + 1:end]])
        message = sip.parse(at_ms, body.encode("utf-8", "replace"))
        if message:
            capture.messages.append(message)
        at = end
    return capture


def _end_of_head(lines: list[str], at: int) -> int:
    end = at + 1
    while end < len(lines) and lines[end].strip() \
            and not sip.is_start(lines[end].strip()[:4096]):
        end += 1
    return end


def _time_of(match: re.Match, otherwise: int) -> int:
    try:
        at = datetime.fromisoformat(f"{match[1]} {match[2]}")
    except ValueError:
        return otherwise
    seconds = int(at.replace(tzinfo=timezone.utc).timestamp())
    return seconds * 1000 + int((match[3] or "0").ljust(3, "0")[:3])
