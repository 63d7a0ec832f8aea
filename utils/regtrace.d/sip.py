# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as values, from octets that nobody vouches for.

Knows how headers are written. Never judges what they say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MESSAGE_MAX = 65535   # octets
HEADERS_MAX = 200
VALUE_MAX = 8192      # of one header, characters
LIST_MAX = 64         # values in one comma separated header

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id",
            "m": "contact", "k": "supported", "l": "content-length"}
_REQUEST = re.compile(r"([A-Z]{3,20}) (\S{1,2048}) SIP/2\.0\s*")
_STATUS = re.compile(r"SIP/2\.0 ([1-6]\d\d)(?: (.{0,200}))?\s*")


def is_start(line: str) -> bool:
    """Whether a SIP message begins with this line."""
    return bool(_REQUEST.fullmatch(line) or _STATUS.fullmatch(line))


@dataclass
class Message:
    """One message.

    @field at_ms   milliseconds since the epoch (or since the beginning)
    @field status  0 for a request
    @field headers name in lower case, long form
    """

    at_ms: int
    method: str = ""
    uri: str = ""
    status: int = 0
    reason: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    order: int = 0  # its place in the capture

    def all(self, name: str) -> list[str]:
        """The values of a header as they came, one for each line."""
        return [v for n, v in self.headers if n == name]

    def get(self, name: str) -> str:
        """The first value, "" if there is none."""
        return next((v for n, v in self.headers if n == name), "")

    def values(self, name: str) -> list[str]:
        """The values of a comma separated header."""
        return [v for line in self.all(name) for v in split(line)][:LIST_MAX]

    @property
    def call_id(self) -> str:
        return self.get("call-id")

    @property
    def cseq(self) -> str:
        """The number, as digits."""
        return self.get("cseq").partition(" ")[0]

    @property
    def cseq_method(self) -> str:
        return self.get("cseq").partition(" ")[2].strip()

    @property
    def branches(self) -> tuple[str, ...]:
        """Branches of all Vias, the topmost first."""
        return tuple(params(v).get("branch", v) for v in self.values("via"))


def parse(at_ms: int, data: bytes) -> Message | None:
    """A message; None if the octets are none."""
    text = data[:MESSAGE_MAX].decode("utf-8", "replace").replace("\r\n", "\n")
    head = text.lstrip("\n").partition("\n\n")[0]
    start, _, rest = head.partition("\n")
    message = _start(at_ms, start)
    if message:
        message.headers = _headers(rest)
    return message


def _start(at_ms: int, line: str) -> Message | None:
    if match := _REQUEST.fullmatch(line):
        return Message(at_ms, method=match[1], uri=match[2])
    if match := _STATUS.fullmatch(line):
        return Message(at_ms, status=int(match[1]),
                       reason=(match[2] or "").strip())
    return None


def _headers(text: str) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for line in text.split("\n"):
        if line[:1] in (" ", "\t") and headers:  # RFC 3261 7.3.1: folded
            name, value = headers[-1]
            headers[-1] = name, f"{value} {line.strip()}"[:VALUE_MAX]
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon and len(headers) < HEADERS_MAX:
            headers.append((_COMPACT.get(name, name),
                            value.strip()[:VALUE_MAX]))
    return headers


def split(text: str, separator: str = ",") -> list[str]:
    """Cut at separators that stand neither in quotes nor in < >."""
    if '"' not in text and "<" not in text:
        return [p.strip() for p in text.split(separator) if p.strip()]
    parts, start, quoted, angle, escaped = [], 0, False, False, False
    for at, c in enumerate(text):
        if escaped:
            escaped = False
        elif quoted:
            escaped, quoted = c == "\\", c != '"'
        elif c == '"':
            quoted = True
        elif c in "<>":
            angle = c == "<"
        elif c == separator and not angle:
            parts.append(text[start:at].strip())
            start = at + 1
    parts.append(text[start:].strip())
    return [p for p in parts if p]


def address(value: str) -> str:
    """The URI of a name-addr or addr-spec."""
    if "<" in value:
        return value.partition("<")[2].partition(">")[0].strip()
    return value.partition(";")[0].strip()


def _after_address(value: str) -> str:
    """What follows the URI, with its leading semicolon."""
    quoted = False
    for at, c in enumerate(value):
        if c == '"':
            quoted = not quoted
        elif not quoted and c == "<":
            return value[at:].partition(">")[2]
        elif not quoted and c == ";":
            return value[at:]
    return ""


def params(value: str) -> dict[str, str]:
    """The header parameters, names in lower case, quotes off."""
    found: dict[str, str] = {}
    for part in split(_after_address(value), ";"):
        name, _, text = part.partition("=")
        found.setdefault(name.strip().lower(), unquote(text))
    return found


def unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def digest(value: str) -> dict[str, str]:
    """The parameters of `Digest name=value, …`; {} for another scheme."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() != "digest":
        return {}
    pairs = (part.partition("=") for part in split(rest))
    return {name.strip().lower(): unquote(text) for name, _, text in pairs}
