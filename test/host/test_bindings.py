# SPDX-License-Identifier: GPL-2.0-or-later
"""Which binding a contact is: by flow, by URI, by device; several at once, and
all identities of an implicit set together."""

from __future__ import annotations

import pytest

from expect import (VERBOSE, Clock, Since, bindings, contacts_of, granted,
                    only_binding, registered)
from process import wait_until

PARAMS = {"min_expires": 3, "expiry_grace": 2, "location_update_interval": 3600,
          "location_update_jitter": 0}
LAB_OPTIONS = {"params": PARAMS, "defines": VERBOSE}

INSTANCE = "urn:uuid:00000000-0000-1000-8000-00000000000{}"


@pytest.fixture(scope="module")
def keeping(more_labs):
    """A lab with replace_contact_of_impi off."""
    return more_labs(params={**PARAMS, "replace_contact_of_impi": 0},
                     defines=VERBOSE)


def flow(ue, reg_id, instance=1) -> None:
    """The UE's next REGISTER is of this flow, from a new address."""
    ue.instance, ue.reg_id = INSTANCE.format(instance), reg_id
    ue.move()


def reached(lab, ue, *others) -> list[str]:
    """Send a MESSAGE to the UE's IMPU; the Request-URIs that arrive."""
    lab.ue().message(ue.sub.impu)
    Clock(lab).wait(0.1)  # every fork left before the first answer came
    return sorted(r.uri for endpoint in (ue, *others)
                  for r in endpoint.inbox if r.method == "MESSAGE")


# RFC 3261 19.1.4

SAME = {
    "itself": ("sip:u@127.65.1.1:5060", "sip:u@127.65.1.1:5060"),
    "host-case": ("sip:u@ue.lab.example", "sip:u@UE.Lab.Example"),
    "scheme-case": ("sip:u@127.65.1.1", "SIP:u@127.65.1.1"),
    "parameter-order": ("sip:u@127.65.1.1;transport=udp;lr",
                        "sip:u@127.65.1.1;lr;transport=udp"),
    "parameter-case": ("sip:u@127.65.1.1;transport=udp",
                       "sip:u@127.65.1.1;Transport=UDP"),
    "other-parameter-on-one-side": ("sip:u@127.65.1.1",
                                    "sip:u@127.65.1.1;alias=127.0.0.1~5~1"),
    "escaped-user": ("sip:user@127.65.1.1", "sip:%75ser@127.65.1.1"),
}

DIFFERENT = {
    "user-case": ("sip:u@127.65.1.1", "sip:U@127.65.1.1"),
    "no-user": ("sip:u@127.65.1.1", "sip:127.65.1.1"),
    "port": ("sip:u@127.65.1.1:5060", "sip:u@127.65.1.1:5062"),
    "default-port-on-one-side": ("sip:u@127.65.1.1", "sip:u@127.65.1.1:5060"),
    "transport-on-one-side": ("sip:u@127.65.1.1",
                              "sip:u@127.65.1.1;transport=udp"),
    "transport": ("sip:u@127.65.1.1;transport=udp",
                  "sip:u@127.65.1.1;transport=tcp"),
    "other-parameter": ("sip:u@127.65.1.1;line=1", "sip:u@127.65.1.1;line=2"),
    "password": ("sip:u@127.65.1.1", "sip:u:secret@127.65.1.1"),
    "scheme": ("sip:u@127.65.1.1", "sips:u@127.65.1.1"),
    "header": ("sip:u@127.65.1.1", "sip:u@127.65.1.1?subject=x"),
}


@pytest.mark.parametrize("first, second", SAME.values(), ids=SAME)
def test_same_uri_is_the_same_binding(lab, ue, first, second):
    registered(lab, ue, 60, contacts=[f"<{first}>"])
    then = Since(lab)
    answer = ue.refresh(60, contacts=[f"<{second}>"])
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()
    assert list(granted(answer)) == [second]
    assert contacts_of(lab, ue) == {second}


@pytest.mark.parametrize("first, second", DIFFERENT.values(), ids=DIFFERENT)
def test_different_uri_is_another_binding(keeping, first, second):
    lab, ue = keeping, keeping.ue()
    registered(lab, ue, 60, contacts=[f"<{first}>"])
    then = Since(lab)
    ue.refresh(60, contacts=[f"<{second}>"])
    assert then.verdict(ue) == ("update", "contact-new")
    then.exactly("MAR", "SAR 2")
    assert contacts_of(lab, ue) == {first, second}


def test_rewritten_uri_is_routed_to(lab, ue):
    registered(lab, ue, 60, contacts=["<sip:u@ue.lab.example>"])
    ue.refresh(60, contacts=["<sip:u@UE.lab.example;line=7>"])
    assert reached(lab, ue) == ["sip:u@UE.lab.example;line=7"]


# flows

def test_flows_stand_side_by_side(lab, ue):
    flow(ue, 1)
    registered(lab, ue, 60)
    first = ue.contact_uri
    flow(ue, 2)
    then = Since(lab)
    ue.refresh(60)
    assert then.verdict(ue) == ("update", "contact-new")
    assert contacts_of(lab, ue) == {first, ue.contact_uri}
    assert {(b["instance"].strip("<>"), b["reg_id"])
            for b in bindings(lab, ue)} == {(INSTANCE.format(1), 1),
                                            (INSTANCE.format(1), 2)}
    assert reached(lab, ue) == sorted([first, ue.contact_uri])


def test_flow_keeps_its_binding_under_a_new_address(lab, ue):
    flow(ue, 1)
    registered(lab, ue, 60)
    flow(ue, 1)
    then = Since(lab)
    answer = ue.refresh(60)
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()
    assert list(granted(answer)) == [ue.contact_uri]
    assert contacts_of(lab, ue) == {ue.contact_uri}
    assert reached(lab, ue) == [ue.contact_uri]


def test_old_address_of_a_flow_ends_for_the_watcher(lab, ue):
    flow(ue, 1)
    registered(lab, ue, 60)
    old, watch = ue.contact_uri, ue.subscribe()
    flow(ue, 1)
    ue.refresh(60)
    watch.wait_contact(old, state="terminated")
    watch.wait_contact(ue.contact_uri, state="active")


def test_flow_of_another_instance_is_another_device(lab, ue):
    flow(ue, 1)
    registered(lab, ue, 60)
    flow(ue, 1, instance=2)
    then = Since(lab)
    ue.refresh(60)
    assert then.verdict(ue) == ("update", "contact-replaced")
    assert contacts_of(lab, ue) == {ue.contact_uri}


def test_one_flow_of_two_leaves(lab, ue):
    flow(ue, 1)
    registered(lab, ue, 60)
    first = ue.contact_uri
    flow(ue, 2)
    ue.refresh(60)
    then = Since(lab)
    assert list(granted(ue.deregister())) == [first]
    then.exactly()
    assert contacts_of(lab, ue) == {first}


def test_same_instance_without_reg_id_replaces(lab, ue):
    ue.instance = INSTANCE.format(1)
    registered(lab, ue, 60)
    ue.move()
    then = Since(lab)
    ue.refresh(60)
    assert then.verdict(ue) == ("update", "contact-replaced")
    assert contacts_of(lab, ue) == {ue.contact_uri}


# contact-replaced

def test_new_address_replaces_the_old(lab, ue):
    registered(lab, ue, 60)
    old, watch = ue.contact_uri, ue.subscribe()
    ue.move()
    then = Since(lab)
    answer = ue.refresh(60)
    assert granted(answer) == {ue.contact_uri: 60}
    assert then.verdict(ue) == ("update", "contact-replaced")
    then.exactly("MAR", "SAR 2")
    assert contacts_of(lab, ue) == {ue.contact_uri}
    assert reached(lab, ue) == [ue.contact_uri]
    watch.wait_contact(old, state="terminated")
    watch.wait_contact(ue.contact_uri, state="active")


def test_replacing_contact_takes_the_new_path(lab, ue):
    registered(lab, ue, 60)
    ue.move(new_pcscf=True)
    assert ue.refresh(60).paths == [ue.path]
    assert only_binding(lab, ue)["path"] == ue.path
    assert reached(lab, ue) == [ue.contact_uri]


def test_both_contacts_stay_if_replacing_is_off(keeping):
    lab, ue = keeping, keeping.ue()
    registered(lab, ue, 60)
    first = ue.contact_uri
    ue.move()
    then = Since(lab)
    assert set(granted(ue.refresh(60))) == {first, ue.contact_uri}
    assert then.verdict(ue) == ("update", "contact-new")
    assert reached(lab, ue) == sorted([first, ue.contact_uri])


def test_replaced_contact_is_deactivated(lab, ue):
    registered(lab, ue, 60)
    old, watch = ue.contact_uri, ue.subscribe()
    ue.move()
    ue.refresh(60)
    ended = watch.wait_contact(old, state="terminated")
    assert ended.event == "deactivated"


def test_watcher_is_not_promised_more_than_is_honoured(lab, ue):
    registered(lab, ue, 60)
    watch = ue.subscribe()
    contact = watch.wait_contact(ue.contact_uri, state="active")
    assert contact.expires <= 60


# several devices

@pytest.fixture
def devices(lab, ue):
    """Two UEs, each with an IMPI of its own, of one IMPU; both registered."""
    other = lab.ue(impus=[ue.sub.impu])
    registered(lab, ue, 60)
    then = Since(lab)
    assert set(granted(other.register(60))) == {ue.contact_uri, other.contact_uri}
    assert then.verdict(other) == ("update", "contact-new")
    then.exactly("MAR", "SAR 2")
    yield ue, other
    other.close()


def test_devices_stand_side_by_side(lab, devices):
    one, two = devices
    assert {b["contact"]: b["impi"] for b in bindings(lab, one)} == {
        one.contact_uri: one.sub.impi, two.contact_uri: two.sub.impi}
    assert reached(lab, one, two) == sorted([one.contact_uri, two.contact_uri])


def test_each_device_has_its_own_facts(lab, devices):
    one, two = devices
    one.refresh(60)
    two.refresh(60, cseq=9)
    facts = {b["impi"]: b for b in bindings(lab, one)}
    assert facts[one.sub.impi]["call_id"] == one.call_id
    assert facts[two.sub.impi]["call_id"] == two.call_id
    assert [facts[d.sub.impi]["cseq"] for d in devices] == [3, 9]


def test_moving_device_replaces_its_own_contact_only(lab, devices):
    one, two = devices
    two.move()
    then = Since(lab)
    two.refresh(60)
    assert then.verdict(two) == ("update", "contact-replaced")
    assert contacts_of(lab, one) == {one.contact_uri, two.contact_uri}


def test_device_cannot_be_protected_by_the_contact_of_another(lab, devices):
    one, two = devices
    then = Since(lab)
    request = two.build_register(60, contacts=[one.contact()], authorization=(
        two.credentials(integrity="yes")))
    assert two.request(request).status == 401
    then.exactly("MAR")


def test_leaving_device_leaves_the_other(lab, devices):
    one, two = devices
    then = Since(lab)
    assert list(granted(two.deregister())) == [one.contact_uri]
    then.exactly()
    assert list(granted(one.deregister())) == [one.contact_uri]
    then.exactly("SAR 5")


# several contacts in one REGISTER

def address(n) -> str:
    return f"sip:u@127.65.2.{n}:5060"


def contact(n, expires=None) -> str:
    tail = "" if expires is None else f";expires={expires}"
    return f"<{address(n)}>{tail}"


def test_contacts_of_one_register_have_their_own_time(lab, ue):
    registered(lab, ue, 60, contacts=[contact(1, 30), contact(2, 20), contact(3)])
    then = Since(lab)
    answer = ue.fetch()
    assert granted(answer) == {address(1): 30, address(2): 20, address(3): 60}
    assert {b["contact"]: b["lifetime"] for b in bindings(lab, ue)} == \
        granted(answer)
    then.exactly()


def test_full_set_of_long_contacts_fits_the_200(keeping):
    lab, ue = keeping, keeping.ue()
    long = {address(n): f'<{address(n)}>;x="{"x" * 1000}";y="{n}"'
            for n in range(32)}
    uris, values = list(long), list(long.values())
    registered(lab, ue, 60, contacts=values[:16])
    answer = ue.refresh(60, contacts=values[16:])
    assert granted(answer) == dict.fromkeys(uris, 60)
    assert set(granted(ue.fetch())) == set(uris)


@pytest.mark.parametrize("layout", ["headers", "one-header"])
def test_contacts_may_share_a_header(lab, ue, layout):
    contacts = [contact(1, 30), contact(2, 20)]
    if layout == "one-header":
        contacts = [", ".join(contacts)]
    answer = ue.register(60, contacts=contacts)
    assert granted(answer) == {address(1): 30, address(2): 20}


def test_one_leaves_the_other_stays(lab, ue):
    registered(lab, ue, 60, contacts=[contact(1), contact(2)])
    then = Since(lab)
    answer = ue.refresh(60, contacts=[contact(1, 0), contact(2, 10)])
    assert granted(answer) == {address(2): 10}
    assert then.verdict(ue) == ("shorten", "shortened")
    then.exactly()
    assert contacts_of(lab, ue) == {address(2)}


def test_one_leaves_another_comes(lab, ue):
    registered(lab, ue, 60, contacts=[contact(1)])
    then = Since(lab)
    answer = ue.refresh(60, contacts=[contact(1, 0), contact(2, 10)])
    assert granted(answer) == {address(2): 10}
    assert then.verdict(ue)[0] == "update"
    then.exactly("SAR 2")
    assert contacts_of(lab, ue) == {address(2)}


def test_all_of_them_leave(lab, ue):
    registered(lab, ue, 60, contacts=[contact(1), contact(2)])
    then = Since(lab)
    answer = ue.refresh(60, contacts=[contact(1, 0), contact(2, 0)])
    assert granted(answer) == {address(1): 0, address(2): 0}
    assert then.verdict(ue) == ("deregister", "last-contact-removed")
    then.exactly("SAR 5")


def test_new_one_beside_a_known_one_is_one_update(keeping):
    lab, ue = keeping, keeping.ue()
    registered(lab, ue, 60, contacts=[contact(1)])
    then = Since(lab)
    answer = ue.refresh(60, contacts=[contact(1, 50), contact(2, 40)])
    assert granted(answer) == {address(1): 50, address(2): 40}
    assert then.verdict(ue) == ("update", "contact-new")
    then.exactly("SAR 2")


# the implicit set

@pytest.fixture
def family(lab):
    """A UE whose IMPI has three identities, one of them barred; the others."""
    name = f"family{lab.hss_mark()}"
    impus = [f"sip:{name}-{n}@{lab.options.realm}" for n in "ac"]
    ue = lab.ue(name=name, impus=impus,
                extra=f"barred=sip:{name}-b@{lab.options.realm}")
    yield ue, impus
    ue.close()


def to(impu) -> dict[str, str]:
    """Headers of a REGISTER for this identity."""
    return {"To": f"<{impu}>"}


def test_associated_uris_are_the_unbarred_default_first(lab, family):
    ue, impus = family
    assert ue.register(60).associated_uris == impus
    assert ue.refresh(60).associated_uris == impus


def test_default_stays_first_when_another_registers(lab, family):
    ue, impus = family
    assert ue.register(60, headers=to(impus[1])).associated_uris == impus


def test_register_of_one_identity_registers_all(lab, family):
    ue, impus = family
    registered(lab, ue, 60)
    assert bindings(lab, impus[0]) == bindings(lab, impus[1])
    for impu in impus:
        assert lab.ue().message(impu).status == 200
        assert ue.wait_request("MESSAGE").uri == ue.contact_uri


@pytest.mark.parametrize("by", [0, 1], ids=["default", "other"])
def test_refresh_of_one_identity_refreshes_all(lab, family, by):
    ue, impus = family
    clock = registered(lab, ue, 4, headers=to(impus[1 - by]))
    clock.wait(2.2)
    then = Since(lab)
    answer = ue.refresh(60, headers=to(impus[by]))
    assert granted(answer) == {ue.contact_uri: 60}
    assert then.verdict(impus[by]) == ("extend", "second-half")
    then.exactly()
    assert [only_binding(lab, i)["remaining"] for i in impus] == [60, 60]


@pytest.mark.parametrize("by", [0, 1], ids=["default", "other"])
def test_leaving_of_one_identity_ends_all(lab, family, by):
    ue, impus = family
    registered(lab, ue, 60)
    then = Since(lab)
    assert ue.deregister(headers=to(impus[by])).status == 200
    then.exactly("SAR 5")
    assert [lab.ue().message(i).status for i in impus] == [404, 404]


def test_watcher_of_another_identity_is_told(lab, family):
    ue, impus = family
    registered(lab, ue, 60)
    watch = ue.subscribe(impus[1])
    watch.wait_contact(ue.contact_uri, state="active")
    ue.deregister(headers=to(impus[0]))
    watch.wait_contact(ue.contact_uri, state="terminated")


def test_to_is_compared_as_an_identity(lab, ue):
    registered(lab, ue, 60)
    user, host = ue.sub.impu[4:].split("@")
    impu = f"sip:{user}:x@{host.upper()}:5060;user=phone"
    then = Since(lab)
    assert list(granted(ue.refresh(60, headers=to(impu)))) == [ue.contact_uri]
    assert then.verdict(ue) == ("keep", "first-half")
    then.exactly()


# nothing is left

@pytest.fixture(scope="module")
def fleeting(more_labs):
    """A lab whose usrloc frees at once what is not used any more."""
    return more_labs(
        params={**PARAMS, "min_expires": 2, "expiry_grace": 0},
        modparams={("ims_usrloc_scscf", "contact_delete_delay"): 0},
        defines={**VERBOSE, "LAB_USRLOC_TIMER": 1})


def leave(lab, ue):
    assert ue.deregister().status == 200


def move_and_leave(lab, ue):
    ue.move()
    assert ue.refresh(60).status == 200
    leave(lab, ue)


def be_refused(lab, ue):
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 experimental 5001")
    ue.cseq += 1
    assert ue.refresh(60).status == 403


def fall_silent(lab, ue):
    assert ue.refresh(2).status == 200


@pytest.mark.parametrize("end", [leave, move_and_leave, be_refused, fall_silent],
                         ids=lambda f: f.__name__)
def test_nothing_is_kept_of_those_who_left(fleeting, end):
    ues = [fleeting.ue() for _ in range(3)]
    for ue in ues:
        registered(fleeting, ue, 60)
        end(fleeting, ue)
    wait_until(lambda: left(fleeting) == [0, 0, 0], 12, "end of everything")


def left(lab) -> list[int]:
    """How many contacts, IMPUs and bindings there are."""
    usrloc = lab.statistics("ims_usrloc_scscf")
    return [usrloc["active_contacts"], usrloc["active_impus"],
            lab.statistics("reg_refresh")["bindings"]]
