# SPDX-License-Identifier: GPL-2.0-or-later
"""The worst moment: a worker is killed, or the HSS hangs, while a REGISTER
waits for it."""

import os
import signal

import pytest

from lab import LOG_NO_PEER
from process import wait_until

PROVOKED = [LOG_NO_PEER, r"ERROR: cdp \[", r"CRITICAL: cdp \["]


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
    os.kill(worker_pids(lab)[0], signal.SIGKILL)
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
