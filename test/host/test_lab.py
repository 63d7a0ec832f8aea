# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab itself: UE, HSS and orchestration against a stock S-CSCF."""

import os

import pytest

from lab import LOG_NO_PEER, RpcError

LAB_OPTIONS = {"config": "stock"}


@pytest.fixture
def patient(ue):
    """A UE that bears the stock S-CSCF's second challenge."""
    ue.challenges_max = 3
    return ue


def test_first_registration(lab, patient):
    mark = lab.hss_mark()
    response = patient.register(600)
    assert response.status == 200
    assert 0 < response.expires_of(patient.contact_uri) <= 600
    assert patient.challenges[0].challenge["algorithm"] == "AKAv1-MD5"
    assert patient.sub.impu in response.associated_uris
    sars = lab.wait_hss("SAR", mark, patient.sub.impi)
    assert [s.type for s in sars] == [1]
    assert lab.hss_log(mark, "MAR", patient.sub.impi)


def test_refresh_goes_on_in_the_same_call(patient):
    patient.register(600)
    call_id, cseq = patient.call_id, patient.cseq
    response = patient.refresh(300)
    assert response.status == 200
    assert 0 < response.expires_of(patient.contact_uri) <= 300
    assert patient.call_id == call_id and patient.cseq > cseq


def test_deregistration(lab, patient):
    patient.register(600)
    mark = lab.hss_mark()
    response = patient.deregister()
    assert response.status == 200
    assert [s.type for s in lab.wait_hss("SAR", mark, patient.sub.impi)] == [5]


def test_wrong_answer_is_refused(lab, ue):
    request = ue.build_register(authorization=ue.empty_authorization())
    response = ue.request(request)
    assert response.status == 401
    wrong = ue.answer_of(response, wrong=True)
    assert ue.request(ue.build_register(authorization=wrong)).status in (401, 403)


def test_usim_out_of_step_is_resynchronised(lab, ue):
    first = ue.build_register(authorization=ue.empty_authorization())
    mark, ahead = lab.hss_mark(), 0x123456789A
    auts = ue.resync_of(ue.request(first), sqn_ms=ahead)
    again = ue.request(ue.build_register(authorization=auts))
    assert again.status == 401
    records = [r for r in lab.hss_log(mark, "MAR") if r.values["auts"] == "1"]
    assert [r.values["resync"] for r in records] == ["ok"]
    answer = ue.answer_of(again)
    assert ue.sub.sqn > ahead
    assert ue.request(ue.build_register(authorization=answer)).status == 200


def test_message_reaches_the_ue_over_its_path(lab, patient):
    patient.register(600)
    caller = lab.ue()
    response = caller.message(patient.sub.impu, "are you there?")
    assert response.status == 200
    message = patient.wait_request("MESSAGE")
    assert message.uri == patient.contact_uri
    assert message.headers.values("Route") == [patient.path]
    assert message.body == "are you there?"


def test_silent_ue_gives_the_caller_408(lab, patient):
    patient.register(600)
    patient.answers["MESSAGE"] = None
    caller = lab.ue()
    assert caller.message(patient.sub.impu, timeout_s=8).status == 408


def test_call_with_reliable_progress(lab, patient):
    patient.register(600)
    patient.answers["INVITE"] = None
    caller = lab.ue()
    call = caller.invite(patient.sub.impu)
    invite = patient.wait_request("INVITE")
    patient.reply(invite, 183, headers={"Require": "100rel", "RSeq": "1"})
    assert caller.prack(call, call.wait_status(183)).status == 200
    patient.reply(invite, 200)
    assert call.wait().status == 200
    caller.ack(call)
    patient.wait_request("ACK")
    bye = caller.build_in_dialog(call, "BYE")
    assert caller.request(bye).status == 200


def test_reg_event_watcher_is_told(patient):
    patient.register(600)
    watch = patient.subscribe()
    assert watch.response.status == 200
    contact = watch.wait_contact(patient.contact_uri, state="active")
    assert 590 <= contact.expires <= 600
    known = len(watch.notifies)
    patient.deregister()
    watch.wait_contact(patient.contact_uri, state="terminated", since=known)


def test_pcscf_may_watch(patient):
    patient.register(600)
    watch = patient.subscribe(as_pcscf=True)
    assert watch.response.status == 200
    watch.wait_contact(patient.contact_uri, state="active")


def test_stranger_may_not_watch(lab, patient):
    patient.register(600)
    stranger = lab.ue()
    assert stranger.subscribe(patient.sub.impu).response.status == 403


def test_headers_can_be_replaced_and_removed(ue):
    request = ue.build_register(headers={"Path": None, "Via": ["a", "b"],
                                         "Expires": "9"})
    assert "Path" not in request.headers
    assert request.headers.all("Via") == ["a", "b"]
    assert request.headers.get("Expires") == "9"


@pytest.mark.allow_log(r"method callback not found \[no\.such\]")
def test_rpc_and_kamcmd(lab):
    assert lab.rpc("core.version").startswith("kamailio")
    assert "kamailio" in lab.kamcmd("core.version")
    with pytest.raises(RpcError) as refused:
        lab.rpc("no.such")
    assert refused.value.code == 500


def test_raw_octets_can_be_sent(ue):
    request = ue.build_register(authorization=ue.empty_authorization())
    raw = request.to_bytes().replace(b"Max-Forwards: 69", b"Max-Forwards: 0")
    assert ue.exchange_raw(raw).status == 483


def test_hss_takes_a_fault_and_shows_it(lab, patient):
    mark = lab.hss_mark()
    lab.hss(f"fault SAR impi={patient.sub.impi} count=1 experimental 5001")
    assert patient.register(600).status >= 400
    sar = lab.wait_hss("SAR", mark, patient.sub.impi)[0]
    assert sar.result == "exp:5001"
    assert patient.register(600).status == 200


@pytest.mark.allow_log(LOG_NO_PEER)
def test_hss_goes_and_comes_back(lab, patient):
    assert patient.register(600).status == 200
    lab.hss_server.stop()
    lab.scscf.await_no_peer()
    lab.hss_server.start()
    lab.scscf.await_peer()
    newcomer = lab.ue()
    newcomer.challenges_max = 3
    assert newcomer.register(600).status == 200


def test_two_subscribers_do_not_share_anything(lab, patient):
    other = lab.ue()
    other.challenges_max = 3
    assert patient.register(600).status == 200
    assert other.register(300).status == 200
    assert other.contact_uri != patient.contact_uri
    assert other.call_id != patient.call_id


@pytest.mark.parametrize("scenario", ["register_aka", "load"])
def test_sipp_scenario(lab, scenario):
    users = lab.load_users(20, scenario.replace("_", ""))
    result = lab.sipp(scenario, users, rate=20)
    assert result.exit_code == 0, result
    assert result.passed == 20


def test_restart_leaves_nothing_behind(make_lab):
    lab = make_lab(config="stock")
    ue = lab.ue()
    ue.challenges_max = 3
    assert ue.register(600).status == 200
    assert lab.restart_scscf() == 0
    ue.server = lab.scscf.address
    assert ue.register(600).status == 200
    pid = lab.scscf.daemon.pid
    assert lab.stop() == 0
    assert not lab.running and lab.scscf.daemon.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
