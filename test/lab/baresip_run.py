#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A stranger's UE before our S-CSCF: baresip registers by SIP Digest, refreshes,
leaves. Prints what the S-CSCF and the HSS saw, as JSON.

Runs in a network namespace of its own (unshare --net), because baresip takes no
loopback address. Never touches the host's network.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab import Lab
from process import free_port, wait_until

ADDRESS = "10.77.0.1"
PASSWORD = "open-sesame"
LIFETIME_S = 5
REFRESHES = 3

CONFIG = """
sip_listen {address}:0
net_interface d0
module_path /usr/lib/baresip/modules
module account.so
module_app menu.so
module stdio.so
"""
ACCOUNT = ('<sip:{user}@{realm}>;outbound="sip:{address}:{port}";regint={lifetime};'
           'auth_user={user}@{realm};auth_pass={password};answermode=manual\n')


def make_network() -> None:
    """A lo and an address, in the namespace that we are alone in."""
    for words in ("link set lo up", "link add d0 type veth peer name d1",
                  f"addr add {ADDRESS}/24 dev d0", "link set d0 up",
                  "link set d1 up"):
        subprocess.run(["ip", *words.split()], check=True)


def start_baresip(home: Path, lab: Lab, user: str, port: int) -> subprocess.Popen:
    """baresip with a configuration below `home`."""
    home.mkdir()
    (home / "config").write_text(CONFIG.format(address=ADDRESS))
    (home / "contacts").write_text("")
    (home / "accounts").write_text(ACCOUNT.format(
        user=user, realm=lab.options.realm, address=ADDRESS, port=port,
        lifetime=LIFETIME_S, password=PASSWORD))
    with (home / "log").open("w") as log:
        return subprocess.Popen(["baresip", "-f", str(home)], stdout=log,
                                stderr=log, stdin=subprocess.PIPE)


def verdicts(lab: Lab) -> list[str]:
    """act and why of every verdict of ours."""
    words = [line.split(": ", 3)[-1].split() for line in lab.log_text().splitlines()
             if " act=" in line and "ims_reg_refresh [" in line]
    return [" ".join(w.split("=")[1] for w in line if w[:4] in ("act=", "why="))
            for line in words]


def run(directory: Path) -> dict:
    """The story; what was seen."""
    port = free_port()
    lab = Lab(directory, extra=f"listen=udp:{ADDRESS}:{port}",
              defines={"LAB_DEBUG": 2},
              params={"min_expires": 2, "auth_scheme": "SIP Digest"})
    lab.start()
    try:
        sub = lab.subscriber("stranger", password=PASSWORD, aka=False)
        baresip = start_baresip(directory / "baresip", lab, sub.user, port)
        try:
            wait_until(lambda: sum(v.startswith(("extend", "keep"))
                                   for v in verdicts(lab)) >= REFRESHES,
                       8 * LIFETIME_S, "refreshes")
        finally:
            baresip.terminate()  # it deregisters
            baresip.wait(15)
        lab.wait_hss("SAR", 0, count=2)
        time.sleep(0.2)
        return {"verdicts": verdicts(lab), "faults": lab.log_faults(),
                "cx": [f"{r.cmd} {r.type}" if r.type is not None else r.cmd
                       for r in lab.hss_log()],
                "log": (directory / "baresip" / "log").read_text()}
    except Exception as error:  # shown by the test
        return {"error": str(error), "tails": lab.tails(),
                "log": (directory / "baresip" / "log").read_text()}
    finally:
        lab.stop()


if __name__ == "__main__":
    make_network()
    with tempfile.TemporaryDirectory(prefix="bs.") as name:
        json.dump(run(Path(name) / "lab"), sys.stdout, indent=1)
