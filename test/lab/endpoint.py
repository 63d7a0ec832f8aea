# SPDX-License-Identifier: GPL-2.0-or-later
"""UDP endpoints of one process and their transactions.

A Hub serves the sockets of all endpoints: whoever waits, everybody is served,
so that one test can be caller, callee and watcher at once, without threads.
All waits are bounded and end at the first event that satisfies them.
Never retransmits by itself and never decides what a message means.
"""

from __future__ import annotations

import secrets
import selectors
import socket
import time
from typing import Callable

from sipmsg import (REASONS, Contact, Headers, Message, Request, Response,
                    parse)

Answer = int | None | Callable[[Request], "int | Response | None"]

TIMEOUT_S = 4.0  # of any wait, unless the caller says otherwise
DATAGRAM = 65535  # octets


class SipTimeout(AssertionError):
    """What was awaited did not come in time."""


class Hub:
    """Serves the sockets of its endpoints while somebody waits."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def join(self, endpoint: "Endpoint") -> None:
        self._selector.register(endpoint.sock, selectors.EVENT_READ, endpoint)

    def leave(self, endpoint: "Endpoint") -> None:
        self._selector.unregister(endpoint.sock)

    def serve(self, timeout_s: float) -> None:
        """Take in what arrives; returns after the first burst or the time."""
        for key, _ in self._selector.select(max(0.0, timeout_s)):
            key.data.receive()

    def wait(self, ready: Callable[[], object], timeout_s: float = TIMEOUT_S,
             what: str = "event") -> object:
        """Serve until `ready()` is true; return that; else SipTimeout."""
        end = time.monotonic() + timeout_s
        while not (result := ready()):
            left = end - time.monotonic()
            if left <= 0:
                raise SipTimeout(f"no {what} within {timeout_s} s")
            self.serve(left)
        return result


HUB = Hub()  # of all endpoints that are given no other


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)


class ClientTransaction:
    """A request that was sent and the responses to it."""

    def __init__(self, endpoint: "Endpoint", request: Request):
        self.request = request
        self.responses: list[Response] = []
        self._endpoint = endpoint

    @property
    def final(self) -> Response | None:
        """The first final response, None so far."""
        return next((r for r in self.responses if r.status >= 200), None)

    def matches(self, response: Response) -> bool:
        return (response.call_id == self.request.call_id
                and response.headers.get("CSeq") == self.request.headers.get("CSeq")
                and _branch(response) == _branch(self.request))

    def wait(self, timeout_s: float = TIMEOUT_S) -> Response:
        """The final response; SipTimeout if none comes."""
        what = f"final response to {self.request.method} CSeq {self.request.cseq}"
        return self._endpoint.hub.wait(lambda: self.final, timeout_s, what)

    def wait_status(self, status: int, timeout_s: float = TIMEOUT_S) -> Response:
        """The first response with that status, provisional or final."""
        def seen() -> Response | None:
            return next((r for r in self.responses if r.status == status), None)
        return self._endpoint.hub.wait(seen, timeout_s, f"{status}")

    def repeat(self) -> None:
        """Send the same bytes again (RFC 3261 17.1.2 retransmission)."""
        self._endpoint.send(self.request)


def _branch(message: Message) -> str:
    via = (message.headers.values("Via") or [""])[0]
    return next((p.strip()[7:] for p in via.split(";")
                 if p.strip().startswith("branch=")), "")


class Endpoint:
    """One UDP socket that sends requests to one server and answers its own.

    `answers` says what each method gets: a status, None (stay silent), or a
    function of the request that returns one of these or a whole Response.
    """

    def __init__(self, server: tuple[str, int], local_ip: str = "127.0.0.1",
                 hub: Hub | None = None):
        self.server = server
        self.hub = hub or HUB
        self.inbox: list[Request] = []
        self.stray: list[Response] = []
        self.garbage: list[bytes] = []
        self.transactions: list[ClientTransaction] = []
        self.answers: dict[str, Answer] = {
            m: 200 for m in ("MESSAGE", "NOTIFY", "OPTIONS", "BYE", "PRACK",
                             "CANCEL", "INFO", "UPDATE")}
        self.answers["INVITE"] = 486
        self._open(local_ip)

    def _open(self, local_ip: str) -> None:
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self.sock.bind((local_ip, 0))
        self.sock.setblocking(False)
        self.ip, self.port = self.sock.getsockname()
        self.hub.join(self)

    def close(self) -> None:
        """Give the socket back; harmless when repeated."""
        if not self.closed:
            self.hub.leave(self)
            self.sock.close()

    @property
    def closed(self) -> bool:
        """Whether the socket was given back."""
        return self.sock.fileno() < 0

    def reopen(self, local_ip: str | None = None) -> None:
        """Leave the old port for a new one; the old one becomes unreachable."""
        self.close()
        self._open(local_ip or self.ip)

    @property
    def hostport(self) -> str:
        return f"{self.ip}:{self.port}"

    # sending

    def send(self, message: Message | bytes | str,
             to: tuple[str, int] | None = None) -> None:
        """Put a message, or raw octets however malformed, on the wire."""
        if isinstance(message, Message):
            message = message.to_bytes()
        data = message.encode() if isinstance(message, str) else message
        self.sock.sendto(data, to or self.server)

    def start(self, request: Request) -> ClientTransaction:
        """Send a request; the transaction collects what comes back."""
        transaction = ClientTransaction(self, request)
        self.transactions.append(transaction)
        self.send(request)
        return transaction

    def request(self, request: Request, timeout_s: float = TIMEOUT_S) -> Response:
        """Send a request and await its final response."""
        return self.start(request).wait(timeout_s)

    def exchange_raw(self, data: bytes | str,
                     timeout_s: float = TIMEOUT_S) -> Response:
        """Send raw octets; the next response that belongs to no transaction."""
        known = len(self.stray)
        self.send(data)
        return self.hub.wait(lambda: self.stray[known:], timeout_s,
                             "response to raw message")[0]

    # receiving

    def receive(self) -> None:
        """Take in all datagrams that wait at the socket."""
        while True:
            try:
                data, source = self.sock.recvfrom(DATAGRAM)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self._take(data, source)

    def _take(self, data: bytes, source: tuple[str, int]) -> None:
        try:
            message = parse(data)
        except ValueError:
            self.garbage.append(data)
            return
        if isinstance(message, Request):
            self._take_request(message, source)
        else:
            self._take_response(message)

    def _take_response(self, response: Response) -> None:
        for transaction in reversed(self.transactions):
            if transaction.matches(response):
                transaction.responses.append(response)
                return
        self.stray.append(response)

    def _take_request(self, request: Request, source: tuple[str, int]) -> None:
        self.inbox.append(request)
        self.on_request(request)
        answer = self.answers.get(request.method)
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, int):
            answer = self.build_reply(request, answer)
        if answer is not None and request.method != "ACK":
            self.send(answer, source)

    def on_request(self, request: Request) -> None:
        """For those who want to look at every request that arrives."""

    def wait_request(self, method: str, timeout_s: float = TIMEOUT_S,
                     match: Callable[[Request], bool] = lambda r: True) -> Request:
        """Take the oldest unread request of that method out of the inbox."""
        def find() -> Request | None:
            return next((r for r in self.inbox
                         if r.method == method and match(r)), None)
        found = self.hub.wait(find, timeout_s, f"{method} request")
        self.inbox.remove(found)
        return found

    # replies

    def build_reply(self, request: Request, status: int,
                    reason: str | None = None,
                    headers: dict[str, str] | None = None,
                    body: str = "") -> Response:
        """A response to a received request (RFC 3261 8.2.6.2)."""
        items = [(n, v) for n, v in request.headers.items
                 if n.lower() in ("via", "from", "to", "call-id", "cseq",
                                  "record-route", "v", "f", "t", "i")]
        reply = Response(Headers(items), body, status,
                         reason or REASONS.get(status, "Answer"))
        if status > 100 and not request.tag("To"):
            to = request.headers.get("To", "")
            reply.headers.set("To", f"{to};tag={self.local_tag(request)}")
        if request.method in ("INVITE", "SUBSCRIBE", "UPDATE"):
            reply.headers.add("Contact", f"<sip:{self.hostport}>")
        for name, value in (headers or {}).items():
            reply.headers.set(name, value)
        return reply

    def local_tag(self, request: Request) -> str:
        """The same tag for all replies of one request."""
        return "u" + request.call_id.encode().hex()[-12:]

    def reply(self, request: Request, status: int, **kwargs) -> None:
        """Answer a request of the inbox by hand (its `answers` being None)."""
        self.send(self.build_reply(request, status, **kwargs))


def contact_uri(message: Message) -> str:
    """The URI of the only Contact of a message."""
    return message.contacts[0].uri if message.contacts else ""


def route_set(response: Response) -> list[str]:
    """The route set of a dialog that a response opens, for its caller."""
    return [f"<{Contact.parse(v).uri}>"
            for v in reversed(response.headers.values("Record-Route"))]
