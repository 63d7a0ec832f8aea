# SPDX-License-Identifier: GPL-2.0-or-later
"""RTR and PPR on the wire: one answer each, with and without the stock
registrar, whose own handler answers some of them."""

import pytest

from lab import RpcError

WITH = {"tap": True, "params": {"min_expires": 1}}
WITHOUT = {**WITH, "defines": {"LAB_NO_REGISTRAR": 1}}
LABS = {"stock-present": WITH, "stock-absent": WITHOUT}


@pytest.fixture(scope="module", params=LABS.values(), ids=LABS)
def lab(request, tmp_path_factory):
    """Each test in both labs."""
    from conftest import start_lab, stop_lab
    lab = start_lab(tmp_path_factory.mktemp("lab"), **request.param)
    lab.provoked = []
    yield lab
    stop_lab(lab)


def has_stock(lab):
    return "LAB_NO_REGISTRAR" not in lab.options.defines


def push(lab, order):
    """One RTR or PPR; what the HSS was told. One answer was on the wire."""
    seen = len(lab.tap.seen)
    told = lab.hss(order, check=False)
    lab.ue().register(60)  # what else was to come has come before this
    assert lab.tap.answers(order[:3].upper(), seen) == [1]
    return told


def contacts(lab, impu):
    """Of usrloc, where routing looks."""
    try:
        return set((lab.rpc("ulscscf.showimpu", impu) or {}).get("contacts") or {})
    except RpcError:
        return set()


def test_the_labs_are_what_they_say(lab):
    commands = lab.rpc("system.listMethods")
    assert ("regscscf.dereg_impu" in commands) == has_stock(lab)


NAMED = {"by-impu": "impu={impu}", "by-impi-alone": "",
         "by-both-identities": "impu={impu},{second}"}


@pytest.mark.parametrize("reason", [0, 1, 2, 3])
@pytest.mark.parametrize("named", NAMED.values(), ids=NAMED)
def test_rtr_has_one_answer(lab, named, reason):
    first, second = (lab.subscriber().impu for _ in range(2))
    ue = lab.ue(lab.subscriber(impus=[first, second]))
    assert ue.register(600).status == 200
    assert contacts(lab, first) == contacts(lab, second) == {ue.contact_uri}
    told = push(lab, f"rtr impi={ue.sub.impi} reason={reason} "
                     + named.format(impu=first, second=second))
    assert told == "ok 2001"
    assert contacts(lab, first) == contacts(lab, second) == set()


@pytest.mark.parametrize("named", ["", "impu=sip:nobody@ims.lab.example"],
                         ids=["impi-alone", "impu"])
def test_rtr_of_the_unknown_has_one_answer(lab, named):
    ue = lab.ue()
    assert push(lab, f"rtr impi={ue.sub.impi} host={lab.scscf.fqdn} reason=0 "
                     f"{named}") == "ok 2001"


def test_rtr_of_a_known_user_by_an_unknown_identity(lab):
    ue = lab.ue()
    assert ue.register(600).status == 200
    assert push(lab, f"rtr impi={ue.sub.impi} keep=1 reason=0 "
                     "impu=sip:nobody@ims.lab.example") == "ok 2001"
    assert contacts(lab, ue.sub.impu) == {ue.contact_uri}


def test_ppr_has_one_answer(lab):
    ue = lab.ue()
    host = f"host={lab.scscf.fqdn}"
    assert "5001" in push(lab, f"ppr impi={ue.sub.impi} {host} xml=current")
    assert ue.register(600).status == 200
    assert push(lab, f"ppr impi={ue.sub.impi} xml=current") == "ok 2001"
    assert contacts(lab, ue.sub.impu) == {ue.contact_uri}


# Whom the stock registrar has saved: usrloc knows him, our facts do not.

def saved_by_stock(lab):
    ue = lab.ue()
    if not has_stock(lab):
        pytest.skip("nobody else saves")
    ue.register(600, headers={"X-Lab-Save": "stock"})
    assert contacts(lab, ue.sub.impu) == {ue.contact_uri}
    return ue


@pytest.mark.parametrize("named", ["", "impu={impu}"],
                         ids=["impi-alone", "impu"])
def test_rtr_of_a_user_of_stock(lab, named):
    ue = saved_by_stock(lab)
    assert push(lab, f"rtr impi={ue.sub.impi} reason=0 "
                     + named.format(impu=ue.sub.impu)) == "ok 2001"
    assert contacts(lab, ue.sub.impu) == set()
    assert lab.ue().message(ue.sub.impu).status == 404


def test_ppr_of_a_user_of_stock(lab):
    ue = saved_by_stock(lab)
    assert push(lab, f"ppr impi={ue.sub.impi} ccf=aaa://new.example") == \
        "ok 2001"
    shown = lab.rpc("ulscscf.showimpu", ue.sub.impu)
    assert shown["ccf1"] == "aaa://new.example"
    assert lab.ue().message(ue.sub.impu).status == 200
