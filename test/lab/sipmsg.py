# SPDX-License-Identifier: GPL-2.0-or-later
"""SIP messages as text: parse what came, build what goes.

Knows the grammar that tests look at (RFC 3261 7, 20; RFC 3327, 3608, 7315).
Never opens a socket and never judges a message: malformed ones can be built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

CRLF = "\r\n"

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id",
            "m": "contact", "l": "content-length", "c": "content-type",
            "k": "supported", "o": "event", "s": "subject"}

REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK",
           202: "Accepted", 404: "Not Found", 408: "Request Timeout",
           430: "Flow Failed", 480: "Temporarily Unavailable",
           481: "Call/Transaction Does Not Exist", 486: "Busy Here",
           487: "Request Terminated", 500: "Server Internal Error",
           503: "Service Unavailable", 603: "Decline"}


def _key(name: str) -> str:
    name = name.strip().lower()
    return _COMPACT.get(name, name)


def split_outside(text: str, sep: str) -> list[str]:
    """Split at `sep`, but not inside quotes or angle brackets."""
    parts, part, quoted, angle, i = [], "", False, 0, 0
    while i < len(text):
        c = text[i]
        if quoted and c == "\\":
            part += text[i:i + 2]
            i += 2
            continue
        if c == '"':
            quoted = not quoted
        elif not quoted:
            angle += (c == "<") - (c == ">")
        if c == sep and not quoted and angle <= 0:
            parts.append(part.strip())
            part = ""
        else:
            part += c
        i += 1
    parts.append(part.strip())
    return [p for p in parts if p]


def parse_params(text: str, sep: str = ";") -> dict[str, str]:
    """`a=1;b="x";c` as {"a": "1", "b": "x", "c": ""}; names in lower case."""
    params = {}
    for item in split_outside(text, sep):
        name, _, value = item.partition("=")
        value = value.strip()
        if value.startswith('"') and value.endswith('"') and len(value) > 1:
            value = value[1:-1]
        params[name.strip().lower()] = value
    return params


@dataclass
class Contact:
    """One name-addr with its header parameters."""

    uri: str
    params: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Contact":
        match = re.match(r'\s*(?:"(?:[^"\\]|\\.)*"|[^<"]*?)\s*<([^>]*)>(.*)$',
                         text, re.S)
        if match:
            return cls(match.group(1), parse_params(match.group(2)))
        uri, _, rest = text.strip().partition(";")
        return cls(uri, parse_params(rest))

    @property
    def expires(self) -> int | None:
        """Seconds granted, None if the parameter is absent."""
        value = self.params.get("expires")
        return int(value) if value is not None else None


class Headers:
    """Header fields in their order; names compare without case."""

    def __init__(self, items: list[tuple[str, str]] | None = None):
        self.items: list[tuple[str, str]] = list(items or [])

    def all(self, name: str) -> list[str]:
        """The value of each header line of that name."""
        return [v for n, v in self.items if _key(n) == _key(name)]

    def get(self, name: str, default: str | None = None) -> str | None:
        """The first value, or `default`."""
        values = self.all(name)
        return values[0] if values else default

    def values(self, name: str) -> list[str]:
        """All values, those of comma separated lines one by one."""
        return [p for line in self.all(name) for p in split_outside(line, ",")]

    def add(self, name: str, value: str) -> None:
        self.items.append((name, value))

    def remove(self, name: str) -> None:
        self.items = [(n, v) for n, v in self.items if _key(n) != _key(name)]

    def set(self, name: str, value: str | list[str] | None) -> None:
        """Replace at the place of the first; None removes, a list repeats."""
        names = [_key(n) for n, _ in self.items]
        at = names.index(_key(name)) if _key(name) in names else len(names)
        self.remove(name)
        new = [] if value is None else value if isinstance(value, list) else [value]
        self.items[at:at] = [(name, v) for v in new]

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))


@dataclass
class Message:
    """What requests and responses have in common."""

    headers: Headers
    body: str

    @property
    def call_id(self) -> str:
        return self.headers.get("Call-ID", "")

    @property
    def cseq(self) -> int:
        return int(self.headers.get("CSeq", "0 X").split()[0])

    @property
    def cseq_method(self) -> str:
        return self.headers.get("CSeq", "0 X").split()[-1]

    @property
    def contacts(self) -> list[Contact]:
        return [Contact.parse(v) for v in self.headers.values("Contact")]

    def tag(self, name: str) -> str | None:
        """The tag parameter of From or To."""
        return Contact.parse(self.headers.get(name, "<>")).params.get("tag")

    def _start(self) -> str:
        raise NotImplementedError

    def to_bytes(self) -> bytes:
        """The wire form; Content-Length is set unless the caller gave one."""
        body = self.body.encode()
        lines = [self._start()] + [f"{n}: {v}" for n, v in self.headers.items]
        if "Content-Length" not in self.headers:
            lines.append(f"Content-Length: {len(body)}")
        return (CRLF.join(lines) + CRLF * 2).encode() + body


@dataclass
class Request(Message):
    """A SIP request."""

    method: str = ""
    uri: str = ""

    def _start(self) -> str:
        return f"{self.method} {self.uri} SIP/2.0"


@dataclass
class Response(Message):
    """A SIP response, with what a registrar's answer carries."""

    status: int = 0
    reason: str = ""

    def _start(self) -> str:
        return f"SIP/2.0 {self.status} {self.reason}"

    @property
    def expires(self) -> int | None:
        """Seconds granted to the only contact; None unless there is one."""
        contacts = self.contacts
        return contacts[0].expires if len(contacts) == 1 else None

    def expires_of(self, uri: str) -> int | None:
        """Seconds granted to that contact; None if it is not listed."""
        for contact in self.contacts:
            if contact.uri == uri:
                return contact.expires
        return None

    @property
    def paths(self) -> list[str]:
        return self.headers.values("Path")

    @property
    def service_routes(self) -> list[str]:
        return self.headers.values("Service-Route")

    @property
    def associated_uris(self) -> list[str]:
        return [Contact.parse(v).uri
                for v in self.headers.values("P-Associated-URI")]

    @property
    def min_expires(self) -> int | None:
        """Seconds of Min-Expires."""
        value = self.headers.get("Min-Expires")
        return int(value) if value else None

    @property
    def retry_after(self) -> int | None:
        """Seconds of Retry-After."""
        value = self.headers.get("Retry-After")
        return int(re.match(r"\d+", value).group()) if value else None

    @property
    def challenge(self) -> dict[str, str]:
        """Parameters of the first WWW-Authenticate; {} without one."""
        value = self.headers.get("WWW-Authenticate") \
            or self.headers.get("Proxy-Authenticate") or ""
        scheme, _, rest = value.partition(" ")
        return parse_params(rest, ",") if scheme.lower() == "digest" else {}

    @property
    def auth_info(self) -> dict[str, str]:
        """Parameters of Authentication-Info; {} without one."""
        return parse_params(self.headers.get("Authentication-Info", ""), ",")


def parse_headers(text: str) -> Headers:
    """Header lines, folded ones joined."""
    headers = Headers()
    for line in re.sub(r"\r?\n[ \t]+", " ", text).split("\n"):
        name, colon, value = line.rstrip("\r").partition(":")
        if colon:
            headers.add(name.strip(), value.strip())
    return headers


def parse(data: bytes) -> Request | Response:
    """A datagram as Request or Response; ValueError if it is neither."""
    head, _, body = data.decode("utf-8", "replace").partition(CRLF * 2)
    start, _, rest = head.partition(CRLF)
    words = start.split(" ", 2)
    headers = parse_headers(rest)
    if len(words) >= 2 and words[0] == "SIP/2.0" and words[1].isdigit():
        reason = words[2] if len(words) > 2 else ""
        return Response(headers, body, int(words[1]), reason)
    if len(words) == 3 and words[2] == "SIP/2.0":
        return Request(headers, body, words[0], words[1])
    raise ValueError(f"not a SIP message: {start!r}")
