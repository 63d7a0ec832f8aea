# SPDX-License-Identifier: GPL-2.0-or-later
"""The HSS answers late, twice, never, or with garbage.

Each fault meets three REGISTERs at once: a first registration, an update that
an operator forced (a timer trigger: the user is kept), and one after a gap in
CSeq (a mobility trigger). Whatever comes, nothing waits afterwards and the
next REGISTER works.
"""

import time

import pytest

from lab import LOG_NO_PEER, RpcError
from process import wait_until

TIMEOUT_S = 1  # cdp's TransactionTimeout; it looks once a second
LATE_MS = 3500  # after the time-out, whenever in its second that comes
SOON_MS = 600  # before it

LAB_OPTIONS = {
    "cdp_timeout_s": TIMEOUT_S,
    # answers that come slowly are no news here
    "modparams": {("cdp", "latency_threshold"): 60000,
                  ("tm", "wt_timer"): 300},
}

ANSWER_S = 8.0  # longest wait for a reply that waits for the HSS

OK = (200, "OK")
NOT_REACHED = (504, "HSS Not Reached")
FAILURE = (500, "HSS Failure")
UNUSABLE = (500, "Unusable User Profile")
KINDS = ("first", "forced", "gap")

# fault: the reply to each kind, and whether the forced update is then owed
ANSWERS = {
    f"late {LATE_MS}": ((NOT_REACHED, OK, NOT_REACHED), 1),
    "silence": ((NOT_REACHED, OK, NOT_REACHED), 1),
    "lost": ((NOT_REACHED, OK, NOT_REACHED), 1),
    "twice": ((OK, OK, OK), 0),
    "nodata": ((OK, OK, OK), 0),
    "garbage xml": ((UNUSABLE, OK, OK), 0),
    "garbage noresult": ((FAILURE, FAILURE, FAILURE), 0),
}


# Helpers

class Pending:
    """A REGISTER whose SAR waits for a spoilt answer."""

    def __init__(self, lab, kind):
        self.lab = lab
        self.kind = kind
        self.ue = lab.ue()
        self.before = None
        self.authorization = self._prepare()
        self.transaction = None

    def _prepare(self):
        """All that comes before the SAR in question; the credentials."""
        ue = self.ue
        if self.kind == "first":
            empty = ue.empty_authorization()
            challenge = ue.request(ue.build_register(authorization=empty))
            assert challenge.status == 401
            return ue.answer_of(challenge)
        assert ue.register(600).status == 200
        if self.kind == "forced":
            self.lab.rpc("reg_refresh.force_update", ue.sub.impu)
        else:
            ue.cseq += 2
        self.before = self.binding()
        return ue.credentials(integrity="yes")

    def send(self):
        """The REGISTER is on its way, and the SAR at the HSS."""
        mark = self.lab.hss_mark()
        self.transaction = self.ue.start(
            self.ue.build_register(600, authorization=self.authorization))
        self.lab.wait_hss("SAR", mark, self.ue.sub.impi)
        return self

    def answer(self):
        """Status and phrase of the final response."""
        response = self.transaction.wait(ANSWER_S)
        return response.status, response.reason

    def binding(self):
        """What we hold of it, without what time alone changes."""
        try:
            (shown,) = self.lab.rpc("reg_refresh.show", self.ue.sub.impu)
        except RpcError as error:
            assert error.code == 404
            return None
        return {name: value for name, value in shown.items()
                if name not in ("remaining", "lui")}

    def assert_binding(self, status):
        """Refused: as it was, not there or unchanged. Else it is there."""
        if status >= 300:
            assert self.binding() == self.before
        else:
            assert self.binding()["cseq"] == self.ue.cseq


def spoil(lab, fault, kinds=KINDS, cmd="SAR"):
    """REGISTERs that are answered with this fault, one of each kind."""
    pending = [Pending(lab, kind) for kind in kinds]
    for one in pending:
        impi = one.ue.sub.impi
        lab.hss(f"fault {cmd} impi={impi} count=1 {fault}")
    return pending


def assert_quiet(lab):
    """Nothing waits: no request of ours, no transaction of tm."""
    wait_until(lambda: lab.rpc("reg_refresh.stats")["waiting"] == 0, 5,
               "nobody waits")
    wait_until(lambda: lab.rpc("tm.stats")["current"] == 0, 8,
               "transactions are gone")


def assert_next_works(lab, pending):
    """The next REGISTER of each is accepted, and pays what is owed."""
    for one in pending:
        one.ue.challenges_max = 2
        assert one.ue.refresh(600).status == 200
        assert one.binding()["owed"] == 0
        assert len(one.transaction.responses) == 1
        assert one.ue.stray == []


def pass_by(lab, until):
    """Requests to the HSS come and go, the last one after `until`."""
    ue = lab.ue()
    assert ue.register(600).status == 200
    while True:
        began = time.monotonic()
        ue.cseq += 2
        lab.hss(f"fault SAR impi={ue.sub.impi} count=1 delay {SOON_MS}")
        assert ue.refresh(600).status == 200
        if began + SOON_MS / 1000 > until:
            return


def replies(lab, log):
    """What the reply route has said, once for each REGISTER: also of the first
    one, whose line may come late."""
    return [event.values["act"] for event in lab.events(log, "SAA")]


# Tests

@pytest.mark.parametrize("fault", ANSWERS)
@pytest.mark.allow_log(r"user profile: no well-formed .*XML",
                       r"the new profile is unusable .* the old one stays")
def test_answer_is_spoilt(lab, fault):
    expected, owed = ANSWERS[fault]
    pending = spoil(lab, fault)
    began, debts = time.monotonic(), lab.statistics("reg_refresh")["sar_owed"]
    answers = [one.answer() for one in [one.send() for one in pending]]
    assert tuple(answers) == expected
    for one, (status, _) in zip(pending, answers):
        one.assert_binding(status)
    assert lab.statistics("reg_refresh")["sar_owed"] == debts + owed
    if fault.startswith("late"):
        pass_by(lab, began + LATE_MS / 1000)
    assert_quiet(lab)
    assert_next_works(lab, pending)


MAR_ANSWERS = {
    f"late {LATE_MS}": 504,
    "silence": 504,
    "twice": 401,
    "emptymaa": 500,
    "garbage noresult": 500,
}


@pytest.mark.parametrize("fault", MAR_ANSWERS)
def test_vector_is_spoilt(lab, ue, fault):
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 {fault}")
    request = ue.build_register(authorization=ue.empty_authorization())
    began = time.monotonic()
    transaction = ue.start(request)
    assert transaction.wait(ANSWER_S).status == MAR_ANSWERS[fault]
    if fault.startswith("late"):
        pass_by(lab, began + LATE_MS / 1000)
    assert_quiet(lab)
    assert len(transaction.responses) == 1
    assert ue.register(600).status == 200


@pytest.fixture
def broken(lab):
    """The HSS is healed after the test, whatever happened in it."""
    yield lab.hss
    lab.hss("refuse off")
    lab.hss("clear")
    lab.scscf.await_peer()


@pytest.mark.allow_log(LOG_NO_PEER)
def test_connection_breaks_while_requests_are_pending(lab, broken):
    pending = spoil(lab, "silence")
    for one in pending:
        one.send()
    broken("disconnect")
    lab.scscf.await_no_peer()
    answers = [one.answer() for one in pending]
    assert answers == [NOT_REACHED, OK, NOT_REACHED]
    for one, (status, _) in zip(pending, answers):
        one.assert_binding(status)
    assert pending[1].binding()["owed"] == 1
    lab.scscf.await_peer()
    assert_quiet(lab)
    assert_next_works(lab, pending)


@pytest.mark.allow_log(LOG_NO_PEER)
def test_no_peer_is_known_at_once(lab, ue, broken):
    """Nobody is asked, so nobody is waited for."""
    pending = spoil(lab, "silence")
    broken("clear")
    broken("refuse on")
    broken("disconnect")
    lab.scscf.await_no_peer()
    for one in pending:
        one.transaction = one.ue.start(
            one.ue.build_register(600, authorization=one.authorization))
        one.transaction.wait(TIMEOUT_S / 2)
    assert [one.answer() for one in pending] == [NOT_REACHED, OK, NOT_REACHED]
    assert pending[1].binding()["owed"] == 1
    stranger = ue.build_register(authorization=ue.empty_authorization())
    assert ue.request(stranger, TIMEOUT_S / 2).status == 504
    broken("refuse off")
    lab.scscf.await_peer()
    assert_quiet(lab)
    assert_next_works(lab, pending)


@pytest.mark.parametrize("kind", KINDS)
def test_retransmission_while_the_hss_is_asked(lab, kind):
    """One REGISTER, one SAR, one reply, however often it comes."""
    (one,) = spoil(lab, f"delay {SOON_MS}", [kind])
    mark, log = lab.hss_mark(), lab.log_mark()
    one.send()
    one.transaction.repeat()
    one.transaction.repeat()
    assert one.answer() == OK
    assert len(lab.hss_log(mark, "SAR", one.ue.sub.impi)) == 1
    assert_quiet(lab)
    assert len(one.transaction.responses) == 1
    wait_until(lambda: replies(lab, log), 5, "the reply route")
    assert len(replies(lab, log)) == len(set(replies(lab, log)))


def test_retransmission_while_a_vector_is_asked_for(lab, ue):
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 delay {SOON_MS}")
    mark = lab.hss_mark()
    request = ue.build_register(authorization=ue.empty_authorization())
    transaction = ue.start(request)
    lab.wait_hss("MAR", mark, ue.sub.impi)
    transaction.repeat()
    transaction.repeat()
    assert transaction.wait().status == 401
    assert len(lab.hss_log(mark, "MAR", ue.sub.impi)) == 1
    assert_quiet(lab)
    assert len(transaction.responses) == 1


def test_retransmission_after_the_reply_is_answered_again(lab):
    (one,) = spoil(lab, "delay 1", ["gap"])
    mark = lab.hss_mark()
    assert one.send().answer() == OK
    before = one.binding()
    one.transaction.repeat()
    one.ue.hub.wait(lambda: len(one.transaction.responses) == 2)
    assert [r.status for r in one.transaction.responses] == [200, 200]
    assert len(lab.hss_log(mark, "SAR", one.ue.sub.impi)) == 1
    assert one.binding()["cseq"] == before["cseq"]


def test_tm_gives_up_before_the_hss_answers(make_lab):
    """A faulty configuration: the reply is tm's; what comes later is late."""
    lab = make_lab(modparams={("tm", "fr_timer"): 1000, ("tm", "wt_timer"): 300,
                              ("cdp", "latency_threshold"): 60000})
    pending = spoil(lab, "delay 2500")
    began = time.monotonic()
    for one in pending:
        one.send()
    assert [one.answer()[0] for one in pending] == [408, 408, 408]
    for one in pending:
        one.assert_binding(408)
    pass_by(lab, began + 2.5)
    assert_quiet(lab)
    assert_next_works(lab, pending)


def test_megabyte_of_profile(make_lab):
    """cdp takes no answer over 64 KiB and never again one from this peer; the
    users are answered all the same, and a restart mends it."""
    lab = make_lab(cdp_timeout_s=TIMEOUT_S)
    lab.provoked += [r"do_receive\(\): .* Msg too big", LOG_NO_PEER]
    pending = spoil(lab, "xml-big")
    answers = [one.send().answer() for one in pending[:1]]
    lab.scscf.await_no_peer()
    for one in pending[1:]:
        one.transaction = one.ue.start(
            one.ue.build_register(600, authorization=one.authorization))
    answers += [one.answer() for one in pending[1:]]
    assert answers == [NOT_REACHED, OK, NOT_REACHED]
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0
    lab.hss("clear")
    assert lab.restart_scscf() == 0
    assert pending[0].ue.register(600).status == 200
