# SPDX-License-Identifier: GPL-2.0-or-later
"""Diameter Cx messages as values (TS 29.229), from octets of a capture.

Knows the AVPs that a registration is told by. Never keeps keys or vectors.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

AVPS_MAX = 512

CX = 16777216
NAMES = {300: "UA", 301: "SA", 302: "LI", 303: "MA", 304: "RT", 305: "PP"}

SESSION_ID, USER_NAME, RESULT, EXPERIMENTAL, EXPERIMENTAL_CODE = \
    263, 1, 268, 297, 298
PUBLIC_IDENTITY, ASSIGNMENT_TYPE, AUTH_ITEM, AUTH_SCHEME = 601, 614, 612, 608

SAR_TYPES = {0: "NO_ASSIGNMENT", 1: "REGISTRATION", 2: "RE_REGISTRATION",
             3: "UNREGISTERED_USER", 4: "TIMEOUT_DEREGISTRATION",
             5: "USER_DEREGISTRATION", 8: "ADMINISTRATIVE_DEREGISTRATION",
             9: "AUTHENTICATION_FAILURE", 10: "AUTHENTICATION_TIMEOUT"}


@dataclass
class CxMessage:
    """One request or answer.

    @field name    "SA", "MA", … without its R or A
    @field key     what request and answer have in common
    @field result  "" in a request; "2001", "exp:5001"
    """

    at_ms: int
    name: str
    is_request: bool
    key: tuple[str, int]
    impi: str = ""
    impus: list[str] = field(default_factory=list)
    type: int = -1
    scheme: str = ""
    result: str = ""
    order: int = 0  # its place in the capture


def parse(at_ms: int, data: bytes) -> CxMessage | None:
    """A Cx message; None if it is none, or broken."""
    if len(data) < 20 or data[0] != 1:
        return None
    length = int.from_bytes(data[1:4], "big")
    code = int.from_bytes(data[5:8], "big")
    application, _, end_to_end = struct.unpack(">III", data[8:20])
    if application != CX or code not in NAMES or length > len(data):
        return None
    message = CxMessage(at_ms, NAMES[code], bool(data[4] & 0x80),
                        ("", end_to_end))
    for number, value in _avps(data[20:length]):
        _take(message, number, value)
    return message


def _avps(data: bytes):
    at, count = 0, 0
    while at + 8 <= len(data) and count < AVPS_MAX:
        code = int.from_bytes(data[at:at + 4], "big")
        length = int.from_bytes(data[at + 5:at + 8], "big")
        head = 12 if data[at + 4] & 0x80 else 8
        if length < head or at + length > len(data):
            return
        yield code, data[at + head:at + length]
        at += (length + 3) & ~3
        count += 1


def _text(value: bytes) -> str:
    return value[:512].decode("utf-8", "replace")


def _number(value: bytes) -> int:
    return int.from_bytes(value, "big") if len(value) == 4 else -1


def _take(message: CxMessage, code: int, value: bytes) -> None:
    if code == SESSION_ID:
        message.key = (_text(value), message.key[1])
    elif code == USER_NAME:
        message.impi = _text(value)
    elif code == PUBLIC_IDENTITY and len(message.impus) < 64:
        message.impus.append(_text(value))
    elif code == ASSIGNMENT_TYPE:
        message.type = _number(value)
    elif code == RESULT:
        message.result = str(_number(value))
    elif code in (EXPERIMENTAL, AUTH_ITEM):
        _take_group(message, value)


def _take_group(message: CxMessage, data: bytes) -> None:
    for code, value in _avps(data):
        if code == EXPERIMENTAL_CODE:
            message.result = f"exp:{_number(value)}"
        elif code == AUTH_SCHEME:
            message.scheme = _text(value)
