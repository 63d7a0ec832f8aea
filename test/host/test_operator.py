# SPDX-License-Identifier: GPL-2.0-or-later
"""The operator's hand: force_update, reauth, deregister, owed."""

import pytest

from lab import RpcError

LAB_OPTIONS = {"params": {"min_expires": 1, "reauth_shorten_to": 20}}


def shown(lab, ue):
    return lab.rpc("reg_refresh.show", ue.sub.impu)[0]


def sars(lab, mark, ue):
    return [r.type for r in lab.hss_log(mark, "SAR", ue.sub.impi)]


def test_force_update_reaches_the_hss(lab, ue):
    assert ue.register(600).status == 200
    assert lab.rpc("reg_refresh.force_update", ue.sub.impu) == \
        "1 binding(s) forced"
    mark = lab.hss_mark()
    assert ue.refresh(600).status == 200
    assert sars(lab, mark, ue) == [2]
    assert ue.refresh(600).status == 200
    assert sars(lab, mark, ue) == [2]


def test_reauth_shortens_tells_and_challenges(lab, ue):
    assert ue.register(600).status == 200
    watch = ue.subscribe()
    watch.wait_contact(ue.contact_uri, state="active")
    known = len(watch.notifies)
    assert lab.rpc("reg_refresh.reauth", ue.sub.impu).startswith("1 ")
    contact = watch.wait_contact(ue.contact_uri, event="shortened", since=known)
    assert 18 <= contact.expires <= 20
    assert 18 <= shown(lab, ue)["remaining"] <= 20
    challenges = len(ue.challenges)
    response = ue.refresh(600)  # protected, and challenged all the same
    assert len(ue.challenges) == challenges + 1
    assert response.status == 200
    assert response.expires_of(ue.contact_uri) in range(15, 601)
    assert ue.refresh(600).status == 200
    assert len(ue.challenges) == challenges + 1  # once


def test_reauth_never_lengthens(lab, ue):
    assert ue.register(10).status == 200
    watch = ue.subscribe()
    watch.wait_contact(ue.contact_uri, state="active")
    known = len(watch.notifies)
    assert lab.rpc("reg_refresh.reauth", ue.sub.impu).startswith("1 ")
    assert shown(lab, ue)["remaining"] <= 10
    ue.fetch()
    assert len(watch.notifies) == known


@pytest.mark.parametrize("args, event", [([], "deactivated"),
                                         (["deactivated"], "deactivated"),
                                         (["rejected"], "rejected")])
def test_deregister(lab, ue, args, event):
    assert ue.register(600).status == 200
    watch = ue.subscribe()
    watch.wait_contact(ue.contact_uri, state="active")
    known, mark = len(watch.notifies), lab.hss_mark()
    assert lab.rpc("reg_refresh.deregister", ue.sub.impu, *args).startswith("1 ")
    watch.wait_contact(ue.contact_uri, state="terminated", event=event,
                       since=known)
    (sar,) = lab.wait_hss("SAR", mark, ue.sub.impi)
    assert (sar.type, sar.values["uda"]) == (8, "1")
    assert lab.ue().message(ue.sub.impu).status == 404
    ue.fetch()
    assert len(watch.notifies) == known + 1
    assert sars(lab, mark, ue) == [8]


def test_deregister_that_the_hss_does_not_hear_is_owed(lab, ue):
    assert ue.register(600).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 result 3004")
    mark = lab.hss_mark()
    lab.rpc("reg_refresh.deregister", ue.sub.impu)
    lab.wait_hss("SAR", mark, ue.sub.impi)
    owed = [o for o in lab.rpc("reg_refresh.owed") if o["impu"] == ue.sub.impu]
    assert owed[0]["owes"] == "administrative-deregistration"
    lab.wait_hss("SAR", mark, ue.sub.impi, count=2)
    assert sars(lab, mark, ue) == [8, 8]


def test_all_bindings_of_the_set_are_meant(lab, ue):
    second = lab.ue(lab.subscriber(impus=[ue.sub.impu]))
    assert ue.register(600).status == 200 == second.register(600).status
    assert lab.rpc("reg_refresh.force_update", ue.sub.impu).startswith("2 ")
    assert lab.rpc("reg_refresh.reauth", ue.sub.impu).startswith("2 ")
    assert lab.rpc("reg_refresh.deregister", ue.sub.impu).startswith("2 ")


@pytest.mark.parametrize("command", ["force_update", "reauth", "deregister",
                                     "show", "explain"])
@pytest.mark.parametrize("args, code, words", [
    ([], 400, "IMPU is needed"),
    (["no uri"], 400, "not an IMPU"),
    (["sip:nobody@ims.lab.example"], 404, "not registered")])
def test_wrong_arguments_are_told(lab, command, args, code, words):
    with pytest.raises(RpcError) as refused:
        lab.rpc(f"reg_refresh.{command}", *args)
    assert refused.value.code == code
    assert words in refused.value.message


def test_wrong_reason_is_told_and_nothing_happens(lab, ue):
    assert ue.register(600).status == 200
    with pytest.raises(RpcError) as refused:
        lab.rpc("reg_refresh.deregister", ue.sub.impu, "nonsense")
    assert refused.value.code == 400
    assert "deactivated" in refused.value.message
    assert shown(lab, ue)["remaining"] > 590


def test_a_person_can_read_it(lab, ue):
    assert ue.register(600).status == 200
    text = lab.kamcmd("reg_refresh.show", ue.sub.impu)
    assert f"contact: {ue.contact_uri}" in text and "remaining: " in text
    assert "1 binding(s) to be challenged" in \
        lab.kamcmd("reg_refresh.reauth", ue.sub.impu)
    assert "error: 404" in lab.kamcmd("reg_refresh.reauth",
                                      "sip:nobody@ims.lab.example")
