# SPDX-License-Identifier: GPL-2.0-or-later
"""A tap between the S-CSCF and its HSS: what goes over the wire, both ways.

Hands the octets on as they are and notes the header of each message (RFC 6733
3). Never changes, delays or answers one.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass

HEADER_N = 20
COMMANDS = {301: "SA", 302: "LI", 303: "MA", 304: "RT", 305: "PP"}


@dataclass(frozen=True)
class Seen:
    """One message.

    @field name        SAR, SAA, RTR, RTA …; the number of another command
    @field from_scscf  who sent it
    @field end_to_end  what a request and its answers have in common
    """

    name: str
    from_scscf: bool
    end_to_end: bytes


def _seen(header: bytes, from_scscf: bool) -> Seen:
    code = int.from_bytes(header[5:8], "big")
    letter = "R" if header[4] & 0x80 else "A"
    name = COMMANDS[code] + letter if code in COMMANDS else f"{code}{letter}"
    return Seen(name, from_scscf, header[16:20])


class DiameterTap:
    """Listens on a port of its own for the S-CSCF, connects to the HSS's."""

    def __init__(self, hss_host: str, hss_port: int):
        self._hss = hss_host, hss_port
        self._listener = socket.create_server((hss_host, 0))
        self._sockets: list[socket.socket] = []
        self.seen: list[Seen] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where the S-CSCF finds the HSS."""
        return self._listener.getsockname()[1]

    def count(self, name: str, since: int = 0) -> int:
        """How many messages of that name, from number `since` on."""
        return sum(s.name == name for s in self.seen[since:])

    def answers(self, name: str, since: int = 0) -> list[int]:
        """How many answers each request of that name, "RTR", has had."""
        seen = self.seen[since:]
        return [sum(a.name == name[:2] + "A" and a.end_to_end == s.end_to_end
                    for a in seen) for s in seen if s.name == name]

    def close(self) -> None:
        """End all connections."""
        for sock in [self._listener, *self._sockets]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                scscf, _ = self._listener.accept()
                try:
                    hss = socket.create_connection(self._hss)
                except OSError:  # no HSS: nobody answers here either
                    scscf.close()
                    continue
                self._sockets += [scscf, hss]
                for ends in ((scscf, hss, True), (hss, scscf, False)):
                    threading.Thread(target=self._hand_on, args=ends,
                                     daemon=True).start()

    def _hand_on(self, source: socket.socket, sink: socket.socket,
                 from_scscf: bool) -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while octets := source.recv(1 << 16):
                rest = self._note(rest + octets, from_scscf)
                sink.sendall(octets)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_RDWR)

    def _note(self, octets: bytes, from_scscf: bool) -> bytes:
        """Note the messages that are whole; what is left over."""
        while len(octets) >= HEADER_N:
            length = max(HEADER_N, int.from_bytes(octets[1:4], "big"))
            if len(octets) < length:
                break
            self.seen.append(_seen(octets[:HEADER_N], from_scscf))
            octets = octets[length:]
        return octets
