# SPDX-License-Identifier: GPL-2.0-or-later
"""A watcher's subscription to the reg event package (RFC 3680, RFC 6665).

Keeps the dialog and every NOTIFY in order of arrival. Never answers a NOTIFY
itself: its endpoint does, as its `answers` say.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable

from endpoint import TIMEOUT_S, contact_uri, new_branch, route_set
from reginfo import RegContact, RegInfo, parse_reginfo
from sipmsg import Headers, Request, Response, parse_params

if TYPE_CHECKING:
    from ue import Ue


@dataclass
class Notify:
    """One NOTIFY: the request and its document (None without a body)."""

    request: Request
    reginfo: RegInfo | None

    @property
    def state(self) -> str:
        """active, pending or terminated."""
        return self.request.headers.get("Subscription-State", "").split(";")[0].strip()

    @property
    def state_params(self) -> dict[str, str]:
        """expires, reason of Subscription-State."""
        value = self.request.headers.get("Subscription-State", "")
        return parse_params(value.partition(";")[2])


class Subscription:
    """One dialog of a watcher with the S-CSCF."""

    def __init__(self, ue: "Ue", impu: str):
        self.ue = ue
        self.impu = impu
        self.response: Response | None = None
        self.notifies: list[Notify] = []
        self._first: Request | None = None
        self._cseq = 0

    def send(self, expires: int, headers: dict | None = None) -> Response:
        """SUBSCRIBE for `expires` seconds; the final response, also kept."""
        request = self._build(expires)
        for name, value in (headers or {}).items():
            request.headers.set(name, value)
        self._first = self._first or request
        self.response = self.ue.request(request)
        return self.response

    def _build(self, expires: int) -> Request:
        self._cseq += 1
        if self._first is None:
            request = self.ue.build_request("SUBSCRIBE", self.impu)
            request.headers.add("Event", "reg")
            request.headers.add("Accept", "application/reginfo+xml")
        else:
            request = self._build_next()
        request.headers.set("CSeq", f"{self._cseq} SUBSCRIBE")
        request.headers.set("Expires", str(expires))
        return request

    def _build_next(self) -> Request:
        headers = Headers(list(self._first.headers.items))
        via = f"SIP/2.0/UDP {self.ue.hostport};branch={new_branch()}"
        headers.set("Via", via)
        headers.set("Route", route_set(self.response) or None)
        headers.set("To", self.response.headers.get("To"))
        target = contact_uri(self.response) or self.impu
        return Request(headers, "", "SUBSCRIBE", target)

    def refresh(self, expires: int = 3600) -> Response:
        """SUBSCRIBE again in the dialog; 0 seconds ends it."""
        return self.send(expires)

    def owns(self, request: Request) -> bool:
        """Whether a NOTIFY is of this dialog."""
        return (self._first is not None
                and request.call_id == self._first.call_id)

    def take(self, request: Request) -> None:
        """A NOTIFY came."""
        body = request.body.strip()
        self.notifies.append(
            Notify(request, parse_reginfo(body) if body else None))

    def wait(self, match: Callable[[Notify], object] = lambda n: True,
             timeout_s: float = TIMEOUT_S, since: int = 0) -> Notify:
        """The first NOTIFY, from number `since` on, that matches."""
        def find() -> Notify | None:
            return next((n for n in self.notifies[since:] if match(n)), None)
        return self.ue.hub.wait(find, timeout_s, f"NOTIFY for {self.impu}")

    def wait_contact(self, uri: str | None = None, *, state: str | None = None,
                     event: str | None = None, timeout_s: float = TIMEOUT_S,
                     since: int = 0) -> RegContact:
        """The contact of the first NOTIFY that shows it in this state/event."""
        found = self.wait(lambda n: n.reginfo and n.reginfo.has(
            uri, state=state, event=event), timeout_s, since)
        return next(c for c in found.reginfo.contacts
                    if uri in (None, c.uri) and state in (None, c.state)
                    and event in (None, c.event))
