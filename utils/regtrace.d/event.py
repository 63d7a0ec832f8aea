# SPDX-License-Identifier: GPL-2.0-or-later
"""A REGISTER and what came of it as the fields of a line for the core.

Knows the names of core/event.c. Never leaves out what is wrong with a message.
"""

from __future__ import annotations

import sip
from corelink import Fields
from exchange import Registration
from judge import grants_of

GRANTS_MAX = 32


def fields_of(registration: Registration) -> Fields:
    """The request as it was sent, the answer, the SAR between."""
    message, final = registration.request, registration.final
    fields: Fields = [
        ("at", registration.at_ms),
        ("answered", final.at_ms if final else registration.at_ms),
        ("status", registration.status),
        ("to", sip.address(message.get("to"))), ("call-id", message.call_id),
        ("cseq", message.cseq)]
    return fields + _optional(message) + _contacts(message) \
        + _outcome(registration)


def _optional(message: sip.Message) -> Fields:
    fields: Fields = []
    for name in ("expires", "user-agent", "authorization"):
        if any(n == name for n, _ in message.headers):
            fields.append((name, message.get(name)))
    if message.all("path"):
        fields.append(("path", ",".join(message.all("path"))))
    return fields


def _contacts(message: sip.Message) -> Fields:
    fields: Fields = []
    for value in message.values("contact"):
        if value == "*":
            fields.append(("star", 1))
            continue
        params = sip.params(value)
        fields.append(("contact", sip.address(value)))
        fields += [(f"contact-{field}", params[name]) for name, field in (
            ("expires", "expires"), ("+sip.instance", "instance"),
            ("reg-id", "reg-id")) if name in params]
    return fields


def _outcome(registration: Registration) -> Fields:
    fields: Fields = []
    sars = registration.sent("SA")
    if sars:
        fields += [("sar", max(0, sars[0].request.type)),
                   ("hss", sars[0].result or "silent")]
    if not 200 <= registration.status < 300:
        return fields
    for uri, seconds in grants_of(registration.final)[:GRANTS_MAX]:
        if seconds >= 0:
            fields += [("grant-uri", uri), ("grant-expires", seconds)]
    return fields
