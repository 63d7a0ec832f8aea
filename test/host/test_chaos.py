# SPDX-License-Identifier: GPL-2.0-or-later
"""Nobody who refreshes in time is lost, whatever the HSS does meanwhile.

Every two seconds another misfortune befalls the HSS, while the timer process of
Kamailio is busy for most of each second. Phones refresh 3 s after each answer,
the lifetime is 8 s, and the HSS is due every 4 s: five minutes are what a day is
elsewhere. A phone that is lost is seen twice: by a look into usrloc from
outside, each second, at a share of them all; and by its next REGISTER, which
would be challenged.

Scaled to run with the others. The long one, 6 minutes, at a third of that speed:
CHAOS_USERS=5000 CHAOS_S=300 CHAOS_EXPIRES_S=24 \
	python3 -m pytest test/host/test_chaos.py
"""

import os
import random
import threading
import time
from pathlib import Path

import pytest

from flock import Flock
from lab import LOG_NO_PEER, OP

USERS = int(os.environ.get("CHAOS_USERS", "200"))
SECONDS = int(os.environ.get("CHAOS_S", "24"))
PROVOKED = [LOG_NO_PEER, r"ERROR: cdp \[", r"CRITICAL: cdp \["]
EXPIRES_S = int(os.environ.get("CHAOS_EXPIRES_S", "8"))
EVERY_S = EXPIRES_S * 3 / 8  # from an answer to the next refresh
FATE_S = 2  # how long a misfortune lasts
LOOKS = max(40, USERS // 10)  # a second
SETTLED_S = 90  # longest time until all is paid

# The timer process is busy for 0.7 s of each second.
BURDEN = """
loadmodule "rtimer.so"
loadmodule "cfgutils.so"
modparam("rtimer", "timer", "name=burden;interval=1;mode=0")
modparam("rtimer", "exec", "timer=burden;route=BURDEN")
route[BURDEN] {
	usleep("700000");
}
"""


def subscribers_file(path: Path, lab_realm: str, count: int) -> Path:
    """What the HSS still knows when it was killed."""
    path.write_text(
        f"range impi=chaos%06d@{lab_realm} impu=sip:chaos%06d@{lab_realm} "
        f"k=hex:{b'lab-load-user-K.'.hex()} op=hex:{OP.hex()} amf={b'AA'.hex()} "
        f"first=0 count={count}\n")
    return path


def registered_flock(lab, name, count, expires, rate):
    """`count` users, registered by SIPp, taken over by a flock."""
    users = lab.load_users(count, name)
    result = lab.sipp("register_aka", users, rate=rate,
                      timeout_s=count / rate + 60, keys={"expires": str(expires)})
    assert result.passed == count, result
    return Flock(lab.scscf.address, users, lab.options.realm, EXPIRES_S)


class Watch(threading.Thread):
    """Looks from outside, each second, whether a phone is lost."""

    def __init__(self, lab, flock):
        super().__init__()
        self.lab, self.flock = lab, flock
        self._over = threading.Event()
        self.looks = 0
        self.lost: list[str] = []

    def is_bound(self, phone):
        """Whether usrloc has it."""
        found = self.lab.rpc("ulscscf.showimpu", phone.impu) or {}
        return found.get("state") == "registered" and \
            phone.contact in (found.get("contacts") or {})

    def run(self):
        while not self._over.wait(1):
            self.look(min(LOOKS, len(self.flock.phones)))

    def end(self):
        """No more looks."""
        self._over.set()
        self.join()

    def look(self, count):
        """At `count` phones by chance."""
        for phone in random.sample(self.flock.phones, count):
            promised = phone.bound_until
            is_bound = self.is_bound(phone)
            self.looks += 1
            if not is_bound and time.monotonic() < promised - 0.2:
                self.lost.append(f"{phone.impu}, last answer {phone.status}")


class Fate(threading.Thread):
    """What befalls the HSS, one after the other, until it is ended."""

    FAULTS = ("SAR silence", "SAR result 3004", "SAR delay 400", "SAR lost",
              "SAR twice", "SAR result 3002")

    def __init__(self, lab):
        super().__init__()
        self.lab = lab
        self.strokes: list[str] = []
        self._over = threading.Event()

    def run(self):
        turns = [*self.FAULTS, "disconnect", "stop", "start"]
        while not self._over.wait(FATE_S):
            self._strike(turns[len(self.strokes) % len(turns)])

    def _strike(self, what):
        self.strokes.append(what)
        if what == "stop":
            self.lab.hss_server.stop()
        elif what == "start":
            self.lab.hss_server.start()
        else:
            self.lab.hss("clear")
            self.lab.hss(what if what == "disconnect" else f"fault {what}")

    def end(self):
        """The HSS is well again."""
        self._over.set()
        self.join()
        if self.strokes[-1:] == ["stop"]:
            self.lab.hss_server.start()
        self.lab.hss("clear")


def live(flock, seconds, until=lambda: False):
    """The phones refresh, each EVERY_S after its last answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not until():
        flock.step(EVERY_S)
        flock.serve(0.05)


def scatter(flock):
    """So that they do not refresh all at once."""
    for n, phone in enumerate(flock.phones):
        phone.free_at = time.monotonic() - EVERY_S * n / len(flock.phones)


def report(lab, flock, watch, strokes):
    """The figures of the run; the statistics."""
    stats = lab.statistics("reg_refresh")
    print(f"\n{len(flock.phones)} phones, {len(strokes)} misfortunes of the HSS: "
          f"{flock.sent} refreshes, {flock.repeated} sent again, answers "
          f"{flock.answers}; {watch.looks} looks, "
          f"{len(watch.lost) + len(flock.wronged)} losses\n"
          f"SARs sent {stats['sar_sent']}, failed {stats['sar_failed']}, kept "
          f"without {stats['sar_owed']}, repaid {stats['sar_repaid']}, "
          f"owed now {stats['owed']}")
    return stats


@pytest.mark.allow_log(*PROVOKED)
def test_chaos(make_lab, tmp_path, capsys):
    file = subscribers_file(tmp_path / "users", "ims.lab.example", USERS)
    lab = make_lab(hss_options=["--subscribers", str(file)], cdp_timeout_s=1,
                   cdp_tc_s=1, extra=BURDEN, shm_mb=1024 + USERS // 4,
                   params={"min_expires": 1, "expiry_grace": 2,
                           "location_update_interval": EXPIRES_S // 2},
                   defines={"LAB_USRLOC_TIMER": 1})
    flock = registered_flock(lab, "chaos", USERS, 60 + USERS // 10, 400)
    watch, fate = Watch(lab, flock), Fate(lab)
    scatter(flock)
    fate.start()
    watch.start()
    try:
        live(flock, SECONDS)
    finally:
        watch.end()
        fate.end()
    live(flock, SETTLED_S, until=lambda: lab.scscf.peer_open()
         and not lab.statistics("reg_refresh")["owed"])
    flock.serve(2)
    with capsys.disabled():
        stats = report(lab, flock, watch, fate.strokes)
    flock.close()
    assert watch.lost == []
    assert flock.wronged == []
    assert flock.too_late == 0, "the phones themselves were late"
    assert set(flock.answers) == {200}
    assert sum(flock.answers.values()) == flock.sent
    assert stats["sar_failed"] > 0 and stats["sar_owed"] > 0
    assert stats["owed"] == 0
