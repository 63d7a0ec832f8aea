# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever a REGISTER did, stock modules route by it.

lookup() sends a MESSAGE for every identity of the implicit set to the contact
over the stored Path, a reg-event watcher is told, ims_isc finds the filters of
the profile.
"""

import itertools

import pytest

from endpoint import Endpoint
from lab import RpcError
from process import wait_until

REALM = "ims.lab.example"
GRACE_S = 1
PAD_S = 25  # usrloc keeps a contact at most this long beyond its expiry

LAB_OPTIONS = {
    "params": {"min_expires": 1, "expiry_grace": GRACE_S},
    "defines": {"LAB_ISC": f"scscf.{REALM}", "LAB_USRLOC_TIMER": 1},
}

_sets = itertools.count(1)


@pytest.fixture
def family(lab):
    """A registered UE with four identities, the last one a number."""
    n = next(_sets)
    impus = [f"sip:{who}{n}@{REALM}" for who in ("home", "work", "club")]
    impus.append(f"tel:+1555{n:07d}")
    ue = lab.ue(impus=impus)
    ue.impus = impus
    assert ue.register(600).status == 200
    yield ue
    ue.close()


@pytest.fixture
def caller(lab):
    ue = lab.ue()
    yield ue
    ue.close()


# Helpers

def sip_impus(ue):
    """The identities that stock lookup() can look up: it makes user@host of
    every Request-URI, and so finds no tel URI."""
    return [impu for impu in ue.impus if impu.startswith("sip:")]


def assert_reached(lab, caller, ue):
    """A MESSAGE to each identity reaches the UE over its Path."""
    for impu in sip_impus(ue):
        assert caller.message(impu, "to " + impu).status == 200
        message = ue.wait_request("MESSAGE")
        assert message.uri == ue.contact_uri
        assert message.headers.values("Route") == [ue.path]
        assert message.body == "to " + impu
    for impu in ue.impus:
        record = lab.rpc("ulscscf.showimpu", impu)
        assert record["state"] == "registered"
        assert list(record["contacts"]) == [ue.contact_uri]


def assert_gone(caller, ue):
    """Nobody is reached under any identity."""
    for impu in sip_impus(ue):
        assert caller.message(impu).status == 404
    assert [r for r in ue.inbox if r.method == "MESSAGE"] == []


def usrloc_expires(lab, ue):
    """Seconds that usrloc gives the contact, of every identity the same."""
    seen = {lab.rpc("ulscscf.showimpu", impu)["contacts"][ue.contact_uri]
            ["expires"] for impu in ue.impus}
    assert max(seen) - min(seen) <= 1
    return max(seen)


def remaining(lab, ue):
    """Seconds that are left of the UE's binding."""
    (shown,) = lab.rpc("reg_refresh.show", ue.sub.impu)
    return shown["remaining"]


def assert_expires(lab, ue, seconds):
    """Granted, of which a moment may have gone, and usrloc's pad on top."""
    assert seconds - 1 <= remaining(lab, ue) <= seconds
    assert seconds - 1 <= usrloc_expires(lab, ue) <= seconds + PAD_S


# Refreshes

def test_first_registration(lab, family, caller):
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 600)


def test_kept(lab, family, caller):
    mark = lab.hss_mark()
    assert family.refresh(600).status == 200
    assert lab.hss_log(mark) == []
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 600)


def test_shortened(lab, family, caller):
    assert family.refresh(300).expires == 300
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 300)


def test_extended(lab, family, caller):
    assert family.refresh(3).expires == 3
    wait_until(lambda: remaining(lab, family) <= 1, 5, "second half")
    mark = lab.hss_mark()
    assert family.refresh(900).expires == 900
    assert lab.hss_log(mark) == []
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 900)


def test_updated_at_the_hss(lab, family, caller):
    family.cseq += 4
    mark = lab.hss_mark()
    assert family.refresh(900).expires == 900
    assert [r.type for r in lab.hss_log(mark, "SAR")] == [2]
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 900)


def test_contact_replaced(lab, family, caller):
    old = family.contact_uri
    family.move()
    assert family.register(900).status == 200
    assert family.contact_uri != old
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 900)


def test_contact_replaced_behind_another_pcscf(lab, family, caller):
    old = family.path
    family.move(new_pcscf=True)
    assert family.register(900).status == 200
    assert family.path != old
    assert_reached(lab, caller, family)


def test_same_contact_behind_another_pcscf(lab, family, caller):
    """Path alone changes, in the first half: kept, and yet routed anew."""
    mark, old = lab.hss_mark(), family.path
    family.reopen()
    assert family.refresh(600).status == 200
    assert family.path != old
    assert lab.hss_log(mark) == []
    assert_reached(lab, caller, family)


def test_phone_starts_anew(lab, family, caller):
    """New Call-ID, same contact."""
    family.reboot()
    assert family.register(600).status == 200
    assert_reached(lab, caller, family)


def test_refresh_by_another_identity(lab, family, caller):
    """One REGISTER for any identity refreshes all of them."""
    other = family.impus[1]
    names = {"To": f"<{other}>", "From": f"<{other}>;tag={family.from_tag}"}
    assert family.refresh(300, headers=names).expires == 300
    assert_reached(lab, caller, family)
    assert_expires(lab, family, 300)


def test_two_devices_are_both_reached(lab, family, caller):
    """A second IMPI on the same identities: lookup() forks."""
    sub = lab.subscriber(impi=f"second-{family.sub.impi}", impus=family.impus)
    second = lab.ue(sub)
    assert second.register(600).status == 200
    assert caller.message(family.sub.impu).status == 200
    family.wait_request("MESSAGE")
    second.wait_request("MESSAGE")
    assert second.deregister().status == 200
    assert_reached(lab, caller, family)


# Ends

@pytest.mark.parametrize("star", [False, True])
def test_left(family, caller, star):
    assert family.deregister(star=star).status == 200
    assert_gone(caller, family)


def test_left_and_come_back(lab, family, caller):
    assert family.deregister().status == 200
    family.reboot()
    assert family.register(600).status == 200
    assert_reached(lab, caller, family)


def test_expired(lab, family, caller):
    assert family.refresh(2).expires == 2
    assert_reached(lab, caller, family)

    def is_gone():
        return caller.message(family.sub.impu).status == 404
    wait_until(is_gone, 12, "404 after the expiry")
    family.inbox.clear()
    assert_gone(caller, family)
    with pytest.raises(RpcError):
        lab.rpc("reg_refresh.show", family.sub.impu)
    family.reboot()
    assert family.register(600).status == 200
    assert_reached(lab, caller, family)


# reg event

def assert_all_active(notify, ue):
    """Every identity is active, with this contact alone as an active one."""
    registrations = notify.reginfo.registrations
    assert sorted(r.aor for r in registrations) == sorted(ue.impus)
    for registration in registrations:
        assert registration.state == "active", registration
        active = [c.uri for c in registration.contacts if c.state == "active"]
        assert active == [ue.contact_uri], registration


def shows(uri, state):
    """Whether a NOTIFY shows the contact in that state."""
    return lambda n: n.reginfo and n.reginfo.has(uri, state=state)


@pytest.mark.parametrize("as_pcscf", [False, True])
def test_watcher_sees_the_new_expiry(family, as_pcscf):
    """Who subscribes after the refresh is shown what the refresh granted."""
    family.cseq += 4
    assert family.refresh(900).expires == 900
    assert family.refresh(100).expires == 100
    watch = family.subscribe(as_pcscf=as_pcscf)
    assert watch.response.status == 200
    notify = watch.wait(shows(family.contact_uri, "active"))
    assert_all_active(notify, family)
    for contact in notify.reginfo.contacts:
        assert 99 <= contact.expires <= 100 + PAD_S


@pytest.mark.parametrize("watched", range(3))
def test_watcher_is_told_of_a_second_device(lab, family, watched):
    """It registers with the first identity, whichever is watched."""
    watch = family.subscribe(family.impus[watched])
    watch.wait_contact(family.contact_uri, state="active")
    known = len(watch.notifies)
    sub = lab.subscriber(impi=f"also-{family.sub.impi}", impus=family.impus)
    second = lab.ue(sub)
    assert second.register(600).status == 200
    contact = watch.wait_contact(second.contact_uri, state="active", since=known)
    assert contact.event in ("registered", "created")


@pytest.mark.parametrize("watched", range(3))
def test_watcher_is_told_of_a_replaced_contact(family, watched):
    """Whichever identity is watched; no identity ever looks terminated, however
    often the phone moves."""
    watch = family.subscribe(family.impus[watched])
    watch.wait_contact(family.contact_uri, state="active")
    for _ in range(10):
        old, known = family.contact_uri, len(watch.notifies)
        family.move()
        assert family.register(300).status == 200
        watch.wait(shows(old, "terminated"), since=known)
        family.hub.wait(lambda: len(watch.notifies) == known + 1)
        for notify in watch.notifies[known:]:
            assert_all_active(notify, family)


@pytest.mark.parametrize("watched", range(3))
def test_watcher_is_told_of_the_end(family, watched):
    watch = family.subscribe(family.impus[watched])
    watch.wait_contact(family.contact_uri, state="active")
    known = len(watch.notifies)
    assert family.deregister().status == 200
    notify = watch.wait(shows(family.contact_uri, "terminated"), since=known)
    for registration in notify.reginfo.registrations:
        assert registration.state == "terminated"
        assert {c.state for c in registration.contacts} == {"terminated"}


def test_watcher_is_told_of_the_expiry(family):
    watch = family.subscribe()
    watch.wait_contact(family.contact_uri, state="active")
    known = len(watch.notifies)
    assert family.refresh(2).status == 200
    watch.wait_contact(family.contact_uri, state="terminated", event="expired",
                       since=known, timeout_s=12)


def test_watcher_stays_through_a_new_registration(family):
    """Who watches is told of the end and of the new beginning."""
    watch = family.subscribe()
    watch.wait_contact(family.contact_uri, state="active")
    family.deregister()
    watch.wait(shows(family.contact_uri, "terminated"))
    known = len(watch.notifies)
    family.reboot()
    family.move()
    assert family.register(600).status == 200
    watch.wait_contact(family.contact_uri, state="active", since=known)


# Initial filter criteria

FILTER = """<InitialFilterCriteria>
 <Priority>1</Priority>
 <TriggerPoint>
  <ConditionTypeCNF>0</ConditionTypeCNF>
  <SPT><ConditionNegated>0</ConditionNegated><Group>0</Group>
   <Method>MESSAGE</Method></SPT>
  <SPT><ConditionNegated>0</ConditionNegated><Group>0</Group>
   <SIPHeader><Header>Subject</Header><Content>{subject}</Content></SIPHeader>
  </SPT>
 </TriggerPoint>
 <ApplicationServer>
  <ServerName>sip:{server}</ServerName><DefaultHandling>0</DefaultHandling>
 </ApplicationServer>
</InitialFilterCriteria>
"""


@pytest.fixture
def server(lab):
    """An application server."""
    endpoint = Endpoint(lab.scscf.address, hub=lab.hub)
    yield endpoint
    endpoint.close()


def filters(tmp_path, server, subject):
    """The subscriber's word that gives it a filter of that server."""
    path = tmp_path / f"{subject}.xml"
    path.write_text(FILTER.format(subject=subject, server=server.hostport))
    return f"ifc={path}"


def send_subject(caller, impu, subject):
    request = caller.build_request("MESSAGE", impu,
                                   headers={"Subject": subject})
    return caller.request(request).status


def assert_served(caller, server, ue, subject):
    """The server is asked for this subject, and the UE gets any other."""
    assert send_subject(caller, ue.sub.impu, subject) == 200
    message = server.wait_request("MESSAGE")
    first, *others = message.headers.values("Route")
    assert server.hostport in first
    assert any("iscmark" in route for route in others)
    assert send_subject(caller, ue.sub.impu, "else") == 200
    ue.wait_request("MESSAGE")
    assert server.inbox == [] and ue.inbox == []


def test_filters_of_the_profile_reach_ims_isc(lab, caller, server, tmp_path):
    ue = lab.ue(extra=filters(tmp_path, server, "news"))
    assert ue.register(600).status == 200
    assert_served(caller, server, ue, "news")
    assert ue.refresh(600).status == 200
    assert_served(caller, server, ue, "news")


def test_new_filters_replace_the_old_ones(lab, caller, server, tmp_path):
    """The HSS gives another profile with the next first registration."""
    ue = lab.ue(extra=filters(tmp_path, server, "news"))
    assert ue.register(600).status == 200
    assert_served(caller, server, ue, "news")
    user = ue.sub
    lab.hss_server.add(
        f"impi={user.impi} impu={user.impu} k=hex:{user.k.hex()} "
        f"opc=hex:{user.opc.hex()} {filters(tmp_path, server, 'sports')}")
    assert ue.deregister().status == 200
    ue.reboot()
    assert ue.register(600).status == 200
    assert_served(caller, server, ue, "sports")
    assert send_subject(caller, user.impu, "news") == 200
    ue.wait_request("MESSAGE")
