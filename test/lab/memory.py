# SPDX-License-Identifier: GPL-2.0-or-later
"""Shared memory of a Kamailio by the place in the source that asked for it.

Knows how mod.mem_statsx prints it. Never judges what is too much.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

_USE = re.compile(r"(\d+) \((\d+)\)")

# Those who hold something for a REGISTER. Left out: kex, which counts itself.
MODULES = ("ims_reg_refresh", "tm", "cdp", "core", "ims_usrloc_scscf",
           "ims_registrar_scscf", "presence", "sl")


@dataclass(frozen=True)
class Memory:
    """What is in use. Keys of both: (module, "function(line)").

    @field pieces  allocations
    @field octets  their size, as the allocator rounds it: it may give a larger
                   piece than last time for the same
    """

    pieces: Counter
    octets: Counter

    def __sub__(self, before: "Memory") -> "Memory":
        """What has grown; places that have shrunk are left out."""
        return Memory(self.pieces - before.pieces, self.octets - before.octets)

    @property
    def modules(self) -> set[str]:
        """Who has any."""
        return {module for module, _ in self.pieces}

    def of(self, module: str) -> "Memory":
        """The part of one module."""
        return Memory(*(Counter({k: n for k, n in c.items() if k[0] == module})
                        for c in (self.pieces, self.octets)))

    @property
    def functions(self) -> set[str]:
        """Which functions have any."""
        return {place.partition("(")[0] for _, place in self.pieces}

    def pieces_of(self, module: str, function: str) -> int:
        """How many allocations of one function are in use."""
        return self._sum(self.pieces, module, function)

    def octets_of(self, module: str, function: str) -> int:
        """Their size."""
        return self._sum(self.octets, module, function)

    @staticmethod
    def _sum(counter: Counter, module: str, function: str) -> int:
        return sum(n for (of, place), n in counter.items()
                   if of == module and place.partition("(")[0] == function)

    def __str__(self) -> str:
        return "\n".join(f"  {module} {place}: {n} pieces, "
                         f"{self.octets[module, place]} octets" for
                         (module, place), n in sorted(self.pieces.items()))


def memory_of(lab) -> Memory:
    """Shared memory in use now."""
    pieces, octets = Counter(), Counter()
    for module in MODULES:
        for part in lab.rpc("mod.mem_statsx", module, "shm"):
            if isinstance(part, dict):
                _add(module, part, pieces, octets)
    return Memory(pieces, octets)


def _add(module: str, part: dict, pieces: Counter, octets: Counter) -> None:
    for place, uses in part.items():
        for use in uses if isinstance(uses, list) else [uses]:
            if found := _USE.fullmatch(str(use)):
                octets[module, place] += int(found.group(1))
                pieces[module, place] += int(found.group(2))
