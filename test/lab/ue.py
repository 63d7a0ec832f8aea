# SPDX-License-Identifier: GPL-2.0-or-later
"""A UE together with its P-CSCF, as the S-CSCF sees the two.

Builds REGISTER as a P-CSCF forwards it, answers challenges, keeps Call-ID,
CSeq, nonce and nonce count, and receives what comes over its Path.
Never repairs what a test asked for: every header can be replaced or removed.

One socket plays the P-CSCF (topmost Via, Path). The contact address is a
loopback address where nobody listens: what reaches the UE came over the Path.
"""

from __future__ import annotations

import itertools
import secrets

from endpoint import (TIMEOUT_S, ClientTransaction, Endpoint, Hub, contact_uri,
                      new_branch, route_set)
from proof import Prover, Subscriber
from sipmsg import Headers, Request, Response
from subscription import Subscription

FEATURES = '+g.3gpp.icsi-ref="urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel"'
SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n"
       "t=0 0\r\nm=audio 40000 RTP/AVP 0\r\n")

HeaderChanges = dict[str, "str | list[str] | None"]

_contact_number = itertools.count(1)


def fresh_contact_address() -> tuple[str, int]:
    """A loopback address that no UE of this process has had: (ip, port)."""
    n = next(_contact_number)
    return f"127.64.{n // 250 % 250}.{n % 250 + 1}", 5060


class Ue(Prover, Endpoint):
    """One UE behind a P-CSCF of its own."""

    def __init__(self, server: tuple[str, int], subscriber: Subscriber, *,
                 local_ip: str = "127.0.0.1", hub: Hub | None = None):
        Endpoint.__init__(self, server, local_ip, hub)
        Prover.__init__(self, subscriber)
        self.contact_ip, self.contact_port = fresh_contact_address()
        self.contact_params = FEATURES
        self.instance: str | None = None  # urn, sent as +sip.instance
        self.reg_id: int | None = None
        self.expires_in = "header"  # or "contact", "both"
        self.challenges_max = 1  # answered in one register() or refresh()
        self.subscriptions: list[Subscription] = []
        self.reboot()

    # identity of the UE as the network sees it

    def reboot(self) -> None:
        """New Call-ID, CSeq from 1, no memory of any challenge."""
        self.call_id = secrets.token_hex(8) + "@" + self.contact_ip
        self.cseq = 0  # last one used
        self.from_tag = secrets.token_hex(4)
        self.auth = None

    def move(self, address: tuple[str, int] | None = None, *,
             new_pcscf: bool = False) -> None:
        """Take a new contact address (ip, port); also a new Path if asked."""
        self.contact_ip, self.contact_port = address or fresh_contact_address()
        if new_pcscf:
            self.reopen()

    @property
    def contact_uri(self) -> str:
        return f"sip:{self.sub.user}@{self.contact_ip}:{self.contact_port}"

    @property
    def path(self) -> str:
        return f"<sip:term@{self.hostport};lr>"

    def contact(self, expires: int | None = None) -> str:
        """The Contact value; `expires` [s] as a parameter if given."""
        value = f"<{self.contact_uri}>"
        if self.contact_params:
            value += ";" + self.contact_params
        if self.instance:
            value += f';+sip.instance="<{self.instance}>"'
        if self.reg_id is not None:
            value += f";reg-id={self.reg_id}"
        return value if expires is None else f"{value};expires={expires}"

    # REGISTER

    def build_register(self, expires: int | None = 600, *,
                       authorization: str | None = None,
                       contacts: list[str] | None = None,
                       cseq: int | None = None,
                       headers: HeaderChanges | None = None) -> Request:
        """A REGISTER as the P-CSCF forwards it.

        @param expires        lifetime asked for [s]; None: say nothing
        @param authorization  header value; None: no Authorization header
        @param contacts       Contact values; None: the UE's own; []: fetch
        @param cseq           None: the next number of this Call-ID
        @param headers        replaced headers; None as value removes one
        """
        self.cseq = self.cseq + 1 if cseq is None else cseq
        in_contact = expires if self.expires_in != "header" else None
        if contacts is None:
            contacts = [self.contact(in_contact)]
        request = Request(self._register_headers(), "", "REGISTER",
                          f"sip:{self.sub.realm}")
        changes: HeaderChanges = {"Contact": contacts or None,
                                  "Authorization": authorization}
        if expires is not None and self.expires_in != "contact":
            changes["Expires"] = str(expires)
        changes.update(headers or {})
        for name, value in changes.items():
            request.headers.set(name, value)
        return request

    def _register_headers(self) -> Headers:
        contact_via = f"{self.contact_ip}:{self.contact_port}"
        return Headers([
            ("Via", f"SIP/2.0/UDP {self.hostport};branch={new_branch()}"),
            ("Via", f"SIP/2.0/UDP {contact_via};branch={new_branch()}"),
            ("Max-Forwards", "69"),
            ("Route", f"<sip:{self.server[0]}:{self.server[1]};lr>"),
            ("From", f"<{self.sub.impu}>;tag={self.from_tag}"),
            ("To", f"<{self.sub.impu}>"),
            ("Call-ID", self.call_id),
            ("CSeq", f"{self.cseq} REGISTER"),
            ("Path", self.path),
            ("Require", "path"),
            ("Supported", "path"),
            ("User-Agent", "lab UE"),
            ("P-Visited-Network-ID", self.sub.realm),
            ("P-Access-Network-Info", "3GPP-E-UTRAN-FDD; "
             "utran-cell-id-3gpp=0010100010019B01"),
            ("P-Charging-Vector", f"icid-value={secrets.token_hex(16)};"
             f"icid-generated-at=127.0.0.1;orig-ioi={self.sub.realm}")])

    def register(self, expires: int | None = 600, *,
                 timeout_s: float = TIMEOUT_S, **options) -> Response:
        """REGISTER without proof, answer the challenge; the last response.

        @param options  as build_register()
        """
        return self._prove(expires, self.empty_authorization(), timeout_s,
                           options)

    def refresh(self, expires: int | None = 600, *, protected: bool = True,
                timeout_s: float = TIMEOUT_S, **options) -> Response:
        """REGISTER again; a challenge is answered; the last response.

        @param protected  the P-CSCF vouches (integrity-protected); else the
                          UE's own credentials alone, with the next nc
        """
        if self.auth is None:
            authorization = self.empty_authorization()
        else:
            mark = self._protected_mark() if protected else "no"
            authorization = self.credentials(integrity=mark)
        return self._prove(expires, authorization, timeout_s, options)

    def deregister(self, *, star: bool = False, **options) -> Response:
        """Leave: expires 0 for the own contact, or `Contact: *`."""
        if star:
            options["contacts"] = ["*"]
            options["headers"] = {"Expires": "0", **options.get("headers", {})}
        return self.refresh(0, **options)

    def fetch(self, **options) -> Response:
        """REGISTER without Contact: what is bound?"""
        return self.refresh(None, contacts=[], **options)

    def _prove(self, expires: int | None, authorization: str, timeout_s: float,
               options: dict) -> Response:
        options.setdefault("authorization", authorization)
        response = self.request(self.build_register(expires, **options),
                                timeout_s)
        options.pop("cseq", None)
        for _ in range(self.challenges_max):
            if response.status != 401:
                break
            options["authorization"] = self.answer_of(response)
            response = self.request(self.build_register(expires, **options),
                                    timeout_s)
        if response.status == 401:
            self.challenges.append(response)
        return response

    # other requests

    def build_request(self, method: str, uri: str, *, body: str = "",
                      headers: HeaderChanges | None = None) -> Request:
        """An initial request to the S-CSCF, with an asserted identity."""
        request = Request(Headers([
            ("Via", f"SIP/2.0/UDP {self.hostport};branch={new_branch()}"),
            ("Max-Forwards", "69"),
            ("From", f"<{self.sub.impu}>;tag={secrets.token_hex(4)}"),
            ("To", f"<{uri}>"),
            ("Call-ID", secrets.token_hex(8) + "@" + self.ip),
            ("CSeq", f"1 {method}"),
            ("P-Asserted-Identity", f"<{self.sub.impu}>")]), body, method, uri)
        if method in ("INVITE", "SUBSCRIBE"):
            request.headers.add("Contact", f"<sip:{self.sub.user}@{self.hostport}>")
        for name, value in (headers or {}).items():
            request.headers.set(name, value)
        return request

    def message(self, uri: str, text: str = "hello", *,
                timeout_s: float = TIMEOUT_S) -> Response:
        """Send a MESSAGE to an IMPU; the final response."""
        request = self.build_request("MESSAGE", uri, body=text, headers={
            "Content-Type": "text/plain"})
        return self.request(request, timeout_s)

    def invite(self, uri: str) -> ClientTransaction:
        """Start a call with an SDP offer; 100rel is supported."""
        return self.start(self.build_request("INVITE", uri, body=SDP, headers={
            "Content-Type": "application/sdp", "Supported": "100rel"}))

    def ack(self, call: ClientTransaction) -> None:
        """Acknowledge the final response to an INVITE."""
        if call.final.status < 300:
            self.send(self.build_in_dialog(call, "ACK", call.final))
            return
        ack = Request(Headers(list(call.request.headers.items)), "", "ACK",
                      call.request.uri)
        for name in ("Content-Type", "Contact", "Supported"):
            ack.headers.remove(name)
        ack.headers.set("To", call.final.headers.get("To"))
        ack.headers.set("CSeq", f"{call.request.cseq} ACK")
        self.send(ack)

    def build_in_dialog(self, call: ClientTransaction, method: str,
                        response: Response | None = None) -> Request:
        """A request inside the dialog that `response` opened."""
        response = response or call.final
        first = call.request
        cseq = first.cseq if method == "ACK" else first.cseq + 1
        if method == "BYE":
            cseq += 1
        headers = Headers([
            ("Via", f"SIP/2.0/UDP {self.hostport};branch={new_branch()}"),
            ("Max-Forwards", "69"),
            *[("Route", r) for r in route_set(response)],
            ("From", first.headers.get("From")),
            ("To", response.headers.get("To")),
            ("Call-ID", first.call_id), ("CSeq", f"{cseq} {method}")])
        return Request(headers, "", method, contact_uri(response) or first.uri)

    def prack(self, call: ClientTransaction, response: Response) -> Response:
        """Acknowledge a reliable provisional response (RFC 3262)."""
        request = self.build_in_dialog(call, "PRACK", response)
        rseq = response.headers.get("RSeq", "1")
        request.headers.add("RAck", f"{rseq} {call.request.cseq} INVITE")
        return self.request(request)

    # reg-event

    def subscribe(self, impu: str | None = None, *, expires: int = 3600,
                  as_pcscf: bool = False,
                  headers: HeaderChanges | None = None) -> Subscription:
        """SUBSCRIBE to the reg event of an IMPU (default: the own one).

        @param expires   seconds asked for
        @param as_pcscf  assert the Path URI instead of the IMPU
        """
        subscription = Subscription(self, impu or self.sub.impu)
        self.subscriptions.append(subscription)
        changes: HeaderChanges = dict(headers or {})
        if as_pcscf:
            changes["P-Asserted-Identity"] = f"<sip:term@{self.hostport};lr>"
        subscription.send(expires, changes)
        return subscription

    def on_request(self, request: Request) -> None:
        """NOTIFYs go to the subscription they belong to."""
        for subscription in self.subscriptions:
            if request.method == "NOTIFY" and subscription.owns(request):
                subscription.take(request)
