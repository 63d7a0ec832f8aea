# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers to HTTP Digest challenges as an IMS UE gives them.

SIP Digest (RFC 2617, RFC 7616), AKAv1 (RFC 3310), AKAv2 (RFC 4169).
Pure arithmetic on its arguments; never keeps a nonce or a count.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from milenage import Vector


@dataclass(frozen=True)
class Algorithm:
    """What an algorithm token of a challenge stands for."""

    hash_name: str  # "md5" or "sha256"
    aka_version: int  # 0: SIP Digest, 1 or 2: AKA


ALGORITHMS = {"md5": Algorithm("md5", 0),
              "sha-256": Algorithm("sha256", 0),
              "akav1-md5": Algorithm("md5", 1),
              "akav2-md5": Algorithm("md5", 2),
              "akav2-sha-256": Algorithm("sha256", 2)}


def algorithm_of(challenge: dict[str, str]) -> Algorithm:
    """The challenge's algorithm; MD5 when it names none (RFC 2617 3.2.1)."""
    return ALGORITHMS[challenge.get("algorithm", "MD5").lower()]


def aka_password(alg: Algorithm, vector: Vector) -> bytes:
    """The Digest password of an AKA challenge.

    AKAv1: RES itself (RFC 3310 3.3). AKAv2: base64 of HMAC over RES||IK||CK
    with the hash of the algorithm (RFC 4169 3).
    """
    if alg.aka_version == 1:
        return vector.res
    key = vector.res + vector.ik + vector.ck
    mac = hmac.new(key, b"http-digest-akav2-password", alg.hash_name)
    return base64.b64encode(mac.digest())


@dataclass
class Credential:
    """All that goes into one response."""

    username: str
    realm: str
    nonce: str
    uri: str
    password: bytes
    hash_name: str = "md5"
    method: str = "REGISTER"
    qop: str | None = None
    nc: int = 0
    cnonce: str = ""

    def _hash(self, *parts: bytes) -> bytes:
        digest = hashlib.new(self.hash_name, b":".join(parts))
        return digest.hexdigest().encode()

    def _answer(self, method: str) -> str:
        ha1 = self._hash(self.username.encode(), self.realm.encode(),
                         self.password)
        ha2 = self._hash(method.encode(), self.uri.encode())
        parts = [ha1, self.nonce.encode()]
        if self.qop:
            parts += [b"%08x" % self.nc, self.cnonce.encode(),
                      self.qop.encode()]
        return self._hash(*parts, ha2).decode()

    def response(self) -> str:
        """The response parameter of the Authorization header."""
        return self._answer(self.method)

    def rspauth(self) -> str:
        """What the server's rspauth must be (RFC 2617 3.2.3)."""
        return self._answer("")
