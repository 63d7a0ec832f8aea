# SPDX-License-Identifier: GPL-2.0-or-later
"""Each rule of the decision on the wire: the reply, the reason, what went to
the HSS and, where nothing may change, that nothing did."""

from __future__ import annotations

import pytest

from process import wait_until

from expect import (VERBOSE, Clock, Since, bindings, contacts_of, facts,
                    granted, only_binding, registered)

LAB_OPTIONS = {"params": {"min_expires": 3, "default_expires": 20,
                          "max_expires": 30, "expiry_grace": 1,
                          "location_update_interval": 3600,
                          "location_update_jitter": 0},
               "cdp_timeout_s": 1,
               "defines": {**VERBOSE, "LAB_USRLOC_TIMER": 1}}

LIFETIME = 20  # seconds, of a binding that must not run out during a test


def other_contact(ue, expires=None) -> str:
    """A contact of the UE's user at an address that is bound to nobody."""
    tail = "" if expires is None else f";expires={expires}"
    return f"<sip:{ue.sub.user}@127.65.0.1:5060>{tail}"


def two_flows(lab, ue, name="urn:uuid:00000000-0000-1000-8000-00000000{:04x}"):
    """Register two flows of the UE; their contact URIs, older first."""
    ue.instance, ue.reg_id = name.format(ue.port & 0xffff), 1
    registered(lab, ue, LIFETIME)
    first = ue.contact_uri
    ue.move()
    ue.reg_id = 2
    assert ue.refresh(LIFETIME).status == 200
    assert contacts_of(lab, ue) == {first, ue.contact_uri}
    return first, ue.contact_uri


# 1: malformed

STARS = {
    "with-another": (["*", "<sip:a@127.65.0.2>"], "0"),
    "in-one-header-with-another": (["*, <sip:a@127.65.0.2>"], "0"),
    "after-another": (["<sip:a@127.65.0.2>", "*"], "0"),
    "twice": (["*", "*"], "0"),
    "expires-not-0": (["*"], "600"),
    "without-expires": (["*"], None),
    "with-expires-parameter-only": (["*;expires=0"], None),
}


@pytest.mark.parametrize("contacts, expires", STARS.values(), ids=STARS)
def test_wrong_star_is_malformed(lab, ue, contacts, expires):
    registered(lab, ue)
    before, then = facts(lab, ue), Since(lab)
    answer = ue.refresh(None, contacts=contacts, headers={"Expires": expires})
    assert answer.status == 400
    assert "Contact" in answer.reason
    assert then.verdict(ue) == ("reject", "malformed")
    then.exactly()
    assert facts(lab, ue) == before


WRONG_HEADERS = {
    "expires-no-number": ("Expires", "soon", "Invalid Expires"),
    "contact-uri": ("Contact", "<nonsense>", "Contact"),
    "contact-expires": ("Contact", "<sip:a@127.65.0.2>;expires=x", "Contact"),
    "path": ("Path", "<<", "Path"),
}


@pytest.mark.allow_log("ERROR: <core>")
@pytest.mark.parametrize("name, value, phrase", WRONG_HEADERS.values(),
                         ids=WRONG_HEADERS)
def test_wrong_header_is_malformed(lab, ue, name, value, phrase):
    registered(lab, ue)
    before, then = facts(lab, ue), Since(lab)
    answer = ue.refresh(LIFETIME, headers={name: value})
    assert answer.status == 400
    assert phrase in answer.reason
    then.exactly()
    assert facts(lab, ue) == before


# 2: fetch

def test_fetch_lists_the_bindings(lab, ue):
    uris = two_flows(lab, ue)
    before, then = facts(lab, ue), Since(lab)
    answer = ue.fetch()
    assert answer.status == 200
    assert then.verdict(ue) == ("fetch", "fetch")
    then.exactly()
    assert set(granted(answer)) == set(uris)
    assert all(0 < s <= LIFETIME for s in granted(answer).values())
    assert [f["expires_at"] for f in facts(lab, ue)] == \
        [f["expires_at"] for f in before]


def test_fetch_of_one_who_is_not_registered(lab, ue):
    then = Since(lab)
    answer = ue.register(None, contacts=[])
    assert answer.status == 200
    assert answer.contacts == []
    assert then.verdict(ue) == ("fetch", "fetch")
    then.exactly("MAR")


# 3: too brief

@pytest.mark.parametrize("place", ["header", "contact", "both"])
def test_too_brief(lab, ue, place):
    registered(lab, ue)
    before, then = facts(lab, ue), Since(lab)
    ue.expires_in = place
    answer = ue.refresh(2)
    assert (answer.status, answer.min_expires) == (423, 3)
    assert then.verdict(ue) == ("reject", "too-brief")
    then.exactly()
    assert facts(lab, ue) == before


def test_too_brief_of_a_newcomer_is_proven_first(lab, ue):
    then = Since(lab)
    assert ue.register(2).status == 423
    assert then.verdict(ue) == ("reject", "too-brief")
    then.exactly("MAR")
    assert bindings(lab, ue) == []


def test_too_brief_is_all_or_nothing(lab, ue):
    registered(lab, ue)
    before, then = facts(lab, ue), Since(lab)
    answer = ue.refresh(None, contacts=[ue.contact(10), other_contact(ue, 2)])
    assert (answer.status, answer.min_expires) == (423, 3)
    then.exactly()
    assert facts(lab, ue) == before


def test_least_interval_is_not_too_brief(lab, ue):
    registered(lab, ue)
    then = Since(lab)
    answer = ue.refresh(3)
    assert answer.expires_of(ue.contact_uri) == 3
    assert then.verdict(ue) == ("shorten", "shortened")


# 4, 5: sequence

def test_repeated_cseq_changes_nothing(lab, ue):
    clock = registered(lab, ue)
    ue.refresh(LIFETIME)
    before = facts(lab, ue)
    clock.wait(1.1)
    then = Since(lab)
    answer = ue.refresh(5, cseq=ue.cseq)
    assert answer.status == 200
    assert answer.expires_of(ue.contact_uri) == LIFETIME - 1
    assert then.verdict(ue) == ("repeat", "retransmission")
    then.exactly()
    assert facts(lab, ue) == before


def test_older_cseq_is_out_of_order(lab, ue):
    registered(lab, ue)
    ue.refresh(LIFETIME)
    before, then = facts(lab, ue), Since(lab)
    answer = ue.refresh(5, cseq=ue.cseq - 1)
    assert (answer.status, answer.reason) == (500, "Out Of Order")
    assert then.verdict(ue) == ("reject", "out-of-order")
    then.exactly()
    assert facts(lab, ue) == before


def test_older_cseq_cannot_deregister(lab, ue):
    registered(lab, ue)
    ue.refresh(LIFETIME)
    before, then = facts(lab, ue), Since(lab)
    assert ue.deregister(cseq=ue.cseq - 1).status == 500
    then.exactly()
    assert facts(lab, ue) == before


# 6 to 9: leaving

@pytest.mark.parametrize("star", [False, True], ids=["contact", "star"])
def test_leaving_of_one_who_is_not_registered(lab, ue, star):
    then = Since(lab)
    assert ue.deregister(star=star).status == 481
    assert then.verdict(ue) == ("reject", "not-registered")
    then.exactly("MAR")


def test_leaving_of_an_unknown_contact(lab, ue):
    registered(lab, ue)
    before, then = facts(lab, ue), Since(lab)
    answer = ue.refresh(0, contacts=[other_contact(ue)])
    assert answer.status == 200
    assert list(granted(answer)) == [ue.contact_uri]
    assert then.verdict(ue) == ("remove", "nothing-to-remove")
    then.exactly("MAR")  # the contact is not his: integrity is not enough
    assert [f["expires_at"] for f in facts(lab, ue)] == \
        [f["expires_at"] for f in before]


def test_one_contact_of_two_leaves(lab, ue):
    first, second = two_flows(lab, ue)
    then = Since(lab)
    answer = ue.deregister()
    assert answer.status == 200
    assert list(granted(answer)) == [first]
    assert 0 < answer.expires_of(first) <= LIFETIME
    assert then.verdict(ue) == ("remove", "contact-removed")
    then.exactly()
    assert contacts_of(lab, ue) == {first}


@pytest.mark.parametrize("star", [False, True], ids=["contact", "star"])
def test_the_last_contact_leaves(lab, ue, star):
    registered(lab, ue)
    watch = ue.subscribe()
    then = Since(lab)
    answer = ue.deregister(star=star)
    assert answer.status == 200
    assert granted(answer) == {ue.contact_uri: 0}
    assert then.verdict(ue) == ("deregister", "last-contact-removed")
    then.exactly("SAR 5")
    assert bindings(lab, ue) == []
    assert lab.ue().message(ue.sub.impu).status == 404
    lab.hss("clear")
    wait_until(lambda: lab.statistics("reg_refresh")["owed"] == 0, 10, "told")
    watch.wait_contact(ue.contact_uri, state="terminated")


def test_star_removes_all_contacts(lab, ue):
    uris = two_flows(lab, ue)
    then = Since(lab)
    answer = ue.deregister(star=True)
    assert granted(answer) == dict.fromkeys(uris, 0)
    then.exactly("SAR 5")
    assert bindings(lab, ue) == []


FAULTS = {"silent": "silence", "busy": "result 3004",
          "unknown-user": "experimental 5001", "failing": "result 5012"}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_leaving_never_fails(lab, ue, fault):
    registered(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} type=5 count=1 {fault}")
    then = Since(lab)
    answer = ue.deregister()
    assert answer.status == 200
    assert granted(answer) == {ue.contact_uri: 0}
    assert set(then.cx()) == {"SAR 5"}  # what is owed may be told by now
    assert bindings(lab, ue) == []
    assert lab.ue().message(ue.sub.impu).status == 404


# 10: initial

def test_first_registration(lab, ue):
    then = Since(lab)
    answer = ue.register(LIFETIME)
    assert granted(answer) == {ue.contact_uri: LIFETIME}
    assert then.verdict(ue) == ("register", "initial")
    then.exactly("MAR", "SAR 1")


def test_back_after_leaving_is_initial(lab, ue):
    registered(lab, ue)
    ue.deregister()
    then = Since(lab)
    assert ue.refresh(LIFETIME).status == 200
    assert then.verdict(ue) == ("register", "initial")
    then.exactly("MAR", "SAR 1")


ASKED = {"nothing": (None, 20), "below-the-cap": (29, 29), "the-cap": (30, 30),
         "above-the-cap": (600, 30), "a-32-bit-number": (4294967295, 30)}


@pytest.mark.parametrize("asked, given", ASKED.values(), ids=ASKED)
def test_granted_is_default_or_capped(lab, ue, asked, given):
    assert ue.register(asked).expires_of(ue.contact_uri) == given
    assert only_binding(lab, ue)["lifetime"] == given


def test_contact_expires_beats_the_header(lab, ue):
    answer = ue.register(25, contacts=[ue.contact(10)])
    assert answer.expires_of(ue.contact_uri) == 10


# 11: too many contacts

def few(more_labs, mode):
    """A lab that allows two contacts; `mode` is what a third one gets."""
    params = {**LAB_OPTIONS["params"], "max_contacts": 2,
              "max_contacts_mode": mode, "replace_contact_of_impi": 0}
    return more_labs(**{**LAB_OPTIONS, "params": params})


@pytest.fixture(scope="module")
def rejecting(more_labs):
    return few(more_labs, "reject")


@pytest.fixture(scope="module")
def overwriting(more_labs):
    return few(more_labs, "overwrite")


def two_contacts(lab) -> tuple:
    """A UE with two contacts, the older one, the newer one."""
    ue = lab.ue()
    registered(lab, ue)
    first = ue.contact_uri
    ue.move()
    then = Since(lab)
    assert ue.refresh(LIFETIME).status == 200
    assert then.verdict(ue) == ("update", "contact-new")
    then.exactly("MAR", "SAR 2")
    return ue, first, ue.contact_uri


def test_contact_too_many_is_refused(rejecting):
    lab = rejecting
    ue, first, second = two_contacts(lab)
    then = Since(lab)
    ue.move()
    answer = ue.refresh(LIFETIME)
    assert (answer.status, answer.contacts) == (403, [])
    assert then.verdict(ue) == ("reject", "too-many-contacts")
    then.exactly("MAR")
    assert contacts_of(lab, ue) == {first, second}


def test_contact_too_many_overwrites_the_oldest(overwriting):
    lab = overwriting
    ue, first, second = two_contacts(lab)
    then = Since(lab)
    ue.move()
    answer = ue.refresh(LIFETIME)
    assert set(granted(answer)) == {second, ue.contact_uri}
    assert then.verdict(ue) == ("overwrite", "too-many-contacts")
    then.exactly("MAR", "SAR 2")
    assert contacts_of(lab, ue) == {second, ue.contact_uri}


def test_known_contact_is_never_too_many(rejecting):
    lab = rejecting
    ue, first, second = two_contacts(lab)
    then = Since(lab)
    assert set(granted(ue.refresh(LIFETIME))) == {first, second}
    then.exactly()


# 12: contact-new

def test_new_flow_is_told_to_the_hss(lab, ue):
    ue.instance, ue.reg_id = "urn:uuid:00000000-0000-1000-8000-000000000001", 1
    registered(lab, ue)
    first = ue.contact_uri
    ue.move()
    ue.reg_id = 2
    then = Since(lab)
    answer = ue.refresh(15)
    assert granted(answer)[ue.contact_uri] == 15
    assert first in granted(answer)
    assert then.verdict(ue) == ("update", "contact-new")
    then.exactly("MAR", "SAR 2")


# 14 to 16: keep, shorten, extend

def test_first_half_keeps_the_expiry(lab, ue):
    clock = registered(lab, ue, 10)
    before = facts(lab, ue)
    clock.wait(1.1)
    then = Since(lab)
    assert ue.refresh(30).expires_of(ue.contact_uri) == 9
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()
    after = facts(lab, ue)
    for name in ("granted_at", "expires_at", "lifetime"):
        assert after[0][name] == before[0][name]


def test_asking_for_what_remains_keeps(lab, ue):
    clock = registered(lab, ue, 10)
    clock.wait(1.1)
    then = Since(lab)
    assert ue.refresh(9).expires_of(ue.contact_uri) == 9
    assert then.verdict(ue) == ("keep", "first-half")


def test_asking_for_less_shortens(lab, ue):
    registered(lab, ue)
    then = Since(lab)
    assert ue.refresh(5).expires_of(ue.contact_uri) == 5
    assert then.verdict(ue) == ("shorten", "shortened")
    then.exactly()
    assert only_binding(lab, ue)["lifetime"] == 5


def test_second_half_starts_again(lab, ue):
    clock = registered(lab, ue, 3)
    clock.wait(1.7)
    then = Since(lab)
    assert ue.refresh(30).expires_of(ue.contact_uri) == 30
    assert then.verdict(ue) == ("extend", "second-half")
    then.exactly()
    assert only_binding(lab, ue)["lifetime"] == 30


def test_second_half_may_ask_for_less_than_remains(lab, ue):
    clock = registered(lab, ue, 8)
    clock.wait(4.2)
    then = Since(lab)
    assert ue.refresh(3).expires_of(ue.contact_uri) == 3
    assert then.verdict(ue) == ("extend", "second-half")
    then.exactly()


def test_first_half_takes_over_all_but_the_expiry(lab, ue):
    registered(lab, ue)
    old_path, before = ue.path, facts(lab, ue)[0]
    ue.reopen()
    ue.call_id, ue.cseq = "next-" + ue.call_id, 6
    then = Since(lab)
    answer = ue.refresh(LIFETIME, headers={"User-Agent": "other UE"})
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()
    after = facts(lab, ue)[0]
    assert old_path != ue.path == after["path"] == answer.paths[0]
    assert (after["user_agent"], after["call_id"]) == ("other UE", ue.call_id)
    assert (after["cseq"], after["cseq_seen"]) == (7, 7)
    assert after["expires_at"] == before["expires_at"]


def test_first_half_routes_over_the_new_path(lab, ue):
    registered(lab, ue)
    ue.reopen()
    ue.refresh(LIFETIME)
    assert lab.ue().message(ue.sub.impu).status == 200
    assert ue.wait_request("MESSAGE").headers.values("Route") == [ue.path]


# the grace, the expiry

def test_late_inside_the_grace_is_a_refresh(lab, ue):
    clock = registered(lab, ue, 3)
    clock.wait(3.3)
    then = Since(lab)
    assert granted(ue.refresh(LIFETIME)) == {ue.contact_uri: LIFETIME}
    assert then.verdict(ue) == ("extend", "second-half")
    then.exactly()


class Expired:
    """What happens while 3 s of lifetime and 1 s of grace pass.

    @field silent  eight of whom nothing is heard again, the first one watched
    @field late    one who is heard again 1.2 s after his expiry
    """

    def __init__(self, lab):
        self.lab = lab
        self.silent, self.late = [lab.ue() for _ in range(8)], lab.ue()
        for ue in [*self.silent, self.late]:
            clock = registered(lab, ue, 3)
        self.watch = self.silent[0].subscribe()
        self.then = Since(lab)
        clock.wait(4.2)
        self.late_answer = self.late.refresh(LIFETIME)
        self.late_line = self.then.line(self.late)
        Clock(lab).wait(5)  # each binding has been seen
        self.statistics = lab.statistics("reg_refresh")

    def sars(self, ue):
        return [r.type for r in
                self.lab.hss_log(self.then.hss, "SAR", ue.sub.impi)]


@pytest.fixture(scope="module")
def expired(lab):
    return Expired(lab)


def test_expiry_tells_the_hss_once(lab, expired):
    assert [expired.sars(ue) for ue in expired.silent] == [[4]] * 8
    assert [bindings(lab, ue) for ue in expired.silent] == [[]] * 8


def test_expiry_is_counted(expired):
    assert expired.statistics["silent_expiries"] >= 8


def test_expiry_ends_the_routing(lab, expired):
    assert lab.ue().message(expired.silent[0].sub.impu).status == 404


def test_expiry_is_told_to_the_watcher(expired):
    uri = expired.silent[0].contact_uri
    expired.watch.wait_contact(uri, state="terminated", event="expired")


def test_later_than_the_grace_is_initial(lab, expired):
    line = expired.late_line
    assert expired.late_answer.status == 200
    assert (line.act, line.why) == ("register", "initial")
    assert expired.sars(expired.late) == [4, 1]
    assert contacts_of(lab, expired.late) == {expired.late.contact_uri}


@pytest.mark.allow_log("response outside of threshold")
def test_refresh_in_flight_wins_over_the_timer(make_lab):
    lab = make_lab(params={**LAB_OPTIONS["params"], "min_expires": 1},
                   cdp_timeout_s=6, defines=VERBOSE)
    ue = lab.ue()
    clock = registered(lab, ue, 1)
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} type=2 count=1 delay 5000")
    clock.wait(1.2)
    then = Since(lab)
    answer = ue.refresh(LIFETIME, timeout_s=7)  # each slot is seen meanwhile
    assert clock.elapsed_s > 6.1
    assert granted(answer) == {ue.contact_uri: LIFETIME}
    then.exactly("SAR 2")
    assert contacts_of(lab, ue) == {ue.contact_uri}
    assert lab.ue().message(ue.sub.impu).status == 200


# contents of the 200

def test_ok_carries_path_as_received(lab, ue):
    path = ["<sip:edge@127.65.0.9;lr>", ue.path]
    answer = ue.register(LIFETIME, headers={"Path": path})
    assert answer.paths == path
    assert ue.refresh(LIFETIME, headers={"Path": path}).paths == path


def test_ok_without_path(lab, ue):
    answer = ue.register(LIFETIME, headers={"Path": None, "Require": None})
    assert (answer.status, answer.paths) == (200, [])


def test_ok_carries_service_route(lab, ue):
    routes = ue.register(LIFETIME).service_routes
    assert routes == [f"<sip:orig@{lab.scscf.uri.partition(':')[2]};lr>"]
    assert ue.refresh(LIFETIME).service_routes == routes


def test_ok_lists_contact_with_its_parameters(lab, ue):
    contact = ue.register(LIFETIME).contacts[0]
    assert contact.params["+g.3gpp.icsi-ref"] == \
        "urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel"


def test_ok_lists_every_binding_with_its_own_time(lab, ue):
    first, second = two_flows(lab, ue)
    answer = ue.refresh(5)
    assert answer.expires_of(second) == 5
    assert LIFETIME - 3 <= answer.expires_of(first) <= LIFETIME


def test_ok_requires_outbound_of_those_who_did_it(lab, ue):
    ue.instance, ue.reg_id = "urn:uuid:00000000-0000-1000-8000-000000000002", 1
    headers = {"Supported": "path, outbound",
               "Path": f"<sip:term@{ue.hostport};lr;ob>"}
    answer = ue.register(LIFETIME, headers=headers)
    assert "outbound" in answer.headers.values("Require")
    plain = ue.refresh(LIFETIME, headers={"Supported": "path"})
    assert "outbound" not in plain.headers.values("Require")


# the same words everywhere

def test_log_script_and_rpc_say_the_same(lab, ue):
    registered(lab, ue)
    then = Since(lab)
    ue.refresh(LIFETIME)
    line = then.line(ue)
    # the script goes on when the answer is on its way
    script = wait_until(lambda: lab.events(then.log, "VERDICT"), 5,
                        "the script's line")[-1].values
    explained = lab.rpc("reg_refresh.explain", ue.sub.impu)[0]
    for said in (script, explained):
        assert (said["act"], said["why"]) == (line.act, line.why)
        assert said["reasons"].split(",") == line.reasons
    assert script["sar"] == line.values["sar"] == str(explained["sar"])
    assert explained["status"] == int(line.values["status"]) == 200


def test_statistics_count_acts_whys_and_savings(lab, ue):
    registered(lab, ue)
    before = lab.statistics("reg_refresh")
    ue.refresh(LIFETIME)
    after = lab.statistics("reg_refresh")
    grown = {n for n in after if after[n] > before[n]}
    assert grown == {"act_keep", "why_first_half", "why_protected", "sar_saved",
                     "mar_saved"}
