# SPDX-License-Identifier: GPL-2.0-or-later
"""How a UE proves who it is: from a 401 to an Authorization header.

Keeps the last challenge, its nonce count and the USIM's sequence number.
Never sends anything.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from digest import Algorithm, Credential, aka_password, algorithm_of
from milenage import Milenage
from sipmsg import Response


@dataclass
class Subscriber:
    """What the USIM and the user know. `k`, `opc` 16 octets; `sqn` the highest
    sequence number that the USIM has accepted."""

    impu: str
    impi: str
    realm: str
    k: bytes = bytes(16)
    opc: bytes = bytes(16)
    password: str = ""
    sqn: int = 0

    @property
    def user(self) -> str:
        """User part of the IMPU."""
        return self.impu.split(":", 1)[1].split("@", 1)[0]


@dataclass
class Authentication:
    """What the UE remembers of the challenge it answered last."""

    challenge: dict[str, str]
    algorithm: Algorithm
    password: bytes
    nc: int = 0
    credential: Credential | None = None


class Prover:
    """The part of a UE that answers challenges."""

    def __init__(self, subscriber: Subscriber):
        self.sub = subscriber
        self.auth: Authentication | None = None
        self.challenges: list[Response] = []  # every 401, oldest first
        self.legacy_qop = False  # answer without qop even if it is offered

    def empty_authorization(self, integrity: str | None = "no") -> str:
        """Authorization of a first REGISTER: identity only (24.229 5.1.1.2)."""
        value = (f'Digest username="{self.sub.impi}",realm="{self.sub.realm}",'
                 f'nonce="",uri="sip:{self.sub.realm}",response=""')
        return value + (f',integrity-protected="{integrity}"' if integrity else "")

    def take_challenge(self, response: Response) -> Authentication:
        """Remember a 401's challenge; AKA checks AUTN and moves the SQN."""
        self.challenges.append(response)
        challenge = response.challenge
        algorithm = algorithm_of(challenge)
        password = self.sub.password.encode()
        if algorithm.aka_version:
            password = self._aka_password(challenge["nonce"], algorithm)
        self.auth = Authentication(challenge, algorithm, password)
        return self.auth

    def _aka_password(self, nonce: str, algorithm: Algorithm) -> bytes:
        raw = base64.b64decode(nonce)
        rand, autn = raw[:16], raw[16:32]
        usim = Milenage(self.sub.k, self.sub.opc)
        sqn, mac_right = usim.open_autn(rand, autn)
        if not mac_right:
            raise ValueError("AUTN of the challenge has a wrong MAC")
        self.sub.sqn = max(self.sub.sqn, int.from_bytes(sqn, "big"))
        return aka_password(algorithm, usim.vector(rand))

    def answer_of(self, response: Response, *, integrity: str | None = None,
                  wrong: bool = False, empty: bool = False) -> str:
        """The Authorization value that answers a 401.

        @param integrity  integrity-protected; None: as a P-CSCF sets it
        @param wrong      answer with a wrong password
        @param empty      no response: AUTN was not accepted (24.229 5.1.1.5.3)
        """
        auth = self.take_challenge(response)
        if wrong:
            auth.password += b"x"
        if integrity is None:
            integrity = "yes" if auth.algorithm.aka_version else "ip-assoc-pending"
        return self.credentials(integrity=integrity, empty=empty)

    def credentials(self, *, integrity: str | None = None,
                    nc: int | None = None, nonce: str | None = None,
                    empty: bool = False) -> str:
        """Authorization with the last challenge, nonce count one higher.

        @param nc     this count instead of the next one
        @param nonce  this nonce instead of the challenge's
        @param empty  leave the response empty
        """
        auth = self.auth
        offered = auth.challenge.get("qop", "")
        qop = "auth" if "auth" in offered and not self.legacy_qop else None
        auth.nc = auth.nc + 1 if nc is None else nc
        auth.credential = Credential(
            self.sub.impi, auth.challenge.get("realm", self.sub.realm),
            nonce or auth.challenge["nonce"], f"sip:{self.sub.realm}",
            auth.password, auth.algorithm.hash_name, "REGISTER", qop, auth.nc,
            secrets.token_hex(8))
        return _authorization_text(auth, integrity, empty)

    def resync_of(self, response: Response, sqn_ms: int | None = None) -> str:
        """Authorization with `auts`: the USIM is at `sqn_ms`.

        The response is that of an empty password (RFC 3310 3.4).
        """
        self.challenges.append(response)
        challenge = response.challenge
        rand = base64.b64decode(challenge["nonce"])[:16]
        sqn = self.sub.sqn if sqn_ms is None else sqn_ms
        usim = Milenage(self.sub.k, self.sub.opc)
        auts = usim.auts(rand, sqn.to_bytes(6, "big"))
        self.auth = Authentication(challenge, algorithm_of(challenge), b"")
        return self.credentials(integrity="yes") + \
            f',auts="{base64.b64encode(auts).decode()}"'

    def adopt_nextnonce(self, response: Response) -> bool:
        """Use the nextnonce of Authentication-Info from now on; True if any."""
        nonce = response.auth_info.get("nextnonce")
        if nonce and self.auth:
            self.auth.challenge["nonce"] = nonce
            self.auth.nc = 0
        return bool(nonce)

    def _protected_mark(self) -> str:
        return "yes" if self.auth.algorithm.aka_version else "ip-assoc-yes"


def _authorization_text(auth: Authentication, integrity: str | None,
                        empty: bool) -> str:
    """The header value for auth.credential."""
    c = auth.credential
    response = "" if empty else c.response()
    value = (f'Digest username="{c.username}",realm="{c.realm}",'
             f'nonce="{c.nonce}",uri="{c.uri}",response="{response}"')
    if "algorithm" in auth.challenge:
        value += f',algorithm={auth.challenge["algorithm"]}'
    if c.qop:
        value += f',qop={c.qop},nc={c.nc:08x},cnonce="{c.cnonce}"'
    if "opaque" in auth.challenge:
        value += f',opaque="{auth.challenge["opaque"]}"'
    return value + (f',integrity-protected="{integrity}"' if integrity else "")
