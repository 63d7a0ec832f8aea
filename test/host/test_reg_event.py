# SPDX-License-Identifier: GPL-2.0-or-later
"""Watchers of the reg event hear what becomes of a registration."""

import time

import pytest

LAB_OPTIONS = {"params": {"min_expires": 1, "expiry_grace": 1,
                          "notify_refresh_interval": 3}}


@pytest.fixture
def watch(ue):
    assert ue.register(600).status == 200
    watch = ue.subscribe()
    assert watch.response.status == 200
    watch.wait_contact(ue.contact_uri, state="active")
    return watch


def heard(watch, since=0):
    """Events of the NOTIFYs from number `since` on, contact by contact."""
    return [(c.state, c.event) for n in watch.notifies[since:]
            for c in n.reginfo.contacts]


def test_refreshed_is_told_at_most_every_interval(ue, watch):
    time.sleep(3.1)
    known = len(watch.notifies)
    for _ in range(5):
        assert ue.refresh(600).status == 200
    contact = watch.wait_contact(ue.contact_uri, event="refreshed", since=known)
    assert 590 <= contact.expires <= 600
    time.sleep(0.5)
    ue.fetch()
    assert heard(watch, known) == [("active", "refreshed")]
    time.sleep(3)
    ue.refresh(600)
    watch.wait_contact(ue.contact_uri, event="refreshed", since=known + 1)


def test_expired_is_told_once(ue, watch):
    known = len(watch.notifies)
    assert ue.refresh(1).status == 200
    watch.wait_contact(ue.contact_uri, state="terminated", event="expired",
                       since=known)
    time.sleep(4)  # usrloc's timer has passed
    ue.fetch()
    assert heard(watch, known).count(("terminated", "expired")) == 1
    notify = watch.notifies[-1].reginfo
    assert notify.of(ue.sub.impu).state == "terminated"


def test_leaving_is_told(ue, watch):
    known = len(watch.notifies)
    ue.deregister()
    contact = watch.wait_contact(ue.contact_uri, state="terminated", since=known)
    assert contact.event == "unregistered" and contact.expires == 0


def test_a_second_contact_is_told_with_its_own_expires(lab, ue, watch):
    known = len(watch.notifies)
    second = lab.ue(lab.subscriber(impus=[ue.sub.impu]))
    assert second.register(300).status == 200
    contact = watch.wait_contact(second.contact_uri, event="registered",
                                 since=known)
    assert 295 <= contact.expires <= 300
    first = next(c for c in watch.notifies[-1].reginfo.contacts
                 if c.uri == ue.contact_uri)
    assert first.state == "active" and 590 <= first.expires <= 600
    second.deregister()
    watch.wait_contact(second.contact_uri, event="unregistered", since=known)
    assert watch.notifies[-1].reginfo.of(ue.sub.impu).state == "active"


def test_a_moved_phone_is_told_with_the_old_address_deactivated(ue, watch):
    known, old = len(watch.notifies), ue.contact_uri
    ue.move()
    assert ue.refresh(600).status == 200
    watch.wait_contact(old, state="terminated", event="deactivated", since=known)
    watch.wait_contact(ue.contact_uri, event="registered", since=known)
    assert len({n.reginfo.version for n in watch.notifies}) == len(watch.notifies)


def test_the_dialog_is_in_order(ue, watch):
    for _ in range(3):
        ue.move()
        assert ue.refresh(600).status == 200
    watch.wait_contact(ue.contact_uri, event="registered")
    cseqs = [n.request.cseq for n in watch.notifies]
    assert cseqs == sorted(set(cseqs))
    assert all(n.state == "active" for n in watch.notifies)
    assert watch.notifies[-1].request.headers.get("Event") == "reg"


def test_all_identities_of_the_set_are_told(lab):
    sub = lab.subscriber(impus=["sip:set1@ims.lab.example",
                                "sip:set2@ims.lab.example"])
    ue = lab.ue(sub)
    assert ue.register(600).status == 200
    watch = ue.subscribe("sip:set2@ims.lab.example")
    assert watch.response.status == 200
    watch.wait_contact(ue.contact_uri, state="active")
    known = len(watch.notifies)
    ue.deregister()
    watch.wait_contact(ue.contact_uri, state="terminated", since=known)
    assert {r.aor for r in watch.notifies[-1].reginfo.registrations} == \
        {"sip:set1@ims.lab.example", "sip:set2@ims.lab.example"}


def test_pcscf_hears_it_too(ue):
    assert ue.register(600).status == 200
    watch = ue.subscribe(as_pcscf=True)
    assert watch.response.status == 200
    watch.wait_contact(ue.contact_uri, state="active")
    known = len(watch.notifies)
    ue.deregister()
    watch.wait_contact(ue.contact_uri, event="unregistered", since=known)


def test_user_refused_by_the_hss_is_told(lab, ue, watch):
    known = len(watch.notifies)
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 experimental 5001")
    assert ue.refresh(600).status == 403
    watch.wait_contact(ue.contact_uri, state="terminated", event="rejected",
                       since=known)
