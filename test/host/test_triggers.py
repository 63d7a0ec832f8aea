# SPDX-License-Identifier: GPL-2.0-or-later
"""What makes a refresh reach the HSS: each trigger, their ranks, the switches,
and what becomes of an update that the HSS does not answer."""

from __future__ import annotations

import pytest

from expect import (VERBOSE, Clock, Since, bindings, contacts_of, facts,
                    granted, only_binding, registered)
LUI = 6  # seconds
PARAMS = {"min_expires": 3, "expiry_grace": 2, "location_update_jitter": 0,
          "location_update_interval": LUI, "forward_reg_callid_change": 1,
          "cseq_gap_update": 1, "path_change_update": 1}
LAB_OPTIONS = {"params": PARAMS, "cdp_timeout_s": 1, "defines": VERBOSE}

BUSY = "result 3004"
SILENT = "silence"


@pytest.fixture(scope="module")
def old(lab):
    """Those whose location update interval runs out: take one with old()."""
    ues = [lab.ue() for _ in range(10)]
    for ue in ues:
        registered(lab, ue, 60)
    clock = Clock(lab)

    def take():
        clock.wait(LUI)
        return ues.pop()

    return take


def busy_once(lab, ue) -> None:
    """A refresh whose SAR the HSS is too busy for; it is owed then."""
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 {BUSY}")
    assert ue.refresh(60).status == 200
    assert only_binding(lab, ue)["owed"] == 1


def owing(lab, ue) -> None:
    """Make a binding owe a SAR that an operator has asked for."""
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    busy_once(lab, ue)


# Each makes the next REGISTER of a UE meet one trigger.

def by_operator(lab, ue):
    lab.rpc("reg_refresh.force_update", ue.sub.impu)


def by_new_call_id(lab, ue):
    ue.call_id = "other-" + ue.call_id


def by_gap(lab, ue):
    ue.cseq += 1


def by_new_path(lab, ue):
    ue.reopen()


def nothing(lab, ue):
    pass


TRIGGERS = {"forced": by_operator, "callid-changed": by_new_call_id,
            "cseq-gap": by_gap, "path-changed": by_new_path}


@pytest.mark.parametrize("why, act", TRIGGERS.items(), ids=TRIGGERS)
def test_trigger_alone(lab, ue, why, act):
    registered(lab, ue, 60)
    act(lab, ue)
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("update", why)
    assert then.line(ue).reasons == [why]
    then.exactly("SAR 2")


@pytest.mark.parametrize("why, act", TRIGGERS.items(), ids=TRIGGERS)
def test_trigger_is_spent(lab, ue, why, act):
    registered(lab, ue, 60)
    act(lab, ue)
    ue.refresh(60)
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()


def test_update_interval(lab, old):
    ue = old()
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("update", "lui-expired")
    then.exactly("SAR 2")
    assert only_binding(lab, ue)["lui"] in (LUI, LUI - 1)
    ue.refresh(60)
    then.exactly("SAR 2")


# ranks

# Highest rank first; callid-changed and cseq-gap exclude each other.
SETS = [["forced", "callid-changed", "path-changed", "hss-owed", "lui-expired"],
        ["callid-changed", "path-changed", "hss-owed", "lui-expired"],
        ["cseq-gap", "path-changed", "hss-owed", "lui-expired"],
        ["path-changed", "hss-owed", "lui-expired"],
        ["hss-owed", "lui-expired"],
        ["forced", "lui-expired"],
        ["cseq-gap", "lui-expired"]]


@pytest.mark.parametrize("reasons", SETS, ids="+".join)
def test_highest_rank_is_the_why(lab, old, reasons):
    ue = old()
    causes = {**TRIGGERS, "hss-owed": busy_once, "lui-expired": nothing}
    for reason in sorted(reasons, key=lambda r: r != "hss-owed"):
        causes[reason](lab, ue)
    then = Since(lab)
    assert ue.refresh(60).status == 200
    line = then.line(ue)
    assert (line.act, line.why) == ("update", reasons[0])
    assert line.reasons == reasons
    assert lab.rpc("reg_refresh.explain", ue.sub.impu)[0]["reasons"] == \
        ",".join(reasons)
    then.exactly("SAR 2")
    assert only_binding(lab, ue)["owed"] == only_binding(lab, ue)["forced"] == 0


# switches

@pytest.fixture(scope="module")
def quiet(more_labs):
    """A lab where the switches are off, and hss_failure is reject."""
    params = {**PARAMS, "location_update_interval": 0, "cseq_gap_update": 0,
              "forward_reg_callid_change": 0, "path_change_update": 0,
              "hss_failure": "reject"}
    return more_labs(**{**LAB_OPTIONS, "params": params})


OFF = {name: TRIGGERS[name] for name in TRIGGERS if name != "forced"}


@pytest.mark.parametrize("act", OFF.values(), ids=OFF)
def test_trigger_switched_off(quiet, act):
    ue = quiet.ue()
    registered(quiet, ue, 60)
    act(quiet, ue)
    then = Since(quiet)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()
    binding = only_binding(quiet, ue)
    assert binding["lui"] == -1
    assert (binding["call_id"], binding["cseq"], binding["path"]) == \
        (ue.call_id, ue.cseq, ue.path)


def test_new_call_id_without_trigger_starts_a_new_count(quiet):
    ue = quiet.ue()
    registered(quiet, ue, 60)
    ue.refresh(60, cseq=100)
    ue.call_id, ue.cseq = "other-" + ue.call_id, 0
    then = Since(quiet)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("keep", "first-half")
    assert only_binding(quiet, ue)["cseq_seen"] == 1


def test_no_interval_no_update_for_age(quiet):
    ue = quiet.ue()
    clock = registered(quiet, ue, 3)
    clock.wait(1.8)
    then = Since(quiet)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("extend", "second-half")
    assert then.line(ue).values["lui_left"] == "-1"
    assert quiet.rpc("reg_refresh.explain", ue.sub.impu)[0]["lui_left"] == -1
    assert only_binding(quiet, ue)["lui"] == -1
    then.exactly()


# the lifetime of an update

def test_update_starts_the_lifetime_in_the_first_half(lab, ue):
    clock = registered(lab, ue, 60)
    clock.wait(1.1)
    ue.cseq += 1
    assert ue.refresh(60).expires_of(ue.contact_uri) == 60
    assert only_binding(lab, ue)["remaining"] == 60


def test_update_may_grant_less_than_remains(lab, ue):
    registered(lab, ue, 60)
    ue.cseq += 1
    assert ue.refresh(20).expires_of(ue.contact_uri) == 20
    assert only_binding(lab, ue)["lifetime"] == 20


# no-facts

def test_contact_of_the_stock_registrar_has_no_facts(lab, ue):
    assert ue.register(60, headers={"X-Lab-Save": "stock"}).status == 200
    assert only_binding(lab, ue)["facts"] == 0
    then = Since(lab)
    assert ue.register(60).status == 200
    assert then.verdict(ue) == ("update", "no-facts")
    then.exactly("MAR", "SAR 2")
    assert granted(ue.refresh(60)) == {ue.contact_uri: 60}
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly("MAR", "SAR 2")


def test_contact_without_facts_can_leave(lab, ue):
    ue.register(60, headers={"X-Lab-Save": "stock"})
    then = Since(lab)
    assert granted(ue.deregister()) == {ue.contact_uri: 0}
    assert then.verdict(ue) == ("deregister", "last-contact-removed")
    assert then.cx()[-1:] == ["SAR 5"]
    assert bindings(lab, ue) == []


# the HSS does not answer an update that no movement caused

@pytest.mark.parametrize("fault", [SILENT, BUSY])
def test_user_is_kept_when_the_hss_fails_at_the_interval(lab, old, fault):
    ue = old()
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 {fault}")
    then = Since(lab)
    answer = ue.refresh(60)
    assert granted(answer) == {ue.contact_uri: 60}
    assert then.verdict(ue) == ("update", "lui-expired")
    assert only_binding(lab, ue)["owed"] == 1
    assert ue.refresh(60).status == 200
    assert then.line(ue).reasons == ["hss-owed", "lui-expired"]
    then.exactly("SAR 2", "SAR 2")
    assert only_binding(lab, ue)["owed"] == 0


def test_user_is_kept_when_the_hss_fails_at_a_forced_update(lab, ue):
    registered(lab, ue, 60)
    owing(lab, ue)
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert then.line(ue).why == "forced"
    assert then.line(ue).reasons == ["forced", "hss-owed"]
    then.exactly("SAR 2")
    assert (only_binding(lab, ue)["owed"], only_binding(lab, ue)["forced"]) == \
        (0, 0)


def test_debt_stays_while_the_hss_fails(lab, ue):
    registered(lab, ue, 60)
    owing(lab, ue)
    busy_once(lab, ue)


def test_reject_is_an_option(quiet):
    ue = quiet.ue()
    registered(quiet, ue, 60)
    by_operator(quiet, ue)
    before = facts(quiet, ue)
    quiet.hss(f"fault SAR impi={ue.sub.impi} count=1 {BUSY}")
    answer = ue.refresh(60)
    assert answer.status == 500
    assert answer.retry_after
    assert facts(quiet, ue) == before


# the HSS does not answer an update that tells of a movement

def by_new_flow(lab, ue):
    ue.instance, ue.reg_id = "urn:uuid:00000000-0000-1000-8000-000000000002", 2
    ue.move()


def by_new_address(lab, ue):
    ue.move()


MOVED = {"callid-changed": by_new_call_id, "cseq-gap": by_gap,
         "path-changed": by_new_path, "contact-replaced": by_new_address,
         "contact-new": by_new_flow}
FAILURES = {"silent": (SILENT, 504), "busy": (BUSY, 500)}


@pytest.mark.parametrize("fault, status", FAILURES.values(), ids=FAILURES)
@pytest.mark.parametrize("why, act", MOVED.items(), ids=MOVED)
def test_movement_is_not_kept_locally(lab, ue, why, act, fault, status):
    if why == "contact-new":
        ue.instance, ue.reg_id = "urn:uuid:00000000-0000-1000-8000-000000000002", 1
    registered(lab, ue, 60)
    before = contacts_of(lab, ue), only_binding(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 {fault}")
    act(lab, ue)
    then = Since(lab)
    answer = ue.refresh(60)
    assert (answer.status, bool(answer.retry_after)) == (status, status == 500)
    assert then.verdict(ue) == ("update", why)
    assert then.cx()[-1] == "SAR 2"
    after = contacts_of(lab, ue), only_binding(lab, ue)
    for name in ("cseq_seen", "remaining", "lui"):
        before[1].pop(name), after[1].pop(name)
    assert after == before


def test_movement_is_told_by_the_next_register(lab, ue):
    registered(lab, ue, 60)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 {BUSY}")
    by_gap(lab, ue)
    assert ue.refresh(60).status == 500
    then = Since(lab)
    assert ue.refresh(60).status == 200
    assert then.verdict(ue) == ("update", "cseq-gap")
    then.exactly("SAR 2")


# CSeq and challenges

def challenged(ue, cseq=None):
    """A REGISTER that nobody vouches for; its 401."""
    request = ue.build_register(60, authorization=ue.empty_authorization(),
                                cseq=cseq)
    answer = ue.request(request)
    assert answer.status == 401
    return answer


def answered(ue, challenge, cseq=None):
    """The answer to a challenge; the 200."""
    answer = ue.request(ue.build_register(
        60, authorization=ue.answer_of(challenge), cseq=cseq))
    assert answer.status == 200
    return answer


def test_challenge_and_its_answer_are_no_gap(lab, ue):
    registered(lab, ue, 60)  # 1 and 2
    then = Since(lab)
    answered(ue, challenged(ue, 3), 4)
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly("MAR")


def test_gap_after_a_challenge(lab, ue):
    registered(lab, ue, 60)
    then = Since(lab)
    answered(ue, challenged(ue, 3), 6)
    assert then.verdict(ue) == ("update", "cseq-gap")
    then.exactly("MAR", "SAR 2")


def test_gap_before_a_challenge(lab, ue):
    registered(lab, ue, 60)
    then = Since(lab)
    answered(ue, challenged(ue, 5), 6)
    assert then.verdict(ue) == ("update", "cseq-gap")
    then.exactly("MAR", "SAR 2")


def test_challenges_in_a_row_are_no_gap(lab, ue):
    registered(lab, ue, 60)
    then = Since(lab)
    challenged(ue, 3)
    challenged(ue, 4)
    answered(ue, challenged(ue, 5), 6)
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly("MAR", "MAR", "MAR")


def of_another_device(lab, ue):
    """Another device of the same IMPU: the HSS gives it a challenge."""
    return lab.subscriber(impus=[ue.sub.impu])


def of_a_stranger(lab, ue):
    """An IMPI that has nothing to do with the IMPU: the HSS refuses it."""
    own = lab.subscriber()
    return type(own)(ue.sub.impu, own.impi, own.realm, own.k, own.opc)


@pytest.fixture(params=[of_another_device, of_a_stranger],
                ids=lambda f: f.__name__)
def unproven(request, lab, ue):
    """Sends REGISTERs for the UE's IMPU, with its Call-ID and any CSeq, that
    are never authenticated."""
    other = lab.ue(request.param(lab, ue))
    other.call_id = ue.call_id

    def send(cseq):
        answer = other.request(other.build_register(
            60, authorization=other.empty_authorization(), cseq=cseq))
        assert answer.status in (401, 403)

    yield send
    other.close()


@pytest.mark.parametrize("cseq", [3, 4, 50], ids="cseq-{}".format)
def test_unproven_register_causes_no_gap(lab, ue, unproven, cseq):
    registered(lab, ue, 60)
    before = only_binding(lab, ue)["expires_at"]
    unproven(cseq)
    then = Since(lab)
    ue.refresh(60, cseq=3)
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()
    assert only_binding(lab, ue)["expires_at"] == before


@pytest.mark.parametrize("cseqs", [[3], [50], [49, 50]], ids=str)
def test_unproven_register_hides_no_gap(lab, ue, unproven, cseqs):
    registered(lab, ue, 60)
    for cseq in cseqs:
        unproven(cseq)
    then = Since(lab)
    ue.refresh(60, cseq=51)
    assert then.verdict(ue) == ("update", "cseq-gap")
    then.exactly("SAR 2")


def test_gap_counts_from_the_last_accepted(lab, ue):
    registered(lab, ue, 60)
    ue.refresh(60, cseq=10)
    then = Since(lab)
    ue.refresh(60, cseq=11)
    assert then.verdict(ue) == ("keep", "first-half")
    ue.refresh(60, cseq=13)
    assert then.verdict(ue) == ("update", "cseq-gap")
    then.exactly("SAR 2")


def test_call_id_changes_without_a_gap(lab, ue):
    registered(lab, ue, 60)
    ue.call_id = "other-" + ue.call_id
    then = Since(lab)
    ue.refresh(60, cseq=1)
    assert then.line(ue).reasons == ["callid-changed"]


# jitter

@pytest.fixture(scope="module")
def jittery(more_labs):
    """A lab whose update intervals are spread over 500 to 1000 s."""
    params = {**PARAMS, "location_update_interval": 1000,
              "location_update_jitter": 50}
    return more_labs(**{**LAB_OPTIONS, "params": params})


def lui_of(lab, ue) -> int:
    ue.register(60)
    return only_binding(lab, ue)["lui"]


def test_jitter_spreads_the_intervals(jittery):
    luis = [lui_of(jittery, jittery.ue()) for _ in range(8)]
    assert all(500 <= lui <= 1000 for lui in luis)
    assert max(luis) - min(luis) > 10


def test_jitter_is_fixed_per_binding(jittery):
    ue = jittery.ue()
    first = lui_of(jittery, ue)
    ue.deregister()
    ue.reboot()
    assert abs(lui_of(jittery, ue) - first) <= 1
