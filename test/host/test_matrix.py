# SPDX-License-Identifier: GPL-2.0-or-later
"""Every SAR × every way in which the HSS answers it, from one table.

A row of ANSWERS is one way to answer; a column of COLUMNS is one reason for a
SAR. What the table does not say, each cell checks all the same: no REGISTER
waits any more, and the user can be reached if and only if he is bound.
"""

import contextlib
import threading

import pytest

from lab import LOG_NO_PEER, LabError
from memory import memory_of
from process import wait_until

LAB_OPTIONS = {"params": {"min_expires": 1, "expiry_grace": 0},
               "cdp_timeout_s": 1, "cdp_tc_s": 1, "shm_mb": 512,
               # what is kept for a while is kept shortly
               "modparams": {("ims_usrloc_scscf", "contact_delete_delay"): 1}}
PROVOKED = [LOG_NO_PEER, r"ERROR: cdp \[", "profile", "outside of threshold",
            "HSS: ", "api_process"]

# How the HSS's answer is spoilt, and the class that SPEC 6 puts it in.
ANSWERS = {
    "2001": ("", "yes"),
    "2001 without User-Data": ("nodata", "yes"),
    "2001 twice": ("twice", "yes"),
    "2001 with broken XML": ("xml", "broken"),
    "5001": ("experimental 5001", "refused"),
    "5002": ("experimental 5002", "refused"),
    "5004": ("experimental 5004", "refused"),
    "5006": ("experimental 5006", "refused"),
    "5005": ("experimental 5005", "elsewhere"),
    "5003": ("experimental 5003", "failed"),
    "5012": ("result 5012", "failed"),
    "no result": ("noresult", "failed"),
    "3002": ("result 3002", "busy"),
    "3004": ("result 3004", "busy"),
    "silence": ("silence", "silent"),
    "late": ("late 4000", "silent"),
    "1 MB of XML": ("xml-big", "silent"),
    "disconnect": ("silence", "silent"),  # and the connection is broken
}

# column: SAR type, then for each class (reply, bound, owed)
COLUMNS = {
    "first registration": (1, {
        "yes": (200, True, False), "broken": (500, False, False),
        "refused": (403, False, False), "elsewhere": (500, False, False),
        "failed": (500, False, False), "busy": (500, False, False),
        "silent": (504, False, False)}),
    "timer": (2, {
        "yes": (200, True, False), "broken": (200, True, False),
        "refused": (403, False, False), "elsewhere": (500, False, False),
        "failed": (500, True, False), "busy": (200, True, True),
        "silent": (200, True, True)}),
    "mobility": (2, {
        "yes": (200, True, False), "broken": (200, True, False),
        "refused": (403, False, False), "elsewhere": (500, False, False),
        "failed": (500, "old", False), "busy": (500, "old", False),
        "silent": (504, "old", False)}),
    "leaving": (5, {
        "yes": (200, False, False), "broken": (200, False, False),
        "refused": (200, False, False), "elsewhere": (200, False, False),
        "failed": (200, False, False), "busy": (200, False, True),
        "silent": (200, False, True)}),
    "expiry": (4, {
        "yes": (None, False, False), "broken": (None, False, False),
        "refused": (None, False, False), "elsewhere": (None, False, False),
        "failed": (None, False, False), "busy": (None, False, True),
        "silent": (None, False, True)}),
    "administration": (8, {
        "yes": (None, False, False), "broken": (None, False, False),
        "refused": (None, False, False), "elsewhere": (None, False, False),
        "failed": (None, False, False), "busy": (None, False, True),
        "silent": (None, False, True)}),
}
TOO_BIG = "1 MB of XML"
CELLS = [(column, answer) for column in COLUMNS for answer in ANSWERS
         if answer != TOO_BIG]


def trigger(lab, ue, column, fault):
    """What makes the SAR go; the REGISTER's reply, None if there is none."""
    if column == "first registration":
        fault()
        return ue.register(600, timeout_s=10)
    assert ue.register(1 if column == "expiry" else 600).status == 200
    fault()
    if column == "timer":
        lab.rpc("reg_refresh.force_update", ue.sub.impu)
        return ue.refresh(600, timeout_s=10)
    if column == "mobility":
        ue.move()
        return ue.refresh(600, timeout_s=10)
    if column == "leaving":
        return ue.deregister(timeout_s=10)
    if column == "administration":
        lab.rpc("reg_refresh.deregister", ue.sub.impu)
    return None


def owed(lab, ue):
    return [o for o in lab.rpc("reg_refresh.owed", 1000) or []
            if o["impu"] == ue.sub.impu]


def contacts(lab, ue):
    return [b["contact"] for b in
            lab.rpc("reg_refresh.list", ue.sub.impu) or []]


@pytest.mark.allow_log(*PROVOKED)
@pytest.mark.parametrize("column, answer", CELLS,
                         ids=[f"{c}-{a}" for c, a in CELLS])
def test_cell(lab, ue, column, answer):
    cell(lab, ue, column, answer)
    lab.hss("clear")
    if answer == "disconnect":  # cdp may say open, and be in the old connection
        wait_until(lambda: lab.ue().register(60, timeout_s=8).status == 200, 40,
                   "the HSS answers again")
    lab.scscf.await_peer()
    wait_until(lambda: owed(lab, ue) == [], 40, "paid")
    wait_until(lambda: messages(lab) == unasked(lab), 8, "the late answer")


@pytest.mark.allow_log(*PROVOKED)
@pytest.mark.parametrize("column", COLUMNS)
def test_cell_that_costs_the_connection(make_lab, column):
    """cdp 5.6.3 takes no more than 64 KB, and its peer never opens again."""
    lab = make_lab(**LAB_OPTIONS)
    cell(lab, lab.ue(), column, TOO_BIG)


def cell(lab, ue, column, answer):
    """One cell: what is answered, what goes to the HSS, what is left."""
    what, kind = ANSWERS[answer]
    sar, expected = COLUMNS[column]
    status, bound, is_owed = expected[kind]
    lab.scscf.await_peer()
    mark = lab.hss_mark()
    disconnect = answer == "disconnect"

    def fault():
        if what:
            lab.hss(f"fault SAR impi={ue.sub.impi} type={sar} "
                    f"{'' if disconnect else 'count=1'} {what}")

    if disconnect:
        reply = with_disconnect(lab, ue, column, fault, sar, mark)
    else:
        reply = trigger(lab, ue, column, fault)
    assert (reply.status if reply else None) == status
    if kind == "busy" and status == 500:
        assert reply.headers.get("Retry-After")
    records = wait_until(lambda: [r for r in lab.hss_log(
        mark, "SAR", ue.sub.impi) if r.type == sar], 5, "the SAR")
    assert records
    wait_until(lambda: lab.rpc("reg_refresh.stats")["waiting"] == 0, 8,
               "nobody waits")
    check_state(lab, ue, column, bound, is_owed, lambda: len(
        [r for r in lab.hss_log(mark, "SAR", ue.sub.impi) if r.type == sar]))


def with_disconnect(lab, ue, column, fault, sar, mark):
    """As trigger(), and the connection breaks once the SAR is there."""
    def cut():
        wait_until(lambda: [r for r in lab.hss_log(mark, "SAR", ue.sub.impi)
                            if r.type == sar], 8, "SAR")
        lab.hss("disconnect")

    cutter = threading.Thread(target=cut)
    cutter.start()
    reply = trigger(lab, ue, column, fault)
    cutter.join()
    return reply


def check_state(lab, ue, column, bound, is_owed, sent):
    if column == "expiry":
        wait_until(lambda: contacts(lab, ue) == [], 5, "expired")
    is_there = contacts(lab, ue)
    if bound == "old":
        assert len(is_there) == 1 and is_there != [ue.contact_uri]
    else:
        assert is_there == ([ue.contact_uri] if bound else [])
    if is_owed:
        assert owed(lab, ue) or sent() > 1  # or it is paid by now
    else:
        wait_until(lambda: owed(lab, ue) == [], 3, "nothing is owed")
    status = lab.ue().message(ue.sub.impu).status
    assert status == (200 if bound else 404)


# What is left behind

PASSING = {  # what is held for a while, by what holds it: (module, function)
    "transactions": ("tm", "build_cell"),
    "Diameter sessions": ("cdp", "cdp_new_session"),
    "Diameter transactions": ("cdp", "cdp_add_trans"),
    "Diameter messages": ("cdp", "AAATranslateMessage"),
    "waiting REGISTERs": ("ims_reg_refresh", "pending_add"),
}


# An answer as it came; what cdp itself sends, ready to go; its octets at most.
CDP_ANSWER = {"AAATranslateMessage", "do_receive", "AAACreateAVP"}
CDP_OWN = {"AAANewMessage", "AAABuildMsgBuffer"}
WATCHDOG_OCTETS = 128  # a SAR has four times as many

# As many pieces as before, and some of them larger: the allocator does not
# split what is a little too large.
ROUNDING_OCTETS = 256


def figures(lab):
    """How many of each are there now, and the memory of all."""
    memory = memory_of(lab)
    return {name: memory.pieces_of(*of) for name, of in PASSING.items()}, memory


def is_idle(lab):
    """Nobody is bound, nothing is owed, tm and usrloc are empty. Each of these
    takes the locks of a whole table: none is held."""
    stats = lab.rpc("reg_refresh.stats")
    return (stats["bindings"] == stats["waiting"] == stats["owed"] == 0
            and lab.rpc("tm.stats")["current"] == 0
            and lab.rpc("ulscscf.status")["Stats"]["Records"] == 0
            and not lab.rpc("reg_refresh.list", "sip:"))


def clear(lab):
    """Whoever is left is sent away; until nothing is there for him."""
    for ue in lab.ues:
        if contacts(lab, ue):
            lab.rpc("reg_refresh.deregister", ue.sub.impu)
    wait_until(lambda: is_idle(lab), 70, "all is gone")


def unasked(lab):
    """How many answers the HSS has sent that nobody waited for."""
    return sum(r.fault.startswith(("late", "twice"))
               for r in lab.hss_log(0, "SAR"))


def messages(lab):
    """Diameter messages that cdp holds."""
    return figures(lab)[0]["Diameter messages"]


@pytest.fixture(scope="module", autouse=True)
def before(lab):
    """What is in use when one user has come and gone."""
    ue = lab.ue()
    assert ue.register(600).status == 200
    assert lab.ue().message(ue.sub.impu).status == 200
    clear(lab)
    return figures(lab)


@pytest.mark.allow_log(*PROVOKED)
def test_nothing_is_left_behind(lab, before, capsys):
    """After all cells above. cdp 5.6.3 never frees an answer that nobody waits
    for (message, octets, AVPs: 1 KB), and now and then loses a watchdog of its
    own with a connection: so many there are, and nothing else."""
    def grown():
        return figures(lab)[1] - before[1]

    clear(lab)
    with contextlib.suppress(LabError):  # the caller says by how much
        wait_until(lambda: set(grown().modules) <= {"cdp"}, 60, "kept for a while")
    after, left = figures(lab)[0], grown()
    with capsys.disabled():
        print(f"\n{len(lab.hss_log(0, 'SAR'))} SARs, {unasked(lab)} answers that "
              f"nobody waited for\nbefore {before[0]}\nafter  {after}\n"
              f"more in use than before:\n{left}")
    ours = left.of("ims_reg_refresh")
    assert ours.pieces == {}
    assert sum(ours.octets.values()) < ROUNDING_OCTETS, ours.octets
    assert set(left.modules) <= {"cdp"}
    assert after == {**before[0], "Diameter messages": unasked(lab)}
    assert left.functions <= CDP_ANSWER | CDP_OWN
    watchdogs = left.pieces_of("cdp", "AAABuildMsgBuffer")
    assert watchdogs <= 1 + len(COLUMNS)  # connections that were broken
    assert left.octets_of("cdp", "AAABuildMsgBuffer") <= \
        watchdogs * WATCHDOG_OCTETS
