# SPDX-License-Identifier: GPL-2.0-or-later
"""Ten thousand REGISTERs of 500 users leave nothing behind.

SIPp registers by AKA, refreshes over a security association, with a gap in
CSeq before every third refresh, and leaves. Every REGISTER is answered as
expected, the counters agree with the HSS, and when the bindings are gone, so
is all memory that they needed: shm to the octet, pkg but for what a process
keeps of its last message.
"""

import time

import pytest

from process import LabError, wait_until
from test_malformed import REFUSED, protected

USERS = 500
REFRESHES = 18  # of each user
GAP_EVERY = 3
GAPS = REFRESHES // GAP_EVERY
PAUSE_MS = 100  # between two REGISTERs: all users are there at once
REGISTERS = USERS * (2 + REFRESHES + 1)

PKG_KEPT = 1024  # octets; what one process keeps changes with its last message
DRAIN_S = 20  # longest wait until usrloc, tm and we have freed all

LAB_OPTIONS = {
    # what is kept for a while is kept shortly
    "params": {"await_auth_timeout": 2, "expiry_grace": 1},
    "modparams": {("tm", "wt_timer"): 1600,  # past two retransmissions
                  ("cdp", "latency_threshold"): 60000,
                  ("ims_usrloc_scscf", "contact_delete_delay"): 1},
    "defines": {"LAB_USRLOC_TIMER": 1},
}


# Helpers

@pytest.fixture(scope="module", autouse=True)
def floor(lab):
    """Octets of shm in use before the first REGISTER."""
    return shm_used(lab)


def shm_used(lab):
    """Octets of shm in use, without what the allocator itself needs."""
    return lab.rpc("core.shmmem")["used"]


def pkg_used(lab):
    """Octets of pkg in use, by process: {(pid, what it is): octets}."""
    return {(p["pid"], p["desc"]): p["used"] for p in lab.rpc("pkg.stats")}


def assert_no_pkg_growth(before, after):
    """Receivers: nothing. Others, which run the script for many: their last."""
    grown = {process: after[process] - used for process, used in before.items()
             if after[process] > used}
    for (pid, what), octets in grown.items():
        allowed = 0 if what.startswith("udp receiver") else PKG_KEPT
        assert octets <= allowed, f"{what} ({pid}) has grown by {octets}"


def is_idle(lab):
    """Nobody is bound, nothing waits, tm and usrloc are empty."""
    stats = lab.rpc("reg_refresh.stats")
    return (stats["bindings"] == stats["waiting"] == 0
            and lab.rpc("tm.stats")["current"] == 0
            and lab.rpc("ulscscf.status")["Stats"]["Records"] == 0)


def drain(lab, floor):
    """Await that all is freed; octets of shm in use then: the floor."""
    try:
        wait_until(lambda: is_idle(lab) and shm_used(lab) <= floor, DRAIN_S,
                   "memory is free")
    except LabError:
        pass  # the caller says by how much
    return shm_used(lab)


class Round:
    """One run of SIPp, and what it changed."""

    def __init__(self, lab, users):
        self.before = lab.rpc("reg_refresh.stats")
        mark, began = lab.hss_mark(), time.monotonic()
        self.result = lab.sipp(
            "churn", users, rate=USERS, limit=USERS, pause_ms=PAUSE_MS,
            timeout_s=40, extra=["-buff_size", "4194304"],
            keys={"refreshes": REFRESHES, "gap_every": GAP_EVERY})
        self.seconds = time.monotonic() - began
        self.after = lab.rpc("reg_refresh.stats")
        records = lab.hss_log(mark)
        self.mars = sum(r.cmd == "MAR" for r in records)
        self.sars = [sum(r.type == n for r in records) for n in (1, 2, 5)]

    def grown(self, name):
        return self.after[name] - self.before[name]

    @property
    def registers(self):
        """How many REGISTERs were answered: verdicts, and challenge answers
        that were wrong (SIPp's, 3 %) come on top of the plan."""
        return REGISTERS + self.mars - USERS

    def __str__(self):
        return (f"{self.registers} REGISTERs, {self.seconds:.1f} s, "
                f"{self.registers / self.seconds:.0f}/s, MAR {self.mars}, "
                f"SAR {sum(self.sars)}, "
                f"{self.result.retransmissions} retransmissions")

    def check(self):
        """All calls passed, and everybody counted the same."""
        result = self.result
        assert result.exit_code == 0, result
        assert (result.passed, result.failed) == (USERS, 0), result
        assert self.sars == [USERS, USERS * GAPS, USERS]
        assert self.grown("sar_sent") == sum(self.sars)
        assert self.grown("act_register") == self.sars[0]
        assert self.grown("act_update") == self.sars[1]
        assert self.grown("why_cseq_gap") == self.sars[1]
        assert self.grown("act_deregister") == self.sars[2]
        assert self.grown("act_keep") == USERS * (REFRESHES - GAPS)
        assert self.grown("why_first_half") == USERS * (REFRESHES - GAPS)
        assert self.grown("act_repeat") <= result.retransmissions
        assert self.grown("sar_saved") == \
            self.grown("act_keep") + self.grown("act_repeat")
        for name in ("mar_sent", "challenges", "act_challenge"):
            assert self.grown(name) == self.mars
        for name in ("sar_failed", "sar_owed", "act_reject", "act_extend",
                     "silent_expiries"):
            assert self.grown(name) == 0, name


# Tests

def test_ten_thousand_registers(lab, floor, capsys):
    users, shm, pkg = lab.load_users(USERS), [], []
    for number in range(1, 4):
        load = Round(lab, users)
        load.check()
        peak = shm_used(lab)
        shm.append(drain(lab, floor))
        pkg.append(pkg_used(lab))
        with capsys.disabled():
            print(f"\nround {number}: {load}; shm {floor} at the start, "
                  f"{peak} at the end of the load, {shm[-1]} afterwards")
    assert load.registers >= 10000
    assert shm == [floor] * 3
    assert_no_pkg_growth(pkg[1], pkg[2])
    assert is_idle(lab)
    ue = lab.ue()  # no lock is left: everything still answers
    assert ue.register(600).status == 200
    assert ue.message(ue.sub.impu).status == 200
    assert [r["impu"] for r in lab.rpc("reg_refresh.list")] == [ue.sub.impu]
    assert ue.deregister().status == 200
    assert ue.message(ue.sub.impu).status == 404


def prove_badly(ue):
    """Challenges that are answered wrongly, and rightly for nothing."""
    def challenge():
        empty = ue.empty_authorization()
        return ue.request(ue.build_register(authorization=empty))

    wrong = ue.answer_of(challenge(), wrong=True)
    yield 401, ue.request(ue.build_register(authorization=wrong))
    right = ue.answer_of(challenge())
    yield 481, ue.request(ue.build_register(0, authorization=right))
    auts = ue.resync_of(challenge())
    yield 401, ue.request(ue.build_register(authorization=auts))


def live(lab, ue):
    """A life with every answer that a well-formed REGISTER can get from us;
    (status expected, response)."""
    yield 200, ue.register(600)
    yield 200, ue.refresh(600)
    last = ue.cseq
    yield 200, ue.refresh(600, cseq=last)  # a repetition
    yield 500, ue.refresh(600, cseq=1)
    ue.cseq = last
    yield 423, ue.refresh(5)
    yield 200, ue.refresh(300)
    ue.cseq += 3
    yield 200, ue.refresh(600)
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    yield 200, ue.refresh(600)
    yield 200, ue.fetch()
    ue.move()
    yield 200, ue.register(600)
    ue.reopen()
    paths = [ue.path, "<sip:second@127.0.0.1;lr>"]
    yield 200, ue.refresh(600, headers={"Path": paths})
    yield 200, ue.deregister(star=True)


def malform(ue):
    """One REGISTER of each kind that is refused; likewise."""
    yield 200, ue.register(600)
    for change, _ in REFUSED.values():
        yield 400, ue.exchange_raw(change(protected(ue)))
    yield 200, ue.deregister()


def everything(lab, ue):
    """All of it; what is answered otherwise is shown."""
    for part in (prove_badly(ue), live(lab, ue), malform(ue)):
        ue.reboot()
        for status, response in part:
            assert response.status == status, response.reason


# Answers of the HSS, all in time: cdp itself keeps each one that comes late or
# twice, for ever.
FAULTS = ["experimental 5001", "experimental 5005", "result 5012",
          "result 3004", "garbage xml", "garbage noresult", "nodata"]


def suffer(lab, ue):
    """Every fault, at a first registration and at an update of either kind."""
    def spoil(cmd, fault):
        lab.hss(f"fault {cmd} impi={ue.sub.impi} count=1 {fault}")

    def gap():
        ue.cseq += 3

    def force():
        lab.rpc("reg_refresh.force_update", ue.sub.impu)

    for fault in FAULTS:
        ue.reboot()
        spoil("SAR", fault)
        yield ue.register(600)
        for trigger in (gap, force):
            ue.reboot()
            assert ue.register(600).status == 200
            trigger()
            spoil("SAR", fault)
            yield ue.refresh(600)
        yield ue.refresh(0)
    ue.reboot()
    spoil("MAR", "emptymaa")
    yield ue.register(600)


def assert_nothing_is_left(lab, floor, work):
    """Three rounds of the same; pkg is compared after the second, since the
    first one fills what is filled once."""
    pkg = []
    for _ in range(3):
        work()
        assert drain(lab, floor) == floor
        pkg.append(pkg_used(lab))
    assert_no_pkg_growth(pkg[1], pkg[2])
    assert is_idle(lab)


@pytest.mark.allow_log(r"<core> \[core/parser/")
def test_no_answer_leaves_anything(lab, floor):
    ues = [lab.ue() for _ in range(5)]

    def work():
        for ue in ues * 2:
            everything(lab, ue)
    assert_nothing_is_left(lab, floor, work)


@pytest.mark.allow_log(r"user profile: no well-formed .*XML",
                       r"the new profile is unusable .* the old one stays")
def test_no_fault_of_the_hss_leaves_anything(lab, floor):
    ues = [lab.ue() for _ in range(5)]

    def work():
        statuses = {r.status for ue in ues * 2 for r in suffer(lab, ue)}
        assert {200, 403, 481, 500} <= statuses
    assert_nothing_is_left(lab, floor, work)
