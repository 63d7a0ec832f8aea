# SPDX-License-Identifier: GPL-2.0-or-later
"""A Kamailio as S-CSCF below a directory: configuration, start, stop, RPC.

Writes kamailio.cfg (definitions, then one of cfg/*.cfg, then modparams) and
the configuration of cdp. Never edits the files in cfg/.
"""

from __future__ import annotations

import contextlib
import functools
import glob
import itertools
import json
import os
import re
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from process import Daemon, LabError, build_dir, free_port, tail, wait_until

HERE = Path(__file__).resolve().parent
EXAMPLE = HERE.parents[1] / "etc" / "scscf"
SUN_PATH_MAX = 100  # octets that a unix socket's path may have, with reserve

Value = int | str


class RpcError(Exception):
    """A JSON-RPC error: `code`, and the text."""

    def __init__(self, code: int, message: str):
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


def modules_path() -> str:
    """Module folders for `kamailio -L`: the build's first."""
    installed = os.environ.get("KAMAILIO_MODULES") or next(
        iter(sorted(glob.glob("/usr/lib/*/kamailio/modules"))),
        "/usr/lib/kamailio/modules")
    return f"{build_dir() / 'modules'}/:{installed}/"


@dataclass
class Options:
    """How Kamailio is to run.

    @field config      cfg/NAME.cfg
    @field params      modparams of ims_reg_refresh
    @field modparams   {(module, name): value} of any module
    @field defines     {NAME: value} for the configuration, e.g. LAB_DEBUG
    @field extra       configuration text put at the end
    @field allocator   of -x and -X; "" leaves the option out
    """

    config: str = "scscf"
    params: dict[str, Value] = field(default_factory=dict)
    modparams: dict[tuple[str, str], Value] = field(default_factory=dict)
    defines: dict[str, Value] = field(default_factory=dict)
    extra: str = ""
    realm: str = "ims.lab.example"
    children: int = 4
    shm_mb: int = 256
    pkg_mb: int = 16
    allocator: str = os.environ.get("KAMAILIO_ALLOCATOR", "fm")
    cdp_tc_s: int = 5
    cdp_timeout_s: int = 5
    cdp_workers: int = 4
    cdp_queue: int = 64  # answers that wait for a worker


@functools.cache
def _globals() -> tuple[str, ...]:
    """From 6.0 on Kamailio reads half a datagram, unless told."""
    version = subprocess.run(["kamailio", "-v"], capture_output=True, text=True,
                             check=True).stdout
    major = re.search(r"kamailio (\d+)\.", version)
    return ("msg_recv_max_size=65535",) if int(major[1]) >= 6 else ()


def _literal(value: Value) -> str:
    return str(value) if isinstance(value, int) else '"%s"' % value


class Kamailio:
    """One instance; `hss_port` is where it finds its Diameter peer."""

    def __init__(self, directory: Path, options: Options, hss_port: int,
                 hss_host: str = "127.0.0.1"):
        self.directory = directory
        self.options = options
        self.hss_port = hss_port
        self.hss_host = hss_host
        self.sip_port = 0
        self.diameter_port = 0
        self.daemon = Daemon(directory, "kamailio")
        self._rpc_ids = itertools.count(1)
        if len(str(directory / "rpc.client.000000.000000")) > SUN_PATH_MAX:
            raise LabError(f"{directory}: too long for unix sockets")

    @property
    def address(self) -> tuple[str, int]:
        """(ip, port) of SIP."""
        return "127.0.0.1", self.sip_port

    @property
    def fqdn(self) -> str:
        """Origin-Host of the S-CSCF."""
        return f"scscf.{self.options.realm}"

    @property
    def uri(self) -> str:
        """Server-Name of the S-CSCF."""
        return f"sip:{self.fqdn}:{self.sip_port}"

    # files

    def _definitions(self) -> dict[str, Value]:
        return {"LAB_CTL": f"unix:{self.directory}/ctl",
                "LAB_RPC": f"{self.directory}/rpc",
                "LAB_CDP_XML": f"{self.directory}/cdp.xml",
                "LAB_LUA": str(EXAMPLE.parent / "kemi" / "scscf.lua"),
                "LAB_REALM": self.options.realm, "LAB_SCSCF_NAME": self.uri,
                "LAB_CHILDREN": self.options.children, **self.options.defines}

    def _example_values(self) -> dict[str, Value]:
        """What an operator writes into scscf.cfg, beside the addresses."""
        return {"NETWORKNAME": self.options.realm, "HOSTNAME": self.fqdn,
                "URI": self.uri, "ENUM_SUFFIX": f"{self.options.realm}.",
                "MPATH": modules_path(), "CTL": f"unix:{self.directory}/ctl",
                "CDP_XML": f"{self.directory}/cdp.xml",
                "DISPATCHER_LIST": f"{self.directory}/dispatcher.list"}

    def _write_example(self) -> None:
        """As an operator installs it: the example as it is, and its values."""
        lines = [f"listen=udp:127.0.0.1:{self.sip_port}",
                 f'alias="{self.options.realm}"']
        lines += [f"#!define {name} {_literal(value)}"
                  for name, value in {**self._example_values(),
                                      **self.options.defines}.items()]
        (self.directory / "scscf.cfg").write_text("\n".join(lines) + "\n")
        (self.directory / "dispatcher.list").write_text("# no gateway\n")

    def _example_text(self) -> str:
        text = (EXAMPLE / "kamailio.cfg").read_text()
        rpc = [f'modparam("jsonrpcs", "transport", 4)',
               f'modparam("jsonrpcs", "dgram_socket", "{self.directory}/rpc")']
        return "\n".join([text, *rpc, *self._modparams(), self.options.extra, ""])

    def _modparams(self) -> list[str]:
        params = {("ims_reg_refresh", n): v for n, v in self.options.params.items()}
        return [f'modparam("{module}", "{name}", {_literal(value)})' for
                (module, name), value in {**self.options.modparams, **params}.items()]

    def config_text(self) -> str:
        """The kamailio.cfg of this instance."""
        if self.options.config == "example":
            return self._example_text()
        lines = ["#!KAMAILIO", *_globals()]
        lines += [f"#!define {name} {_literal(value)}"
                  for name, value in self._definitions().items()]
        lines += [f"listen=udp:127.0.0.1:{self.sip_port}",
                  f'alias="{self.options.realm}"', f'alias="{self.fqdn}"',
                  f'include_file "{HERE}/cfg/{self.options.config}.cfg"']
        return "\n".join([*lines, *self._modparams(), self.options.extra, ""])

    def cdp_text(self) -> str:
        """The configuration file of cdp."""
        options = self.options
        return f'''<?xml version="1.0" encoding="UTF-8"?>
<DiameterPeer FQDN="{self.fqdn}" Realm="{options.realm}" Vendor_Id="10415"
  Product_Name="CDiameterPeer" AcceptUnknownPeers="1"
  DropUnknownOnDisconnect="1" Tc="{options.cdp_tc_s}"
  Workers="{options.cdp_workers}" QueueLength="{options.cdp_queue}" ConnectTimeout="2"
  TransactionTimeout="{options.cdp_timeout_s}" SessionsHashSize="128"
  DefaultAuthSessionTimeout="3600" MaxAuthSessionTimeout="3600">
  <Peer FQDN="{self.hss_host}" Realm="{options.realm}" port="{self.hss_port}"/>
  <Acceptor port="{self.diameter_port}" bind="127.0.0.1"/>
  <Auth id="16777216" vendor="10415"/>
  <SupportedVendor vendor="10415"/>
  <DefaultRoute FQDN="{self.hss_host}" metric="10"/>
</DiameterPeer>
'''

    def _write_files(self) -> None:
        self.sip_port = self.sip_port or free_port()
        self.diameter_port = free_port(socket.SOCK_STREAM)
        (self.directory / "run").mkdir(exist_ok=True)
        if self.options.config == "example":
            self._write_example()
        (self.directory / "kamailio.cfg").write_text(self.config_text())
        (self.directory / "cdp.xml").write_text(self.cdp_text())

    # life

    def command(self) -> list[str]:
        """The command line."""
        options = self.options
        memory = ["-x", options.allocator, "-X", options.allocator]
        return [os.environ.get("KAMAILIO_BIN", "kamailio"), "-DD", "-E",
                *(memory if options.allocator else []),
                "-m", str(options.shm_mb), "-M", str(options.pkg_mb),
                "-L", modules_path(), "-Y", str(self.directory / "run"),
                "-w", str(self.directory),
                "-f", str(self.directory / "kamailio.cfg")]

    def start(self, *, await_peer: bool = True, timeout_s: float = 45) -> None:
        """Start; return when SIP answers and, if asked, the peer is open."""
        self._write_files()
        self.daemon.start(self.command())
        try:
            wait_until(self._answers_options, 15, "Kamailio answers OPTIONS")
            wait_until(self._has_forked, 15, "all of Kamailio's processes run")
            if await_peer:
                self.await_peer(timeout_s)
        except LabError as error:
            raise LabError(f"{error}\n{self._tail()}") from None

    def _tail(self) -> str:
        return tail(self.daemon.log)

    def stop(self, timeout_s: float = 15) -> int | None:
        """Stop; the exit status (0: clean)."""
        return self.daemon.stop(timeout_s)

    def _answers_options(self) -> bool:
        self.daemon.require_running()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.1)
            sock.connect(self.address)
            with contextlib.suppress(OSError):
                sock.send(_options_request(sock.getsockname()[1], self.sip_port))
                return sock.recv(4096).startswith(b"SIP/2.0 200")
        return False

    def _has_forked(self) -> bool:
        """Whether every process has begun its work, and waits for more. One that
        is told to end before may not hear it, and never ends."""
        with contextlib.suppress(RpcError, OSError):
            processes = self.rpc("core.psa", timeout_s=1)
            return (all(p["status"] == 1 for p in processes)
                    and self.daemon.idle)
        return False

    def settle(self) -> None:
        """Let it end what it does: what is logged after a reply too. A second at
        most, if there is always more to do."""
        with contextlib.suppress(LabError):
            wait_until(lambda: not self.daemon.running or self.daemon.idle, 1,
                       "idle")

    # Diameter peer

    def peer_states(self) -> list[str]:
        """States of the Diameter peers, e.g. ["I_Open"]; [] if unknown."""
        try:
            peers = self.rpc("cdp.list_peers")
        except (RpcError, OSError):
            return []
        return _find_values(peers, "State")

    def peer_open(self) -> bool:
        return any(s.endswith("_Open") for s in self.peer_states())

    def await_peer(self, timeout_s: float = 45) -> None:
        """Until a peer is I_Open or R_Open."""
        wait_until(lambda: self.daemon.require_running() and self.peer_open(),
                   timeout_s, "Diameter peer is open")

    def await_no_peer(self, timeout_s: float = 20) -> None:
        """Until no peer is open."""
        wait_until(lambda: not self.peer_open(), timeout_s,
                   "Diameter peer is closed")

    # RPC

    def rpc(self, command: str, *args: Value, timeout_s: float = 5):
        """A JSON-RPC command over the unix datagram socket; its result.

        RpcError carries what Kamailio refuses; OSError if nobody answers.
        """
        number = next(self._rpc_ids)
        local = self.directory / f"rpc.client.{os.getpid()}.{number}"
        request = {"jsonrpc": "2.0", "id": number, "method": command,
                   "params": list(args)}
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
                sock.settimeout(timeout_s)
                sock.bind(str(local))
                sock.connect(str(self.directory / "rpc"))
                sock.send(json.dumps(request).encode())
                reply = json.loads(sock.recv(1 << 20).decode("utf-8", "replace"),
                                   object_pairs_hook=_object)
        finally:
            local.unlink(missing_ok=True)
        if "error" in reply:
            raise RpcError(reply["error"]["code"], reply["error"]["message"])
        return reply.get("result")

    def kamcmd(self, *args: Value, timeout_s: float = 10) -> str:
        """A command through ctl, the answer as text."""
        done = subprocess.run(
            ["kamcmd", "-s", f"unix:{self.directory}/ctl", *map(str, args)],
            capture_output=True, text=True, timeout=timeout_s, check=False)
        return done.stdout + done.stderr


def _options_request(port: int, server_port: int) -> bytes:
    return (f"OPTIONS sip:127.0.0.1:{server_port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bKready{port}\r\n"
            f"From: <sip:lab@127.0.0.1>;tag=ready\r\n"
            f"To: <sip:127.0.0.1:{server_port}>\r\n"
            f"Call-ID: ready-{port}\r\nCSeq: 1 OPTIONS\r\n"
            "Max-Forwards: 10\r\nContent-Length: 0\r\n\r\n").encode()


def _object(pairs: list[tuple[str, object]]) -> dict:
    """A JSON object; what Kamailio repeats under one name becomes a list."""
    result: dict = {}
    repeated: set[str] = set()
    for name, value in pairs:
        if name in repeated:
            result[name].append(value)
        elif name in result:
            repeated.add(name)
            result[name] = [result[name], value]
        else:
            result[name] = value
    return result


def _find_values(node, name: str) -> list[str]:
    """All values of that name, however deep."""
    if isinstance(node, list):
        return [v for item in node for v in _find_values(item, name)]
    if not isinstance(node, dict):
        return []
    found = [str(v) for k, v in node.items() if k.lower() == name.lower()]
    return found + [v for item in node.values() for v in _find_values(item, name)]
