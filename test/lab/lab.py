# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab: an HSS and a Kamailio S-CSCF below one directory, and UEs for them.

    with Lab("/tmp/x", config="stock") as lab:
        ue = lab.ue()
        assert ue.register(600).status == 200

Everything a run leaves (logs, configurations) is in the directory. All ports
are free loopback ports. Never judges what it logs: tests do.
"""

from __future__ import annotations

import itertools
import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from diametertap import DiameterTap
from endpoint import Hub
from hssproc import Hss, HssRecord
from kamailio import Kamailio, Options, RpcError, Value
from milenage import opc_of
from process import LabError, fatal_lines, tail, wait_until
from sipprun import SippResult, run_sipp
from ue import Subscriber, Ue

__all__ = ["Lab", "LabError", "LabEvent", "HssRecord", "RpcError", "SippResult",
           "Subscriber", "Ue"]

# Printable: SIPp takes them from a csv file.
OP = b"lab-operator-key"
AMF = b"AA"
LOAD_BLOCK = 50_000  # subscribers in one command: the HSS answers in time

# Lines above WARNING that stock modules log in an ordinary run: at the end,
# at the end with a watcher, at the end with TCP, and when cdp is faster than its
# own connection.
LOG_ALLOWED = [r"Bye Bye from C Diameter Peer",
               r"free_subscriber\(\): record not found in hash table",
               r"receive_fd\(\): EOF on \d+",
               r"I_Snd_CER\(\): Error on finding local host address"]

# What cdp logs while no HSS is connected.
LOG_NO_PEER = r"ERROR: cdp \[(receiver|routing|diameter_comm|tcp_accept)\.c"

_LAB_LINE = re.compile(r"LAB (EVENT|VERDICT|SAA|MAA) (.*)$")


@dataclass(frozen=True)
class LabEvent:
    """A line that scscf.cfg has logged.

    @field kind    EVENT, VERDICT, SAA or MAA
    @field name    name of the event, "" for other kinds
    @field values  impu, act, why, …; "<null>" as Kamailio writes it
    """

    kind: str
    name: str
    values: dict[str, str]


class Lab:
    """One HSS, one S-CSCF. `options` are those of kamailio.Options."""

    def __init__(self, directory: str | Path, *, hss: bool = True,
                 hss_options: list[str] | None = None, tap: bool = False,
                 **options):
        self.directory = Path(directory).resolve()
        self.directory.mkdir(parents=True, exist_ok=True)
        self.options = Options(**options)
        self.hss_server = Hss(self.directory / "hss", self.options.realm,
                              hss_options or [])
        self.scscf = Kamailio(self.directory, self.options,
                              self.hss_server.port, self.hss_server.host)
        self.hub = Hub()
        self.ues: list[Ue] = []
        self.tap: DiameterTap | None = None  # if asked, once it has started
        self._with_hss, self._with_tap = hss, tap
        self._numbers = itertools.count(1)
        self._prefix = "u" + secrets.token_hex(2)

    # life

    @property
    def params(self) -> dict[str, Value]:
        """Modparams of ims_reg_refresh; changes count from the next start."""
        return self.options.params

    def start(self, *, await_peer: bool = True, timeout_s: float = 45) -> "Lab":
        """HSS first, then the S-CSCF; back when the peer is open.

        Logs of an earlier run in the directory are removed.
        """
        for log in (self.scscf.daemon.log, self.hss_server.log):
            log.unlink(missing_ok=True)
        try:
            if self._with_hss:
                self.hss_server.start()
                self.scscf.hss_port = self._tapped_port()
            self.scscf.start(await_peer=await_peer and self._with_hss,
                             timeout_s=timeout_s)
        except Exception:
            self.stop()
            raise
        self._save()
        return self

    def _tapped_port(self) -> int:
        """Where the S-CSCF is to find its HSS."""
        if not self._with_tap:
            return self.hss_server.port
        self.tap = DiameterTap(self.hss_server.host, self.hss_server.port)
        return self.tap.port

    def _save(self) -> None:
        state = {"realm": self.options.realm, "config": self.options.config,
                 "sip_port": self.scscf.sip_port, "hss": self._with_hss,
                 "hss_port": self.scscf.hss_port}
        (self.directory / "lab.json").write_text(json.dumps(state) + "\n")

    @classmethod
    def attach(cls, directory: str | Path) -> "Lab":
        """A lab that another process has started in the directory."""
        path = Path(directory).resolve() / "lab.json"
        if not path.exists():
            raise LabError(f"{directory}: no lab here")
        state = json.loads(path.read_text())
        lab = cls(directory, hss=state["hss"], realm=state["realm"],
                  config=state["config"])
        lab.scscf.sip_port = state["sip_port"]
        lab.scscf.hss_port = lab.hss_server.port = state["hss_port"]
        return lab

    def stop(self) -> int | None:
        """End everything; the S-CSCF's exit status (0: clean)."""
        for ue in self.ues:
            ue.close()
        self.ues.clear()
        status = self.scscf.stop()
        if self._with_hss:
            self.hss_server.stop()
        if self.tap:
            self.tap.close()
        return status

    def restart_scscf(self, *, crash: bool = False, **start) -> int | None:
        """Stop (or kill) the S-CSCF and start it on the same SIP port."""
        if crash:
            self.scscf.daemon.kill()
        status = self.scscf.stop()
        self.scscf.start(**start)
        return status

    def __enter__(self) -> "Lab":
        return self.start()

    def __exit__(self, *_exc) -> None:
        self.stop()

    @property
    def running(self) -> bool:
        return self.scscf.daemon.running

    # subscribers and UEs

    def subscriber(self, name: str | None = None, *, impus: list[str] | None = None,
                   impi: str | None = None, password: str | None = None,
                   algorithm: str = "MD5", aka: bool = True,
                   extra: str = "") -> Subscriber:
        """A new subscriber, known to the HSS.

        @param impus      the implicit set; the first one registers
        @param password   SIP Digest beside AKA if given
        @param algorithm  of SIP Digest: MD5 or SHA-256
        @param aka        whether the subscriber has a USIM
        @param extra      more words for the HSS's subscribers line
        """
        name = name or f"{self._prefix}x{next(self._numbers)}"
        realm = self.options.realm
        impus = impus or [f"sip:{name}@{realm}"]
        k = secrets.token_hex(8).encode()
        subscriber = Subscriber(impus[0], impi or f"{name}@{realm}", realm, k,
                                opc_of(k, OP), password or "")
        line = f"impi={subscriber.impi} impu={','.join(impus)}"
        if aka:
            line += (f" k=hex:{k.hex()} opc=hex:{subscriber.opc.hex()} "
                     f"amf={AMF.hex()}")
        if password:
            line += f" password={password} algorithm={algorithm} realm={realm}"
        self.hss_server.add(f"{line} {extra}".strip())
        return subscriber

    def ue(self, subscriber: Subscriber | None = None, **options) -> Ue:
        """A UE with a socket of its own; `options` as subscriber()."""
        ue = Ue(self.scscf.address, subscriber or self.subscriber(**options),
                hub=self.hub)
        self.ues.append(ue)
        return ue

    def load_users(self, count: int, name: str = "load") -> list[list[str]]:
        """Subscribers NAME000000 … for SIPp: rows user, realm, authentication."""
        realm, k = self.options.realm, b"lab-load-user-K."
        for first in range(0, count, LOAD_BLOCK):
            self.hss_server.add(
                f"range impi={name}%06d@{realm} impu=sip:{name}%06d@{realm} "
                f"k=hex:{k.hex()} op=hex:{OP.hex()} amf={AMF.hex()} "
                f"first={first} count={min(LOAD_BLOCK, count - first)}")
        keys = f"aka_K={k.decode()} aka_OP={OP.decode()} aka_AMF={AMF.decode()}"
        users = [f"{name}{n:06d}" for n in range(count)]
        return [[user, realm, f"[authentication username={user}@{realm} {keys}]"]
                for user in users]

    def sipp(self, scenario: str, users: list[list[str]], **options) -> SippResult:
        """Run a scenario of sipp/ against the S-CSCF (sipprun.run_sipp)."""
        return run_sipp(scenario, self.scscf.address, users, **options)

    # S-CSCF

    def rpc(self, command: str, *args: Value, timeout_s: float = 5):
        """A JSON-RPC command, its result as Python values; RpcError."""
        return self.scscf.rpc(command, *args, timeout_s=timeout_s)

    def kamcmd(self, *args: Value) -> str:
        """A command as an operator types it; the text."""
        return self.scscf.kamcmd(*args)

    def statistics(self, group: str) -> dict[str, int]:
        """The statistics of a group by name, e.g. "reg_refresh"."""
        found = self.rpc("stats.get_statistics", f"{group}:")
        pairs = (line.partition(":")[2].split("=") for line in found or [])
        return {name.strip(): int(value) for name, value in pairs}

    def log_mark(self) -> int:
        """Where the log ends now [octets], for the `since` of others. What came
        before, and is answered, is logged before."""
        self.scscf.settle()
        log = self.scscf.daemon.log
        return log.stat().st_size if log.exists() else 0

    def log_text(self, since: int = 0) -> str:
        """The S-CSCF's log from a mark on."""
        log = self.scscf.daemon.log
        return log.read_bytes()[since:].decode("utf-8", "replace") \
            if log.exists() else ""

    def wait_log(self, pattern: str, since: int = 0,
                 timeout_s: float = 5) -> re.Match:
        """The first match in the log from a mark on; LabError after the time."""
        return wait_until(lambda: re.search(pattern, self.log_text(since)),
                          timeout_s, f"log line {pattern!r}")

    def log_faults(self, since: int = 0,
                   allow: list[str] | None = None) -> list[str]:
        """Log lines that a healthy run does not have."""
        return fatal_lines(self.log_text(since), LOG_ALLOWED + (allow or []))

    def events(self, since: int = 0, kind: str | None = None) -> list[LabEvent]:
        """What scscf.cfg has logged: events, verdicts, answers of the HSS."""
        found = (_LAB_LINE.search(line)
                 for line in self.log_text(since).splitlines())
        events = [_event(m.group(1), m.group(2)) for m in found if m]
        return [e for e in events if kind in (None, e.kind)]

    def wait_event(self, name: str, impu: str | None = None, since: int = 0,
                   timeout_s: float = 5) -> LabEvent:
        """The first event of that name (and IMPU) from a mark on."""
        def find() -> LabEvent | None:
            return next((e for e in self.events(since, "EVENT") if e.name == name
                         and impu in (None, e.values.get("impu"))), None)
        return wait_until(find, timeout_s, f"event {name}")

    # HSS

    def hss(self, command: str, *, check: bool = True) -> str:
        """A command of the HSS, e.g. "fault SAR silence"; its answer."""
        return self.hss_server.command(command, check=check)

    def hss_mark(self) -> int:
        """Where the HSS's request log ends now."""
        return self.hss_server.mark()

    def hss_log(self, since: int = 0, cmd: str | None = None,
                impi: str | None = None) -> list[HssRecord]:
        """Diameter requests since a mark, e.g. of cmd "SAR" and one IMPI."""
        return [r for r in self.hss_server.records(since)
                if cmd in (None, r.cmd) and impi in (None, r.impi)]

    def wait_hss(self, cmd: str, since: int = 0, impi: str | None = None,
                 count: int = 1, timeout_s: float = 5) -> list[HssRecord]:
        """Until `count` such requests are logged; LabError after the time."""
        def found() -> list[HssRecord]:
            records = self.hss_log(since, cmd, impi)
            return records if len(records) >= count else []
        return wait_until(found, timeout_s, f"{count} {cmd} at the HSS")

    def tails(self) -> str:
        """The ends of all logs, for a failed test's report."""
        return "\n".join(f"--- {p.name}\n{tail(p, 40)}" for p in
                         (self.scscf.daemon.log, self.hss_server.log,
                          self.hss_server.output))


def _event(kind: str, text: str) -> LabEvent:
    name = ""
    if kind == "EVENT":
        name, _, text = text.partition(" ")
    pairs = (word.partition("=") for word in text.split(" ") if "=" in word)
    return LabEvent(kind, name, {k: v for k, _, v in pairs})
