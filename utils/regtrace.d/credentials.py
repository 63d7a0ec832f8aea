# SPDX-License-Identifier: GPL-2.0-or-later
"""What the credentials of a REGISTER were, as far as a capture shows it.

A capture has no keys: whether a response was right is told by what the network
made of it. Whose nonce it was, and how often it was used, is seen.
"""

from __future__ import annotations

from dataclasses import dataclass

import sip
from exchange import Registration

NONCES_MAX = 64  # kept for a private identity


@dataclass
class Nonce:
    call_id: str
    aka: bool
    spent: bool = False
    nc: int = 0


def challenge_of(response: sip.Message) -> dict[str, str]:
    """The Digest challenge of a 401; {} if it has none."""
    for name in ("www-authenticate", "proxy-authenticate"):
        for value in response.all(name):
            if found := sip.digest(value):
                return found
    return {}


def _count(text: str) -> int:
    try:
        return int(text[:8], 16)
    except ValueError:
        return 0


class Credentials:
    """The nonces of every private identity."""

    def __init__(self) -> None:
        self._nonces: dict[str, dict[str, Nonce]] = {}

    def response_of(self, impi: str, registration: Registration) -> str:
        """The word that the core takes for it (core/event_value.c)."""
        given = sip.digest(registration.request.get("authorization"))
        if not given.get("nonce"):
            return "none"
        nonce = self._nonces.get(impi, {}).get(given["nonce"])
        word = _word(given, nonce, registration)
        if nonce and word in ("right", "wrong", "empty", "resync"):
            nonce.spent = nonce.spent or nonce.aka
            nonce.nc = max(nonce.nc, _count(given.get("nc", "")))
        return word

    def learn(self, impi: str, registration: Registration) -> None:
        """Keep the nonce of a 401."""
        challenge = challenge_of(registration.final)
        if not challenge.get("nonce"):
            return
        known = self._nonces.setdefault(impi, {})
        if len(known) >= NONCES_MAX:
            known.pop(next(iter(known)))
        known.setdefault(challenge["nonce"], Nonce(
            registration.request.call_id,
            "aka" in challenge.get("algorithm", "").lower()))


def _is_dead(nonce: Nonce | None, registration: Registration) -> bool:
    """An AKA challenge lives for one answer, in its own Call-ID."""
    return nonce is None or nonce.aka and (
        nonce.spent or nonce.call_id != registration.request.call_id)


def _word(given: dict[str, str], nonce: Nonce | None,
          registration: Registration) -> str:
    dead = _is_dead(nonce, registration)
    if 200 <= registration.status < 300:
        return "no-nonce" if nonce and dead else "right"
    challenge = challenge_of(registration.final) if registration.final else {}
    if challenge.get("stale", "").lower() == "true":
        replay = nonce and _count(given.get("nc", "")) <= nonce.nc
        return "replay" if replay else "stale"
    if dead:
        return "no-nonce"
    if given.get("auts"):
        return "resync"
    if not given.get("response"):
        return "empty"
    return "wrong" if _refused(registration) else "right"


def _refused(registration: Registration) -> bool:
    """Whether it was the answer to the challenge that was refused."""
    return registration.status in (401, 407) or (
        registration.status == 403 and not registration.sent("SA"))
