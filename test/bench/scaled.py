# SPDX-License-Identifier: GPL-2.0-or-later
"""An S-CSCF with very many bindings: how fast it fills, answers, forgets.

A user's REGISTERs come a whole round of all users apart, so nothing is warm.
Never judges a figure.
"""

from __future__ import annotations

import math
import statistics
import threading
import time
from pathlib import Path

from bench import Scscf, against_echo, closed_loop
from process import wait_until

LIFETIME_S = 3600
LONG_S = 900  # longest run of anything
ROUNDS = 6  # of extends, where they are short
NEAR_S = 30  # before its end a binding is looked at
PROBE_RATE, PROBE_S, PROBES = 1000, 4, 6
MASS, MASS_LIFETIME_S = 100_000, 62
SAMPLE_S = 0.001
OURS, USRLOCS = "reg_refresh dates", "slow timer"


class Burst(threading.Thread):
    """Watches a process: the longest time that it ran without a pause."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.path = Path(f"/proc/{pid}/schedstat")
        self.longest_ns = 0
        self.over = threading.Event()

    def run(self) -> None:
        last, since = self.ran_ns(), 0
        while not self.over.wait(SAMPLE_S):
            now = self.ran_ns()
            since = since + now - last if now > last else 0
            self.longest_ns = max(self.longest_ns, since)
            last = now

    def ran_ns(self) -> int:
        return int(self.path.read_text().split()[0])

    def stop(self) -> float:
        """The longest burst [ms]."""
        self.over.set()
        self.join()
        return self.longest_ns / 1e6


class Scaled(Scscf):
    """One S-CSCF of test/bench with its users, and what is measured of it."""

    def __init__(self, bench, row):
        super().__init__(bench, row, prefix=[], users=bench.users)

    def load_users(self) -> None:
        """Not at the start: it is measured."""

    def shm(self) -> int:
        """In use, to the kilobyte: octets would wrap."""
        return int(self.lab.rpc("core.shmmem", "k")["real_used"]) * 1024

    def round(self, expires_s: int, *options: str) -> dict:
        """Everybody registers once, in turn."""
        done = self.regload("--expires", str(expires_s), "--count",
                            str(self.users), "--seconds", str(LONG_S), *options,
                            timeout_s=LONG_S)
        good = done["status"].get("200", 0)
        if good < self.users * 0.999:
            raise RuntimeError(f"{done}")
        return done

    def fill(self) -> dict:
        """All are registered for the first time."""
        done = self.round(LIFETIME_S, "--port", str(self.load_port), "--window",
                          "16")
        return {"register_s": done["seconds"], "register_rate": done["rate"],
                "shm": self.shm_user()}

    def rates(self) -> dict:
        """Keeps, then rounds of extends: each begins when the first user is past
        the half, and is over before the end of the last one is near."""
        keep = closed_loop(self)["rate"]
        round_s = 1.2 * self.users / keep
        half_s = math.ceil(round_s if round_s < NEAR_S / 6 else round_s + NEAR_S)
        began = time.monotonic()
        took_s = self.round(2 * half_s)["seconds"]  # shortens
        # the round that follows may be the faster one
        began += max(0, took_s - self.users / keep)
        rates: list[float] = []
        for _ in range(ROUNDS if half_s < NEAR_S else 0):
            began = self.await_half(began, half_s)
            rates.append(self.extend(2 * half_s))
        self.await_half(began, half_s)
        rates.append(self.extend(LIFETIME_S))
        return {"keep": keep, "extend": statistics.median(rates)}

    @staticmethod
    def await_half(began: float, half_s: float) -> float:
        """Until all lifetimes of a round are past it. The time then."""
        time.sleep(max(0, began + half_s * 1.05 + 0.5 - time.monotonic()))
        return time.monotonic()

    def extend(self, expires_s: int) -> float:
        """A round past the half of all lifetimes."""
        before = self.count("act_extend")
        done = self.round(expires_s, "--spin", "--window",
                          str(self.bench.window))
        share = (self.count("act_extend") - before) / self.users
        if share < 0.99:
            raise RuntimeError(f"{share:.3f} of them were extended")
        return done["rate"]

    def count(self, name: str) -> int:
        return self.lab.statistics("reg_refresh")[name]

    def pid_of(self, what: str) -> int:
        return next(p["PID"] for p in self.lab.rpc("core.psx")
                    if p["DSC"] == what)

    def probe(self, seconds: float, first: int = 0) -> float:
        """A keep every millisecond: the longest that one waited [ms]."""
        done = self.regload("--rate", str(PROBE_RATE), "--seconds", str(seconds),
                            "--warmup", "0.2", "--expires", str(LIFETIME_S), "--first",
                            str(first), "--users",
                            str(min(self.users - first, 1000)), "--spin",
                            timeout_s=LONG_S)
        return done["max_us"] / 1000

    def timers(self) -> dict:
        """What timers cost when little happens, and how long they hold up."""
        pids = {"dates_cpu": self.pid_of(OURS), "usrloc_cpu": self.pid_of(USRLOCS)}
        watched = {name: Burst(pid) for name, pid in pids.items()}
        before = {name: one.ran_ns() for name, one in watched.items()}
        began = time.monotonic()
        waits = sorted(self.probe(PROBE_S) for _ in range(PROBES))
        took_ns = (time.monotonic() - began) * 1e9
        cpu = {name: (one.ran_ns() - before[name]) / took_ns * 100
               for name, one in watched.items()}
        echo = [against_echo(PROBE_S, "--rate", str(PROBE_RATE))["max_us"] / 1000
                for _ in range(2)]
        return {**cpu, "longest_ms": waits[0], "usrloc_ms": waits[-1],
                "echo_ms": max(echo)}

    def listing(self) -> dict:
        """An RPC that walks over all bindings."""
        waited: list[float] = []
        prober = threading.Thread(
            target=lambda: waited.append(self.probe(PROBE_S)))
        prober.start()
        time.sleep(PROBE_S / 4)
        began = time.monotonic()
        self.lab.rpc("reg_refresh.list", "sip:nobody", timeout_s=60)
        took_s = time.monotonic() - began
        prober.join()
        return {"list_s": took_s, "list_ms": waited[0]}

    def mass_expiry(self) -> dict:
        """The first users ask for a minute, and are not heard of again."""
        mass = min(MASS, self.users // 2)
        self.regload("--users", str(mass), "--count", str(mass), "--expires",
                     str(MASS_LIFETIME_S), "--seconds", "60", timeout_s=120)
        time.sleep(MASS_LIFETIME_S / 2)  # a good while before the end is near
        told = self.diameter()
        expired = self.count("silent_expiries")
        burst = Burst(self.pid_of(OURS))
        burst.start()
        waits: list[float] = []
        over = threading.Event()
        prober = threading.Thread(target=self._probe_until, args=(over, mass,
                                                                  waits))
        prober.start()
        ends = [self._await(lambda n=n: self.count("silent_expiries") - expired >= n)
                for n in (1, mass)]
        done = self._await(lambda: self.diameter() - told >= mass)
        over.set()
        prober.join()
        return {"expiry_n": mass, "expiry_s": ends[1] - ends[0],
                "told_rate": mass / max(done - ends[0], 1e-3),
                "expiry_ms": max(waits), "burst_ms": burst.stop()}

    def _probe_until(self, over: threading.Event, first: int,
                     waits: list[float]) -> None:
        while not over.is_set():
            waits.append(self.probe(PROBE_S, first))

    @staticmethod
    def _await(reached) -> float:
        """When it was reached."""
        wait_until(reached, LONG_S, "the mass has expired")
        return time.monotonic()
