# SPDX-License-Identifier: GPL-2.0-or-later
"""A flood of forged REGISTERs costs registered users nothing.

    FLOOD_RATE=20000 FLOOD_SECONDS=60 FLOOD_USERS=1000 pytest -s test_flood.py

Without these it is scaled down to what fits beside other tests.
"""

from __future__ import annotations

import os

from flood import Crowd, Flood
from process import wait_until

RATE = int(os.environ.get("FLOOD_RATE", 1500))
SECONDS = int(os.environ.get("FLOOD_SECONDS", 5))
USERS = int(os.environ.get("FLOOD_USERS", 100))
REFRESHES_A_SECOND = USERS / 5
MAR_LIMIT = max(50, USERS // 4)
NOISE = 64 * 1024  # octets that usrloc and tm may hold more, or less

LAB_OPTIONS = {"params": {"mar_rate_limit": MAR_LIMIT, "auth_scheme": "Unknown"},
               "shm_mb": 1024, "children": 4}

# How users prove themselves: of ten, five are protected, four have SIP Digest,
# and one needs a vector for every refresh.
KINDS = [("yes", {})] * 5 + [("no", {"password": "secret", "aka": False})] * 4 \
    + [("no", {})]


def enter(lab, number):
    """A registered user, its MAR not above the limit."""
    mark, options = KINDS[number % len(KINDS)]
    ue = lab.ue(**options)
    wait_until(lambda: ue.register(600).status == 200, 10, "registration")
    ue.transactions.clear()
    return ue, mark


def shm_used(lab) -> int:
    return lab.rpc("core.shmmem")["used"]


def pkg_used(lab) -> int:
    """Of the processes that read SIP."""
    return sum(int(p["used"]) for p in lab.rpc("pkg.stats")
               if "receiver" in p["desc"] and "udp" in p["desc"])


def settle(lab) -> None:
    """Until no transaction is left."""
    wait_until(lambda: lab.rpc("reg_refresh.stats")["waiting"] == 0, 20, "no waiting")
    wait_until(lambda: lab.rpc("tm.stats")["current"] == 0, 20, "no transaction")


def test_flood(lab):
    users = [enter(lab, n) for n in range(USERS)]
    victim = users[0][0].sub.user
    crowd = Crowd(lab, users)
    crowd.refresh(1, REFRESHES_A_SECOND)
    settle(lab)
    before, pkg_before = shm_used(lab), pkg_used(lab)
    calm = crowd.refresh(SECONDS, REFRESHES_A_SECOND)
    print(f"\ncalm:  {calm}")
    mark, seconds = lab.hss_mark(), lab.statistics("reg_refresh")
    strangers = Flood(lab.scscf.address, victim, lab.options.realm, RATE, SECONDS)
    flooded = crowd.refresh(SECONDS, REFRESHES_A_SECOND)
    sent = strangers.sent()
    after = lab.statistics("reg_refresh")
    refused = {why: after[f"why_{why}"] - seconds[f"why_{why}"]
               for why in ("mar_limit", "challenge_loop", "hss_refused")}
    print(f"flood: {flooded}\n       {sent / SECONDS:.0f} forged a second, "
          f"of those seen {refused}")
    records = lab.hss_log(mark, "MAR")
    a_second = [sum(1 for r in records if 0 <= r.at - b.at < 1) for b in records]
    print(f"       at most {max(a_second, default=0)} MARs in a second "
          f"(limit {MAR_LIMIT})")
    assert calm.failures == flooded.failures == []
    assert max(a_second, default=0) <= MAR_LIMIT  # as the HSS saw them arrive
    assert sum(refused.values()) > 0
    settle(lab)
    print(f"       shared memory {before} before, {shm_used(lab)} after; private "
          f"{pkg_before}, {pkg_used(lab)}")
    assert shm_used(lab) <= before + NOISE
    assert pkg_used(lab) <= pkg_before + NOISE
