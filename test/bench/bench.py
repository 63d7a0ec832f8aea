# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures one way of answering a REGISTER: rate, CPU, latency, memory,
Diameter requests, instructions.

The S-CSCF runs on core 0, generator and HSS on core 1. Never judges a figure.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lab"))

from kamailio import RpcError  # noqa: E402
from lab import Lab, LabError  # noqa: E402
from process import build_dir, free_port, wait_until  # noqa: E402

SCSCF_CORE, LOAD_CORE = 0, 1
TM_EMPTY_S = 15  # longest wait until tm keeps no transaction: 5 s after its end
QUIET = 0.93  # idle share of a quiet machine
START_S = 60  # longest start, under valgrind


@dataclass(frozen=True)
class Row:
    """One way of answering.

    @field config   cfg/NAME.cfg
    @field load     options of regload that differ while measuring
    @field hss      whether the HSS is asked
    @field act      counter that must have moved once for each REGISTER
    """

    key: str
    what: str
    config: str
    load: tuple[str, ...] = ()
    defines: dict = field(default_factory=dict)
    params: dict = field(default_factory=dict)
    hss: bool = False
    digest: bool = False
    act: str = ""


BRIEF = {"min_expires": 1, "expiry_grace": 0}

ROWS = [
    Row("a", "bare sl_send_reply 200", "core", defines={"BENCH_BARE": 1}),
    Row("b", "core registrar, usrloc in memory", "core"),
    Row("b'", "same, SIP Digest from HA1", "core", ("--mode", "digest"),
        {"BENCH_AUTH": 1}),
    Row("c", "stock IMS registrar, SAR", "stock", hss=True),
    Row("c'", "stock IMS, AKA: MAR and SAR", "stock", ("--mode", "aka"),
        {"BENCH_AKA": 1}, hss=True),
    Row("d", "keep", "refresh", act="act_keep"),
    Row("d-", "keep, not explained", "refresh", params={"explain_verdicts": 0},
        act="act_keep"),
    Row("d+", "keep: explained, events, metrics", "refresh",
        defines={"BENCH_SEEN": 1}, params={"explain_verdicts": 8},
        act="act_keep"),
    # one second is past its half for a REGISTER that asks for whole seconds
    Row("e", "extend", "refresh", ("--expires", "1"), params=BRIEF,
        act="act_extend"),
    Row("f", "update with SAR", "refresh", ("--cseq-step", "2"), hss=True,
        act="act_update"),
    Row("g", "SIP Digest, one nonce, keep", "refresh", ("--mode", "digest"),
        params={"auth_scheme": "SIP Digest"}, digest=True, act="act_keep"),
    Row("h", "AKA every time, keep", "refresh", ("--mode", "aka"), hss=True,
        act="act_keep"),
]


@dataclass
class Bench:
    """What all rows share."""

    directory: Path
    allocator: str = "fm"
    users: int = 1000
    seconds: float = 3
    repeat: int = 3
    window: int = 32
    shm_mb: int = 4096
    hash_exponent: int = 12
    lean: bool = False  # a REGISTER of the fewest headers
    best: bool = False  # the best run counts, not the median
    quiet_s: float = 0  # longest wait for a quiet machine before a run
    memory: bool = True  # wait until memory for a user can be told


def log(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def pin(core: int) -> None:
    os.sched_setaffinity(0, {core})


class Scscf:
    """The S-CSCF of one row, loaded with users. A context manager."""

    def __init__(self, bench: Bench, row: Row, *, prefix: list[str],
                 users: int, pinned: bool = True):
        self.bench, self.row, self.users = bench, row, users
        self.port, self.load_port = free_port(), free_port()
        self.runs = 0
        self.loaded: dict = {}
        core = row.config == "core"
        self.lab = Lab(bench.directory / row.key.replace("'", "1"), hss=not core,
                       config=f"../../bench/cfg/{row.config}", children=1,
                       shm_mb=bench.shm_mb, params=row.params,
                       defines={"LAB_HASH_EXPONENT": bench.hash_exponent,
                                "BENCH_LOAD_PORT": self.load_port,
                                **row.defines})
        self.lab.options.allocator = bench.allocator
        self.lab.options.cdp_workers = 2
        command = self.lab.scscf.command
        pinned_by = ["taskset", "-c", str(SCSCF_CORE)] if pinned else []
        self.lab.scscf.command = lambda: [*pinned_by, *prefix, *command()]
        if prefix:  # OPTIONS, sent again until answered, would be counted
            self.lab.scscf._answers_options = self._answers_rpc  # noqa: SLF001
        for name in ("_answers_options", "_has_forked"):
            ready = getattr(self.lab.scscf, name)
            setattr(self.lab.scscf, name, _patient(ready))
        if core:  # has none of the processes that a lab awaits
            self.lab.scscf._has_forked = lambda: True  # noqa: SLF001

    def _answers_rpc(self) -> bool:
        with contextlib.suppress(RpcError, OSError):
            return bool(self.lab.rpc("core.uptime"))
        return False

    def __enter__(self) -> "Scscf":
        self.lab.start(timeout_s=START_S)
        try:
            if self.lab._with_hss:  # noqa: SLF001
                self._add_users()
            self.shm_empty = self.shm()
            self.load_users()
        except BaseException:
            self.lab.stop()
            raise
        return self

    def __exit__(self, *_exc) -> None:
        self.lab.stop()

    def _add_users(self) -> None:
        self.lab.load_users(self.users)
        if not self.row.digest:
            return
        realm = self.lab.options.realm
        self.lab.hss_server.add(
            f"range impi=load%06d@{realm} impu=sip:load%06d@{realm} "
            f"password=bench realm={realm} first=0 count={self.users}")

    def load_users(self) -> None:
        """Everybody registers for ten minutes, unproven."""
        done = self.regload("--port", str(self.load_port), "--count",
                            str(self.users), "--window", "16", "--seconds", "60")
        if done["status"] != {"200": self.users}:
            raise LabError(f"users were not registered: {done}")
        self.loaded = done

    def regload(self, *options: str, timeout_s: float = 120) -> dict:
        """One run of the generator with Call-IDs of its own."""
        self.runs += 1
        command = [str(build_dir() / "test/bench/regload"), "--server-port",
                   str(self.lab.scscf.sip_port), "--port", str(self.port),
                   "--users", str(self.users), "--tag",
                   f"r{os.getpid()}x{self.runs}", "--realm",
                   self.lab.options.realm, *options,
                   *(["--lean"] if self.bench.lean else [])]
        try:
            done = subprocess.run(command, capture_output=True, text=True,
                                  check=False, timeout=timeout_s)
        except subprocess.TimeoutExpired as error:
            raise LabError(f"regload: {error}") from error
        if done.returncode != 0:
            raise LabError(f"regload: {done.stderr}")
        return json.loads(done.stdout)

    def measured(self, *options: str) -> dict:
        """One run as the row measures it."""
        spin = [] if self.row.hss else ["--spin"]
        return self.regload(*self.row.load, *spin, *options)

    def shm(self) -> int:
        """Shared memory in use [octets]."""
        return int(self.lab.rpc("core.shmmem")["real_used"])

    def shm_user(self) -> float:
        """Shared memory that a user with a contact takes [octets]."""
        wait_until(lambda: int(self.lab.rpc("tm.stats")["current"]) == 0,
                   TM_EMPTY_S, "tm keeps no transaction")
        return (self.shm() - self.shm_empty) / self.users

    def cpu_ns(self) -> int:
        """CPU time of all its processes so far."""
        group = os.getpgid(self.lab.scscf.daemon.pid)
        total = 0
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError):
                if os.getpgid(int(path.name)) != group:
                    continue
                for task in path.glob("task/*/schedstat"):
                    total += int(task.read_text().split()[0])
        return total

    def diameter(self) -> int:
        """Diameter requests that the HSS has answered so far."""
        if not self.lab._with_hss:  # noqa: SLF001
            return 0
        return sum(map(int, re.findall(r"\b(?:SAR|MAR)[ =](\d+)",
                                       self.lab.hss("count"))))

    def acts(self) -> int:
        """How often the row's act was taken so far."""
        if not self.row.act:
            return 0
        return self.lab.statistics("reg_refresh").get(self.row.act, 0)


def _patient(ready):
    """Kamailio's first answer, however slow the machine it runs on is."""
    def wait() -> bool:
        wait_until(ready, START_S, "Kamailio answers OPTIONS")
        return True
    return wait


def closed_loop(scscf: Scscf) -> dict:
    """Top rate with a window, and what it cost."""
    bench = scscf.bench
    cpu, asked, acts = scscf.cpu_ns(), scscf.diameter(), scscf.acts()
    run = scscf.measured("--window", str(bench.window), "--seconds",
                         str(bench.seconds), "--warmup", "0.3")
    done = max(run["done"], 1)
    run["cpu_us"] = (scscf.cpu_ns() - cpu) / done / 1000
    run["diameter"] = (scscf.diameter() - asked) / done
    run["acts"] = (scscf.acts() - acts) / done
    return run


def open_loop(scscf: Scscf, rate: float) -> dict:
    """Latency at a rate."""
    return scscf.measured("--rate", f"{rate:.0f}", "--seconds",
                          str(scscf.bench.seconds), "--warmup", "0.3")


# Which way a figure gets better.
HIGHER = {"rate"}
CLOSED = ("rate", "cpu_us", "diameter", "acts")
OPENED = ("p50_us", "p99_us", "p999_us")


def _pick(bench: Bench, runs: list[dict], name: str) -> float:
    """The median of the runs; the best one where others use the machine."""
    values = [run[name] for run in runs]
    if not bench.best or name not in ("rate", "cpu_us", *OPENED):
        return statistics.median(values)
    return max(values) if name in HIGHER else min(values)


def _errors(runs: list[dict]) -> str:
    """What was not as it should be, in words; "" for nothing."""
    other = sum(n for run in runs for code, n in run["status"].items()
                if code != "200")
    lost = sum(run["lost"] for run in runs)
    resent = sum(run["resent"] for run in runs)
    found = [(other, "not 200"), (lost, "lost"), (resent, "resent")]
    return ", ".join(f"{n} {what}" for n, what in found if n)


def _idle_share(over_s: float) -> float:
    """How much of all cores is idle now."""
    def ticks() -> list[int]:
        return list(map(int, Path("/proc/stat").read_text().split()[1:9]))
    before = ticks()
    time.sleep(over_s)
    used = [b - a for a, b in zip(before, ticks())]
    return used[3] / max(sum(used), 1)


def _await_quiet(bench: Bench) -> None:
    """Until nobody else computes, but not for ever."""
    end = time.monotonic() + bench.quiet_s
    while time.monotonic() < end and _idle_share(0.2) < QUIET:
        pass


class Timed:
    """The timed figures of one row, run by run."""

    def __init__(self, scscf: Scscf):
        self.scscf, self.bench = scscf, scscf.bench
        self.closed: list[dict] = []
        self.opened: list[dict] = []
        self.shm_user: float | None = None

    def measure_memory(self) -> None:
        """Before anything but the users has been there."""
        self.shm_user = self.scscf.shm_user()

    def run_closed(self) -> None:
        """Once more at the top rate."""
        _await_quiet(self.bench)
        self.scscf.load_users()
        self.closed.append(closed_loop(self.scscf))

    def run_opened(self) -> None:
        """Once more at half of it."""
        _await_quiet(self.bench)
        self.scscf.load_users()
        rate = _pick(self.bench, self.closed, "rate")
        self.opened.append(open_loop(self.scscf, rate / 2))

    def figures(self) -> dict:
        """All of them."""
        found = {name: _pick(self.bench, runs, name)
                 for names, runs in ((CLOSED, self.closed), (OPENED, self.opened))
                 for name in names}
        peak = int(self.scscf.lab.rpc("core.shmmem")["max_used"])
        return {**found, "shm_user": self.shm_user,
                "shm_peak": peak - self.scscf.shm_empty,
                "errors": _errors(self.closed + self.opened)}


def timed(bench: Bench, rows: list[Row]) -> dict[str, dict]:
    """Figures by row. The rows take turns, so that all meet the same machine."""
    found: dict[str, dict] = {}
    with contextlib.ExitStack() as stack:
        running: dict[str, Timed] = {}
        for row in rows:
            try:
                scscf = stack.enter_context(
                    Scscf(bench, row, prefix=[], users=bench.users))
            except LabError as error:
                found[row.key] = {"errors": str(error).splitlines()[0][:100]}
                continue
            running[row.key] = Timed(scscf)
        for timed_row in running.values() if bench.memory else []:
            timed_row.measure_memory()
        for step in ("run_closed", "run_opened"):
            for _ in range(bench.repeat):
                for timed_row in running.values():
                    getattr(timed_row, step)()
        return found | {key: one.figures() for key, one in running.items()}


# instructions

COUNT_USERS = 20
COUNT_SHORT, COUNT_LONG = 200, 1000
ANSWER_MS = 20  # stock stores the vector after its 401
BUSY_SHARE = 0.05  # of the busiest process
_TOTAL = re.compile(r"^(?:totals|summary): (\d+)", re.M)


def _instructions_of_run(bench: Bench, row: Row,
                         count: int) -> tuple[list[int], int]:
    """Instructions of an S-CSCF that was sent `count`, by process as forked;
    how many REGISTERs it answered, those that were sent again as well."""
    out = bench.directory / f"callgrind.{row.key.replace(chr(39), '1')}.{count}"
    for old in bench.directory.glob(f"{out.name}.*"):
        old.unlink()
    prefix = ["valgrind", "-q", "--tool=callgrind",
              f"--callgrind-out-file={out}.%p"]
    with Scscf(bench, row, prefix=prefix, users=COUNT_USERS,
               pinned=False) as scscf:
        again = scscf.loaded["resent"]
        run = scscf.regload(*row.load, "--window", "1", "--count", str(count),
                            "--seconds", "100", "--answer-ms",
                            str(ANSWER_MS))
        good = run["status"].get("200", 0)
        if good < count * 0.9:
            raise LabError(f"{run['status']}, {run['lost']} lost")
    found = sorted(bench.directory.glob(f"{out.name}.*"),
                   key=lambda path: int(path.suffix[1:]))
    return [max(map(int, _TOTAL.findall(path.read_text())), default=0)
            for path in found], good + run["resent"] + again


def instructions(bench: Bench, row: Row) -> float:
    """Instructions of one REGISTER: difference of two runs.

    Only of the processes that had to do with it: the others count time.
    """
    small = Bench(bench.directory, bench.allocator, shm_mb=256,
                  hash_exponent=9, lean=bench.lean)
    (short, few), (long, many) = (_instructions_of_run(small, row, n)
                                  for n in (COUNT_SHORT, COUNT_LONG))
    if len(short) != len(long):
        raise LabError(f"{row.key}: {len(short)} and {len(long)} processes")
    more = [b - a for a, b in zip(short, long)]
    busy = [n for n in more if n > BUSY_SHARE * max(more)] if row.hss \
        else [max(more)]
    return sum(busy) / (many - few)


# the generator alone

def against_echo(seconds: float, *options: str) -> dict:
    """One run of the generator against a UDP echo."""
    port, local = free_port(), free_port()
    with subprocess.Popen(["taskset", "-c", str(SCSCF_CORE),
                           str(build_dir() / "test/bench/udpecho"), str(port),
                           str(int(seconds) + 2)]) as echo:
        time.sleep(0.2)
        done = subprocess.run(
            [str(build_dir() / "test/bench/regload"), "--server-port", str(port),
             "--port", str(local), "--seconds", str(seconds), "--warmup", "0.2",
             "--spin", *options], capture_output=True, text=True, check=True,
            timeout=60)
        echo.terminate()
    return json.loads(done.stdout)


def ceiling(seconds: float = 2) -> float:
    """REGISTERs a second of the generator against a UDP echo."""
    return against_echo(seconds)["rate"]
