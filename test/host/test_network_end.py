# SPDX-License-Identifier: GPL-2.0-or-later
"""The network ends or changes registrations: RTR and PPR."""

import pytest

from process import wait_until

LAB_OPTIONS = {"params": {"min_expires": 1}, "defines": {"LAB_ISC": "ims.lab.example"}}
REASONS = {0: "rejected", 1: None, 2: "deactivated", 3: None}
PROFILE = """<?xml version="1.0"?><IMSSubscription><PrivateID>%s</PrivateID>
<ServiceProfile>%s%s</ServiceProfile></IMSSubscription>"""


def listed(lab, impu):
    return lab.rpc("reg_refresh.list", impu) or []


def reachable(lab, impu):
    return lab.ue().message(impu).status == 200


def set_of(lab, *names):
    return lab.ue(lab.subscriber(impus=[f"sip:{n}@ims.lab.example"
                                        for n in names]))


def rtr(lab, text):
    """One RTR; its RTA's result. Exactly one answer goes out."""
    before = lab.statistics("reg_refresh")["rtr_received"]
    answer = lab.hss(f"rtr {text}", check=False)
    assert lab.statistics("reg_refresh")["rtr_received"] == before + 1
    return answer


@pytest.mark.parametrize("reason, event", REASONS.items())
def test_rtr_by_impu(lab, ue, reason, event):
    assert ue.register(600).status == 200
    watch = ue.subscribe()
    watch.wait_contact(ue.contact_uri, state="active")
    known = len(watch.notifies)
    mark = lab.hss_mark()
    assert rtr(lab, f"impi={ue.sub.impi} impu={ue.sub.impu} "
                    f"reason={reason} info=goodbye") == "ok 2001"
    assert listed(lab, ue.sub.impu) == []
    assert not reachable(lab, ue.sub.impu)
    if event:
        watch.wait_contact(ue.contact_uri, state="terminated", event=event,
                           since=known)
    ue.fetch()
    assert len(watch.notifies) == known + (1 if event else 0)
    assert lab.hss_log(mark, "SAR") == []


@pytest.mark.parametrize("reason", REASONS)
def test_rtr_by_impi_alone(lab, reason):
    ue = set_of(lab, f"ia{reason}", f"ib{reason}")
    assert ue.register(600).status == 200
    assert rtr(lab, f"impi={ue.sub.impi} reason={reason}") == "ok 2001"
    assert listed(lab, ue.sub.impu) == []
    for name in "ab":
        assert not reachable(lab, f"sip:i{name}{reason}@ims.lab.example")


def test_rtr_of_an_identity_that_is_not_the_first(lab):
    ue = set_of(lab, "first1", "second1")
    assert ue.register(600).status == 200
    assert rtr(lab, f"impi={ue.sub.impi} impu=sip:second1@ims.lab.example "
                    "reason=0") == "ok 2001"
    assert listed(lab, ue.sub.impu) == []
    assert not reachable(lab, ue.sub.impu)


def test_rtr_of_several_identities(lab, ue):
    other = lab.ue()
    assert ue.register(600).status == 200 == other.register(600).status
    assert rtr(lab, f"impi={ue.sub.impi} assoc={other.sub.impi} "
                    f"impu={ue.sub.impu},{other.sub.impu} reason=0") == "ok 2001"
    assert listed(lab, ue.sub.impu) == [] == listed(lab, other.sub.impu)


def test_rtr_with_associated_identities_alone(lab, ue):
    other = lab.ue()
    assert ue.register(600).status == 200 == other.register(600).status
    assert rtr(lab, f"impi={ue.sub.impi} assoc={other.sub.impi} "
                    "reason=2") == "ok 2001"
    assert listed(lab, ue.sub.impu) == [] == listed(lab, other.sub.impu)


@pytest.mark.parametrize("named", ["impu=sip:nobody@ims.lab.example", ""])
def test_rtr_of_the_unknown_is_answered(lab, ue, named):
    assert ue.register(600).status == 200  # so that the HSS knows a way here
    assert rtr(lab, f"impi={ue.sub.impi} keep=1 reason=0 "
                    f"impu=sip:nobody@ims.lab.example") == "ok 2001"
    assert len(listed(lab, ue.sub.impu)) == 1
    assert ue.deregister().status == 200
    host = lab.scscf.fqdn
    assert rtr(lab, f"impi={ue.sub.impi} host={host} reason=0 {named}") == \
        "ok 2001"


def test_rtr_leaves_another_private_identity_alone(lab, ue):
    second = lab.ue(lab.subscriber(impus=[ue.sub.impu]))
    assert ue.register(600).status == 200 == second.register(600).status
    assert rtr(lab, f"impi={ue.sub.impi} impu={ue.sub.impu} reason=0") == \
        "ok 2001"
    left = listed(lab, ue.sub.impu)
    assert [b["contact"] for b in left] == [second.contact_uri]
    assert reachable(lab, ue.sub.impu)
    second.wait_request("MESSAGE")


def test_user_can_come_back_after_rtr(lab, ue):
    assert ue.register(600).status == 200
    assert rtr(lab, f"impi={ue.sub.impi} impu={ue.sub.impu} reason=2") == \
        "ok 2001"
    mark = lab.hss_mark()
    ue.reboot()
    assert ue.register(600).status == 200
    assert [s.type for s in lab.hss_log(mark, "SAR")] == [1]
    assert reachable(lab, ue.sub.impu)


def test_rtr_drops_what_was_owed(lab, ue):
    assert ue.register(600).status == 200
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} result 3004")
    assert ue.refresh(600).status == 200
    assert lab.statistics("reg_refresh")["owed"] == 1
    assert rtr(lab, f"impi={ue.sub.impi} reason=0") == "ok 2001"
    assert lab.statistics("reg_refresh")["owed"] == 0
    lab.hss("clear")


# PPR


def impus_of(lab, impu):
    """What usrloc has as the identities of an IMPU's profile."""
    found = lab.rpc("ulscscf.showimpu", impu)["subscription"]
    impus = found["service profiles"]["1"]["impus"]
    return set(impus.values())


def push_profile(lab, ue, tmp_path, impus, ifc=""):
    path = tmp_path / "profile.xml"
    path.write_text(PROFILE % (ue.sub.impi, "".join(
        f"<PublicIdentity><Identity>{i}</Identity></PublicIdentity>"
        for i in impus), ifc))
    return lab.hss(f"ppr impi={ue.sub.impi} xml={path}", check=False)


def test_ppr_with_the_current_profile(lab, ue):
    assert ue.register(600).status == 200
    assert lab.hss(f"ppr impi={ue.sub.impi} xml=current") == "ok 2001"
    assert reachable(lab, ue.sub.impu)
    assert len(listed(lab, ue.sub.impu)) == 1


def test_ppr_brings_an_identity(lab, ue, tmp_path):
    assert ue.register(600).status == 200
    more = "sip:more1@ims.lab.example"
    assert push_profile(lab, ue, tmp_path, [ue.sub.impu, more]) == "ok 2001"
    assert impus_of(lab, ue.sub.impu) == {ue.sub.impu, more}
    assert reachable(lab, more)
    ue.wait_request("MESSAGE")
    assert len(listed(lab, ue.sub.impu)) == 1
    associated = ue.refresh(600).associated_uris
    assert set(associated) == {ue.sub.impu, more}


def test_ppr_takes_an_identity_away(lab, tmp_path):
    ue = set_of(lab, "stays1", "goes1")
    assert ue.register(600).status == 200
    goes = "sip:goes1@ims.lab.example"
    assert reachable(lab, goes)
    assert push_profile(lab, ue, tmp_path, [ue.sub.impu]) == "ok 2001"
    assert not reachable(lab, goes)
    assert reachable(lab, ue.sub.impu)


def test_ppr_takes_the_default_identity_away(lab, tmp_path):
    ue = set_of(lab, "old2", "new2")
    new = "sip:new2@ims.lab.example"
    assert ue.register(600).status == 200
    assert push_profile(lab, ue, tmp_path, [new]) == "ok 2001"
    assert not reachable(lab, ue.sub.impu)
    assert reachable(lab, new)
    assert [b["contact"] for b in listed(lab, new)] == [ue.contact_uri]
    assert lab.rpc("reg_refresh.show", new)[0]["facts"] == 1


IFC = """<InitialFilterCriteria><Priority>1</Priority><TriggerPoint>
<ConditionTypeCNF>0</ConditionTypeCNF><SPT><ConditionNegated>0</ConditionNegated>
<Group>0</Group><Method>MESSAGE</Method></SPT></TriggerPoint><ApplicationServer>
<ServerName>sip:%s</ServerName><DefaultHandling>0</DefaultHandling>
</ApplicationServer></InitialFilterCriteria>"""


def test_ppr_with_new_filter_criteria_counts_for_the_next_request(
        lab, ue, tmp_path):
    server = lab.ue()  # plays the application server
    assert ue.register(600).status == 200
    assert reachable(lab, ue.sub.impu)
    ue.wait_request("MESSAGE")
    assert push_profile(lab, ue, tmp_path, [ue.sub.impu],
                        IFC % server.hostport) == "ok 2001"
    assert reachable(lab, ue.sub.impu)
    server.wait_request("MESSAGE")
    assert push_profile(lab, ue, tmp_path, [ue.sub.impu]) == "ok 2001"
    assert reachable(lab, ue.sub.impu)
    ue.wait_request("MESSAGE")


def test_ppr_with_charging_functions(lab, ue):
    assert ue.register(600).status == 200
    assert lab.hss(f"ppr impi={ue.sub.impi} ccf=aaa://ccf.example "
                   "ecf=aaa://ecf.example") == "ok 2001"
    shown = lab.rpc("ulscscf.showimpu", ue.sub.impu)
    assert shown["ccf1"] == "aaa://ccf.example"
    assert shown["ecf1"] == "aaa://ecf.example"


def test_ppr_with_digest_data(lab, ue):
    assert ue.register(600).status == 200
    assert lab.hss(f"ppr impi={ue.sub.impi} ha1={'0' * 32}") == "ok 2001"


def test_ppr_of_the_unknown(lab, ue):
    answer = lab.hss(f"ppr impi={ue.sub.impi} xml=current", check=False)
    if "5001" not in answer:  # the HSS needs to know a host for the user
        assert ue.register(600).status == 200 == ue.deregister().status
        answer = lab.hss(f"ppr impi={ue.sub.impi} xml=current", check=False)
    assert "5001" in answer


@pytest.mark.allow_log("profile")
def test_ppr_with_garbage(lab, ue, tmp_path):
    assert ue.register(600).status == 200
    path = tmp_path / "garbage.xml"
    path.write_text("<IMSSubscription><ServiceProfile>")
    answer = lab.hss(f"ppr impi={ue.sub.impi} xml={path}", check=False)
    assert "5009" in answer
    assert reachable(lab, ue.sub.impu)


def test_watchers_of_a_removed_registration_stay_subscribed(lab, ue):
    assert ue.register(600).status == 200
    watch = ue.subscribe(as_pcscf=True)
    watch.wait_contact(ue.contact_uri, state="active")
    assert rtr(lab, f"impi={ue.sub.impi} reason=2") == "ok 2001"
    known = len(watch.notifies)
    ue.reboot()
    assert ue.register(600).status == 200
    wait_until(lambda: reachable(lab, ue.sub.impu), 5, "reachable")
    watch.wait_contact(ue.contact_uri, state="active", since=known)
