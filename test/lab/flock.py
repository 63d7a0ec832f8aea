# SPDX-License-Identifier: GPL-2.0-or-later
"""A flock of phones that are registered and refresh, on one socket.

SIPp registers them (load_users, register_aka); from then on their P-CSCF is
here: REGISTERs go out as protected, and again while nobody answers; answers
are counted. Requests to a phone are answered 200. Never waits: the caller
gives it time by serve().
"""

from __future__ import annotations

import re
import select
import socket
import time
from dataclasses import dataclass

_STATUS = re.compile(rb"SIP/2\.0 (\d+)")
_CSEQ = re.compile(rb"CSeq: (\d+) REGISTER")
_CALL_ID = re.compile(rb"Call-ID: flock-(\d+)-")
_EXPIRES = re.compile(rb"Contact:[^\r]*;expires=(\d+)")

REGISTER = """REGISTER sip:{realm} SIP/2.0\r
Via: SIP/2.0/UDP {host};branch=z9hG4bKf{run}-{n}-{cseq}\r
Max-Forwards: 69\r
From: <{impu}>;tag=f{n}\r
To: <{impu}>\r
Call-ID: flock-{n}-{run}\r
CSeq: {cseq} REGISTER\r
Contact: <{contact}>\r
Path: <sip:term@{host};lr>\r
Require: path\r
Supported: path\r
Authorization: Digest username="{impi}",realm="{realm}",nonce="",uri="sip:{realm}",response="",integrity-protected="yes"\r
Expires: {expires}\r
Content-Length: 0\r
\r
"""


REPEAT_S = 1.0  # a REGISTER without an answer is sent again after this


@dataclass
class Phone:
    """One phone. `bound_until` is what the last 200 has promised
    (monotonic seconds); `status` the last final answer; `text` the REGISTER
    under way, first sent with `spare_s` left of the promise, last at `sent_at`;
    `free_at` when it was answered last."""

    impu: str
    impi: str
    contact: str
    cseq: int = 0
    bound_until: float = 0.0
    status: int = 0
    waiting: bool = False
    text: bytes = b""
    spare_s: float = 0.0
    sent_at: float = 0.0
    free_at: float = 0.0


class Flock:
    """Phones of lab.load_users(); counts what they are answered."""

    def __init__(self, server, users, realm, expires):
        self.server = server
        self.realm = realm
        self.expires = expires
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("127.0.0.1", 0))
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sock.setblocking(False)
        self.host = "127.0.0.1:%d" % self.sock.getsockname()[1]
        self.phones = [Phone(f"sip:{u[0]}@{realm}", f"{u[0]}@{realm}",
                             f"sip:{u[0]}@127.0.0.2:5060") for u in users]
        self.answers: dict[int, int] = {}  # how many of each status
        self.sent = self.repeated = self._turn = 0
        self.too_late = 0  # REGISTERs sent when the promise had run out
        self.wronged: list[str] = []  # sent in time, and not answered 200

    def close(self) -> None:
        """Done with it."""
        self.sock.close()

    def refresh(self, n: int) -> None:
        """Phone n sends a REGISTER."""
        phone = self.phones[n]
        phone.cseq += 1
        phone.waiting = True
        phone.spare_s = phone.bound_until - time.monotonic()
        self.too_late += phone.bound_until > 0 > phone.spare_s
        phone.text = REGISTER.format(
            realm=self.realm, host=self.host, run=id(self) % 9973, n=n,
            cseq=phone.cseq, impu=phone.impu, impi=phone.impi,
            contact=phone.contact, expires=self.expires).encode()
        self._send(phone)
        self.sent += 1

    def _send(self, phone: Phone) -> None:
        phone.sent_at = time.monotonic()
        self.sock.sendto(phone.text, self.server)

    def step(self, every_s: float, most: int = 100) -> None:
        """Who was answered so long ago refreshes, who waits too long sends the
        same again; `most` of them, or the server's socket overflows."""
        now = time.monotonic()
        for _ in range(len(self.phones)):
            self._turn = (self._turn + 1) % len(self.phones)
            phone = self.phones[self._turn]
            if phone.waiting and phone.sent_at + REPEAT_S < now:
                self._send(phone)
                self.repeated += 1
            elif not phone.waiting and phone.free_at + every_s < now:
                self.refresh(self._turn)
            else:
                continue
            most -= 1
            if most == 0:
                return

    def serve(self, seconds: float) -> None:
        """Take answers in for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.sock], [], [], left)[0]:
                self._take_all()

    def _take_all(self) -> None:
        while True:
            try:
                raw, source = self.sock.recvfrom(65535)
            except BlockingIOError:
                return
            if raw.startswith(b"SIP/2.0"):
                self._take(raw)
            else:
                self._answer(raw, source)

    def _take(self, raw: bytes) -> None:
        status = int(_STATUS.match(raw).group(1))
        who = _CALL_ID.search(raw)
        if status < 200 or not who:
            return
        phone = self.phones[int(who.group(1))]
        if not phone.waiting or int(_CSEQ.search(raw).group(1)) != phone.cseq:
            return
        phone.waiting = False
        phone.free_at = time.monotonic()
        phone.status = status
        self.answers[status] = self.answers.get(status, 0) + 1
        if status != 200 and phone.spare_s > 0:
            self.wronged.append(f"{raw.splitlines()[0].decode()} to {phone.impu}, "
                                f"{phone.spare_s:.1f} s before its end")
        granted = _EXPIRES.search(raw)
        if status == 200 and granted:
            phone.bound_until = phone.free_at + int(granted.group(1))

    def _answer(self, raw: bytes, source) -> None:
        """200 to whatever comes for a phone."""
        head = raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")[1:]
        keep = [h for h in head if h.split(b":")[0] in (
            b"Via", b"From", b"To", b"Call-ID", b"CSeq")]
        self.sock.sendto(b"\r\n".join([b"SIP/2.0 200 OK", *keep,
                                       b"Content-Length: 0", b"", b""]), source)
