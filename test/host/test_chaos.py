# SPDX-License-Identifier: GPL-2.0-or-later
"""Nobody who refreshes in time is lost, whatever the HSS does meanwhile.

Scaled to run with the others; CHAOS_USERS=5000 CHAOS_S=300 for the long one,
STORM_USERS=100000 for the storm.
"""

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from flock import Flock
from lab import LOG_NO_PEER, OP
from process import wait_until

USERS = int(os.environ.get("CHAOS_USERS", "200"))
SECONDS = int(os.environ.get("CHAOS_S", "24"))
STORM_USERS = int(os.environ.get("STORM_USERS", "1200"))
PROVOKED = [LOG_NO_PEER, r"ERROR: cdp \[", r"CRITICAL: cdp \["]
EXPIRES_S = 8
REALM = "ims.lab.example"


def subscribers_file(path: Path, name: str, count: int) -> Path:
    """What the HSS still knows when it was killed."""
    path.write_text(
        f"range impi={name}%06d@{REALM} impu=sip:{name}%06d@{REALM} "
        f"k=hex:{b'lab-load-user-K.'.hex()} op=hex:{OP.hex()} amf={b'AA'.hex()} "
        f"first=0 count={count}\n")
    return path


def registered_flock(lab, name, count, expires, rate):
    """`count` users, registered by SIPp, taken over by a flock."""
    users = lab.load_users(count, name)
    result = lab.sipp("register_aka", users, rate=rate, timeout_s=count / rate + 60,
                      keys={"expires": str(expires)})
    assert result.passed == count, result
    flock = Flock(lab.scscf.address, users, REALM, expires)
    return flock


def bound(lab, phone):
    """What usrloc has of a phone."""
    found = lab.rpc("ulscscf.showimpu", phone.impu) or {}
    return found.get("state") == "registered" and \
        phone.contact in (found.get("contacts") or {})


class Watch:
    """Looks from outside, again and again, whether a phone is lost."""

    def __init__(self, lab, flock):
        self.lab, self.flock = lab, flock
        self.looks = 0
        self.lost: list[str] = []

    def look(self, count):
        """At `count` phones by chance."""
        for phone in random.sample(self.flock.phones, count):
            promised = phone.bound_until
            is_bound = bound(self.lab, phone)
            self.looks += 1
            if not is_bound and time.monotonic() < promised - 0.2:
                self.lost.append(f"{phone.impu}, last answer {phone.status}")


def misfortunes(lab, directory):
    """What befalls the HSS, one after the other, for ever."""
    while True:
        for what in ("SAR silence", "SAR result 3004", "SAR delay 400",
                     "SAR lost", "SAR twice", "SAR result 3002"):
            yield lambda what=what: (lab.hss("clear"), lab.hss(f"fault {what}"))
        yield lambda: (lab.hss("clear"), lab.hss("disconnect"))
        yield lambda: lab.hss_server.stop()
        yield lambda: lab.hss_server.start()


@pytest.mark.allow_log(*PROVOKED)
def test_chaos(make_lab, tmp_path):
    file = subscribers_file(tmp_path / "users", "chaos", USERS)
    lab = make_lab(hss_options=["--subscribers", str(file)], cdp_timeout_s=1,
                   params={"min_expires": 1, "expiry_grace": 2,
                           "location_update_interval": 4},
                   defines={"LAB_USRLOC_TIMER": 1}, shm_mb=1024)
    flock = registered_flock(lab, "chaos", USERS, 60, 200)
    flock.expires = EXPIRES_S
    watch = Watch(lab, flock)
    fate, next_fate = misfortunes(lab, tmp_path), time.monotonic()
    began, turn = time.monotonic(), 0
    per_turn = max(1, USERS // 15)  # each phone every three seconds
    while time.monotonic() < began + SECONDS:
        if time.monotonic() >= next_fate:
            next(fate)()
            next_fate = time.monotonic() + 2
        for _ in range(per_turn):
            if not flock.phones[turn % USERS].waiting:
                flock.refresh(turn % USERS)
            turn += 1
        flock.serve(0.2)
        watch.look(min(8, USERS))
    flock.serve(3)
    if not lab.hss("peers", check=False):
        lab.hss_server.start()
    finish(lab, flock, watch)


def finish(lab, flock, watch):
    """The HSS is well again: all is paid, nobody was lost."""
    try:
        lab.hss("clear")
    except OSError:
        lab.hss_server.start()
    lab.scscf.await_peer()
    end = time.monotonic() + 90
    while lab.statistics("reg_refresh")["owed"] and time.monotonic() < end:
        for n, phone in enumerate(flock.phones):
            if phone.bound_until - time.monotonic() < EXPIRES_S / 2:
                flock.refresh(n)
        flock.serve(0.3)
    stats = lab.statistics("reg_refresh")
    print(f"{flock.sent} refreshes of {len(flock.phones)} phones, answers "
          f"{flock.answers}, {watch.looks} looks, {len(watch.lost)} losses; "
          f"SARs sent {stats['sar_sent']}, failed {stats['sar_failed']}, "
          f"kept {stats['sar_owed']}, repaid {stats['sar_repaid']}, "
          f"owed now {stats['owed']}")
    flock.close()
    assert watch.lost == []
    assert set(flock.answers) == {200}, flock.answers
    assert stats["owed"] == 0


def spread(lab, mark):
    """SARs of type 2 by second since the first."""
    at = sorted(r.at for r in lab.hss_log(mark, "SAR") if r.type == 2)
    return Counter(int(t - at[0]) for t in at) if at else Counter()


def histogram(counts):
    """A line a second."""
    top = max(counts.values(), default=1)
    return "\n".join(f"  {s:3d} s {n:6d} {'#' * (n * 50 // top)}"
                     for s, n in sorted(counts.items()))


@pytest.mark.parametrize("limit", [0, 60])
def test_storm(make_lab, limit):
    """All register within seconds; the SARs of the next interval do not come
    together, and never faster than the limit."""
    lab = make_lab(params={"min_expires": 1, "location_update_interval": 12,
                           "location_update_jitter": 80,
                           "sar_rate_limit": limit}, shm_mb=1024)
    flock = registered_flock(lab, "storm", STORM_USERS, 600, 400)
    flock.expires = 600
    mark, began, turn = lab.hss_mark(), time.monotonic(), 0
    per_turn = max(1, STORM_USERS // 10)  # each phone once a second
    while time.monotonic() < began + 11:
        for _ in range(per_turn):
            if not flock.phones[turn % STORM_USERS].waiting:
                flock.refresh(turn % STORM_USERS)
            turn += 1
        flock.serve(0.1)
    flock.serve(1)
    counts = spread(lab, mark)
    print(f"{STORM_USERS} bindings, limit {limit}:\n{histogram(counts)}")
    flock.close()
    assert set(flock.answers) == {200}
    assert sum(counts.values()) > STORM_USERS / 3 or limit
    if limit:
        assert max(counts.values()) <= limit
        assert lab.statistics("reg_refresh")["sar_deferred"] > 0
    else:
        assert max(counts.values()) < sum(counts.values()) / 3


@pytest.mark.allow_log(".*")
def test_kill_of_a_worker_while_a_register_waits(make_lab):
    lab = make_lab(cdp_timeout_s=5, params={"min_expires": 1})
    ue = lab.ue()
    assert ue.register(600).status == 200
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} silence")
    mark = lab.hss_mark()
    waiting = ue.start(ue.build_register(
        600, authorization=ue.credentials(integrity="yes")))
    lab.wait_hss("SAR", mark, ue.sub.impi)
    workers = [p["PID"] for p in lab.rpc("core.psx") or []
               if "udp receiver" in str(p)] if False else worker_pids(lab)
    os.kill(workers[0], signal.SIGKILL)
    wait_until(lambda: not lab.running, 15, "Kamailio ends with its worker")
    lab.hss("clear")
    lab.restart_scscf()
    lab.provoked.append(".*")
    response = ue.request(waiting.request)  # the UE tries again
    if response.status == 401:
        answer = ue.answer_of(response)
        response = ue.request(ue.build_register(600, authorization=answer))
    assert response.status == 200
    assert lab.ue().message(ue.sub.impu).status == 200
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0


def worker_pids(lab):
    """SIP workers of the lab's Kamailio."""
    found = lab.rpc("core.ps")
    pairs = zip(found[::2], found[1::2])
    return [int(pid) for pid, what in pairs if "udp receiver" in str(what)
            or "receiver child" in str(what)]


@pytest.mark.allow_log(*PROVOKED, "threshold")
def test_hss_hangs_longer_than_tm_waits(make_lab):
    """tm gives up first: the UE hears of it, the late answer does nothing."""
    lab = make_lab(cdp_timeout_s=6, params={"min_expires": 1},
                   modparams={("tm", "fr_timer"): 1000})
    ue = lab.ue()
    assert ue.register(600).status == 200
    before = lab.rpc("reg_refresh.show", ue.sub.impu)[0]["expires_at"]
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 delay 4000")
    response = ue.refresh(900, timeout_s=10)
    assert response.status >= 400
    assert lab.rpc("reg_refresh.show", ue.sub.impu)[0]["expires_at"] == before
    assert lab.ue().message(ue.sub.impu).status == 200
    wait_until(lambda: lab.rpc("reg_refresh.stats")["waiting"] == 0, 8, "quiet")
    wait_until(lambda: lab.rpc("tm.stats")["current"] == 0, 20, "no transaction")
    assert ue.refresh(900).status == 200
    assert lab.ue().message(ue.sub.impu).status == 200
