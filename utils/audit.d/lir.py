# SPDX-License-Identifier: GPL-2.0-or-later
"""A Diameter peer that asks the HSS where a user is: LIR (TS 29.229 6.1.5).

Knows as much of RFC 6733 as one connection needs. Never registers, changes or
assigns anything: a Location-Info-Request only reads.
"""

from __future__ import annotations

import itertools
import os
import socket
import struct

VENDOR_3GPP, CX = 10415, 16777216
CER, DWR, DPR, LIR = 257, 280, 282, 302
REQUEST, PROXIABLE = 0x80, 0x40
HEADER_N = 20
SUCCESS, UNREGISTERED_SERVICE = 2001, 2003
USER_UNKNOWN, NOT_REGISTERED = 5001, 5003

# AVPs: RFC 6733 and, with the vendor, TS 29.229 6.3
SESSION_ID, AUTH_APPLICATION_ID, VENDOR_SPECIFIC = 263, 258, 260
ORIGIN_HOST, ORIGIN_REALM, DESTINATION_REALM = 264, 296, 283
HOST_IP, VENDOR_ID, PRODUCT_NAME, SUPPORTED_VENDOR = 257, 266, 269, 265
SECURITY_ID, AUTH_SESSION_STATE, DISCONNECT_CAUSE = 299, 277, 273
RESULT_CODE, EXPERIMENTAL, EXPERIMENTAL_CODE = 268, 297, 298
PUBLIC_IDENTITY, SERVER_NAME = 601, 602


class Refused(Exception):
    """The peer does not answer as it should."""


def avp(code: int, value: int | str | bytes, vendor: int = 0) -> bytes:
    """One AVP, padded; an integer is 32 bits."""
    data = value.to_bytes(4, "big") if isinstance(value, int) else value
    data = data.encode() if isinstance(data, str) else data
    flags = 0x40 | (0x80 if vendor else 0)
    head = struct.pack("!IB", code, flags) + \
        (len(data) + (12 if vendor else 8)).to_bytes(3, "big") + \
        (vendor.to_bytes(4, "big") if vendor else b"")
    return head + data + bytes(-len(data) % 4)


def avps_of(octets: bytes) -> dict[int, bytes]:
    """{code: value}, the first of each."""
    found: dict[int, bytes] = {}
    while len(octets) >= 8:
        length = int.from_bytes(octets[5:8], "big")
        start = 12 if octets[4] & 0x80 else 8
        if not start <= length <= len(octets):
            raise Refused("an AVP has a wrong length")
        found.setdefault(int.from_bytes(octets[:4], "big"), octets[start:length])
        octets = octets[length + -length % 4:]
    return found


def result_of(avps: dict[int, bytes]) -> int:
    """Result-Code, else Experimental-Result-Code, else 0."""
    group = avps_of(avps.get(EXPERIMENTAL, b""))
    code = avps.get(RESULT_CODE) or group.get(EXPERIMENTAL_CODE) or b""
    return int.from_bytes(code, "big")


class Peer:
    """One connection; `host` and `realm` are ours as the HSS knows them."""

    def __init__(self, address: tuple[str, int], host: str, realm: str):
        self.host, self.realm = host, realm
        self._numbers = itertools.count(int.from_bytes(os.urandom(3), "big"))
        self._rest = b""
        self._sock = socket.create_connection(address, 10)
        self._open()

    def _open(self) -> None:
        ip = socket.inet_aton(self._sock.getsockname()[0])
        code = result_of(self._ask(CER, 0, [
            avp(HOST_IP, b"\0\1" + ip), avp(VENDOR_ID, VENDOR_3GPP),
            avp(PRODUCT_NAME, "audit"), avp(SUPPORTED_VENDOR, VENDOR_3GPP),
            avp(SECURITY_ID, 0), self._application()]))
        if code != SUCCESS:
            raise Refused(f"it refuses us as {self.host}: result {code}")

    def close(self) -> None:
        """Say good-bye."""
        self._ask(DPR, 0, [avp(DISCONNECT_CAUSE, 2)])
        self._sock.close()

    def locate(self, impu: str) -> dict[str, str] | None:
        """`state` and `server` of an IMPU; None if the HSS does not know it.

        Where a user has services while unregistered and an S-CSCF is kept for
        them, LIR says no more than for one who is registered.
        """
        session = f"{self.host};{next(self._numbers)};{os.getpid()}"
        avps = self._ask(LIR, CX, [
            avp(SESSION_ID, session), self._application(),
            avp(AUTH_SESSION_STATE, 1), avp(DESTINATION_REALM, self.realm),
            avp(PUBLIC_IDENTITY, impu, VENDOR_3GPP)])
        code, server = result_of(avps), avps.get(SERVER_NAME, b"").decode()
        if code == USER_UNKNOWN:
            return None
        if code == SUCCESS and server:
            return {"state": "registered", "server": server}
        if code in (SUCCESS, UNREGISTERED_SERVICE):
            return {"state": "unregistered", "server": server or "-"}
        if code == NOT_REGISTERED:
            return {"state": "not-registered", "server": "-"}
        raise Refused(f"{impu}: result {code}")

    @staticmethod
    def _application() -> bytes:
        return avp(VENDOR_SPECIFIC, avp(VENDOR_ID, VENDOR_3GPP)
                   + avp(AUTH_APPLICATION_ID, CX))

    def _send(self, flags: int, code: int, app: int, ends: bytes,
              avps: list[bytes]) -> None:
        origin = [avp(ORIGIN_HOST, self.host), avp(ORIGIN_REALM, self.realm)]
        first = avps[:1] if code == LIR else []  # Session-Id comes first
        body = b"".join([*first, *origin, *avps[len(first):]])
        self._sock.sendall(b"\1" + (HEADER_N + len(body)).to_bytes(3, "big")
                           + bytes([flags]) + code.to_bytes(3, "big")
                           + app.to_bytes(4, "big") + ends + body)

    def _receive(self) -> bytes:
        """One message, at most 10 s after the last octets."""
        while len(self._rest) < HEADER_N or len(self._rest) < \
                (length := int.from_bytes(self._rest[1:4], "big")):
            octets = self._sock.recv(1 << 16)
            if not octets:
                raise Refused("it closed the connection")
            self._rest += octets
        if length < HEADER_N:
            raise Refused("a message has a wrong length")
        message, self._rest = self._rest[:length], self._rest[length:]
        return message

    def _ask(self, code: int, app: int, avps: list[bytes]) -> dict[int, bytes]:
        """Send a request; the AVPs of its answer. Watchdogs are answered."""
        ends = next(self._numbers).to_bytes(4, "big") * 2
        flags = REQUEST | (PROXIABLE if app else 0)
        self._send(flags, code, app, ends, avps)
        while True:
            message = self._receive()
            if message[4] & REQUEST:
                self._answer(message)
            elif message[12:20] == ends:
                return avps_of(message[HEADER_N:])

    def _answer(self, message: bytes) -> None:
        code = int.from_bytes(message[5:8], "big")
        if code != DWR:
            raise Refused(f"it asks for command {code}")
        self._send(0, DWR, 0, message[12:20], [avp(RESULT_CODE, SUCCESS)])
