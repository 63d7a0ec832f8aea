# SPDX-License-Identifier: GPL-2.0-or-later
"""application/reginfo+xml (RFC 3680) as objects; never talks to anyone."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field


def _local(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]


@dataclass
class RegContact:
    """One contact element; `expires` in seconds, None if absent."""

    id: str
    uri: str
    state: str
    event: str
    expires: int | None
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass
class Registration:
    """One registration element: the state of one IMPU."""

    aor: str
    id: str
    state: str
    contacts: list[RegContact]


@dataclass
class RegInfo:
    """One document."""

    version: int
    state: str
    registrations: list[Registration]

    @property
    def contacts(self) -> list[RegContact]:
        """The contacts of all registrations."""
        return [c for r in self.registrations for c in r.contacts]

    def of(self, aor: str) -> Registration | None:
        """The registration of that IMPU."""
        return next((r for r in self.registrations if r.aor == aor), None)

    def has(self, uri: str | None = None, *, state: str | None = None,
            event: str | None = None) -> bool:
        """Whether some contact has this URI, state and event (None: any)."""
        return any(uri in (None, c.uri) and state in (None, c.state)
                   and event in (None, c.event) for c in self.contacts)


def _contact(node: ElementTree.Element) -> RegContact:
    uri = next((n.text or "" for n in node if _local(n.tag) == "uri"), "")
    expires = node.get("expires")
    return RegContact(node.get("id", ""), uri.strip(), node.get("state", ""),
                      node.get("event", ""), int(expires) if expires else None,
                      dict(node.attrib))


def _registration(node: ElementTree.Element) -> Registration:
    return Registration(node.get("aor", ""), node.get("id", ""),
                        node.get("state", ""),
                        [_contact(n) for n in node if _local(n.tag) == "contact"])


def parse_reginfo(text: str) -> RegInfo:
    """A document as RegInfo; ParseError or ValueError if it is not one."""
    root = ElementTree.fromstring(text.strip().encode())
    if _local(root.tag) != "reginfo":
        raise ValueError(f"root element is {root.tag}")
    regs = [_registration(n) for n in root if _local(n.tag) == "registration"]
    return RegInfo(int(root.get("version", "-1")), root.get("state", ""), regs)
