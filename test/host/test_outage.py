# SPDX-License-Identifier: GPL-2.0-or-later
"""The HSS is away while everybody refreshes; then it is told of everybody.

Nobody is refused. What is owed is told at sar_rate_limit, evenly, the oldest
first, and who registers for the first time does not stand in that queue.

Scaled to run with the others. The long one, 4 minutes, 8 GB:
OUTAGE_USERS=100000 OUTAGE_LIMIT=1000 OUTAGE_S=60 python3 -m pytest -s \\
test/host/test_outage.py
"""

import os
import time
from collections import Counter

import pytest

from lab import OP
from process import wait_until
from test_chaos import PROVOKED
from test_storm import histogram, keeps_to, most_a_second, regload

USERS = int(os.environ.get("OUTAGE_USERS", "300"))
LIMIT = int(os.environ.get("OUTAGE_LIMIT", "60"))  # SARs a second
AWAY_S = float(os.environ.get("OUTAGE_S", "2"))  # after all have refreshed
RATE = max(200, USERS // 25)  # REGISTERs a second
QUEUE_S = USERS / LIMIT
SLACK_S = 30  # until cdp has its connection, under load
BACKOFF_S = 60  # of a debt that was tried while the HSS was away
GONE = "load"  # name of those who are owed


def subscribers_file(path, realm):
    """What the HSS knows when it comes back."""
    path.write_text(
        f"range impi={GONE}%06d@{realm} impu=sip:{GONE}%06d@{realm} "
        f"k=hex:{b'lab-load-user-K.'.hex()} op=hex:{OP.hex()} amf={b'AA'.hex()} "
        f"first=0 count={USERS}\n")
    return path


def options(file):
    """Of a lab for so many, each due at the HSS one second after the last."""
    return {"config": "proven", "shm_mb": 512 + USERS // 14, "cdp_tc_s": 1,
            "children": 1, "cdp_workers": 4, "cdp_queue": 4096, "cdp_timeout_s": 1,
            "hss_options": ["--subscribers", str(file)],
            "defines": {"LAB_HASH_EXPONENT": 16 if USERS > 5000 else 9},
            "modparams": {("cdp", "latency_threshold"): 60000},
            "params": {"hash_size": 17 if USERS > 5000 else 14,
                       "location_update_interval": 1,
                       "location_update_jitter": 0, "sar_rate_limit": LIMIT}}


def everybody(lab, tag):
    """One REGISTER of each, in their order; all are answered 200."""
    done = regload(lab, tag, USERS, "--count", USERS, "--rate", RATE,
                   "--seconds", 60 + USERS / RATE)
    assert done["status"] == {"200": USERS} and done["lost"] == 0, done


def owed(lab):
    return lab.statistics("reg_refresh")["owed"]


def newcomers(lab):
    """While the queue is long somebody registers for the first time, again and
    again; how long each one waited for the HSS [s]."""
    waits = []
    while owed(lab) > USERS / 4:
        ue = lab.ue()
        mark, began = lab.hss_mark(), time.monotonic()
        assert ue.register(600).status == 200
        waits.append(time.monotonic() - began)
        assert [r.type for r in lab.hss_log(mark, "SAR", ue.sub.impi)] == [1]
        ue.hub.serve(0.2)
    return waits


def told(lab, since):
    """The SARs that were owed: (when, number of the phone), in their order."""
    return [(r.at, int(r.impi[len(GONE):].split("@")[0]))
            for r in lab.hss_log(0, "SAR")
            if r.at >= since and r.impi.startswith(GONE)]


def misplaced(numbers):
    """Who was told more than a second from the place that is his."""
    return [n for place, n in enumerate(numbers) if abs(place - n) > LIMIT]


@pytest.mark.allow_log(*PROVOKED)
def test_repayment_after_an_outage(make_lab, tmp_path, capsys):
    file = subscribers_file(tmp_path / "users", "ims.lab.example")
    lab = make_lab(**options(file))
    everybody(lab, "before")
    time.sleep(1.1)  # all are due
    lab.hss_server.stop()
    lab.scscf.await_no_peer()
    away = time.monotonic()
    everybody(lab, "meanwhile")
    assert owed(lab) == USERS
    lab.hub.serve(AWAY_S)
    back, probes = time.time(), time.monotonic() - away
    lab.hss_server.start()
    lab.scscf.await_peer()
    wait_until(lambda: owed(lab) < USERS, SLACK_S, "the first is told")
    waits = newcomers(lab)
    wait_until(lambda: owed(lab) == 0, QUEUE_S + SLACK_S + BACKOFF_S, "all told")
    paid = told(lab, back)
    times, numbers = [at for at, _ in paid], [n for _, n in paid]
    stats = lab.statistics("reg_refresh")
    with capsys.disabled():
        print(f"\n{USERS} owed, {LIMIT} a second: told in "
              f"{times[-1] - times[0]:.1f} s, at most {most_a_second(times)} in "
              f"a second, {len(misplaced(numbers))} out of their order; "
              f"{len(waits)} newcomers waited {max(waits):.3f} s at most")
        histogram("SARs that were owed", [at - times[0] for at in times])
    assert set(numbers) == set(range(USERS))
    assert len(numbers) - USERS <= 2  # a probe that was heard, not answered
    assert keeps_to(LIMIT, times)
    in_second = Counter(int(at - times[0]) for at in times)
    full = [in_second[s] for s in range(1, int(QUEUE_S) - 1)]
    assert min(full, default=LIMIT) >= LIMIT / 2, in_second
    assert len(misplaced(numbers)) <= probes + SLACK_S  # one try a second
    assert waits and max(waits) < min(2, QUEUE_S / 4)
    assert stats["bindings"] == USERS + len(waits)
