# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole REGISTER from a script in Lua, the example of etc/kemi: both functions,
what runs after the HSS's answer, variables, events."""

import json
import re

import pytest

from expect import VERBOSE, Since, be_patient, only_binding, registered
from process import wait_until

LAB_OPTIONS = {
    "config": "kemi", "cdp_timeout_s": 1, "defines": VERBOSE,
    "params": {"min_expires": 1, "expiry_grace": 1, "auth_scheme": "Unknown"}}


def said(lab, then, pattern):
    """What the script has logged; the first group, once it is there."""
    return wait_until(lambda: re.search(pattern, lab.log_text(then.log)), 5,
                      pattern)[1]


def events(lab, then, ue, count):
    """(event, act, why) of so many events, and no more."""
    def told():
        lines = re.findall(r"REG_REFRESH (\{.*)$", lab.log_text(then.log),
                           re.MULTILINE)
        return [(e["event"], e["act"], e["why"]) for e in map(json.loads, lines)
                if e["impu"] == ue.sub.impu]
    wait_until(lambda: len(told()) >= count, 10, "events")
    assert len(told()) == count
    return told()


def entered(lab, ue, expires=600) -> Since:
    """Registered, and all of that is over: from then on."""
    then = Since(lab)
    registered(lab, ue, expires)
    events(lab, then, ue, 1)
    said(lab, then, saa(ue))
    return Since(lab)


def maa(ue):
    return rf"MAA {re.escape(ue.sub.impu)}: (-?\d)"


def saa(ue):
    return rf"SAA {re.escape(ue.sub.impu)}: (.*)"


def test_register(lab, ue):
    then = Since(lab)
    assert ue.register(600).status == 200
    then.exactly("MAR", "SAR 1")
    assert said(lab, then, maa(ue)) == "1"
    assert said(lab, then, saa(ue)) == "1, register, initial"
    assert events(lab, then, ue, 1) == [("registered", "register", "initial")]


def test_local_refresh(lab, ue):
    then = entered(lab, ue)
    assert ue.refresh(600).status == 200
    then.exactly()
    assert said(lab, then, rf"REGISTER of {re.escape(ue.sub.impu)}: (.*)") == \
        "keep, first-half"


def test_update(lab, ue):
    then = entered(lab, ue)
    ue.cseq += 2
    assert ue.refresh(600).status == 200
    then.exactly("SAR 2")
    assert said(lab, then, saa(ue)) == "1, update, cseq-gap"


def test_challenge_without_the_hss(lab):
    """SIP Digest with HA1 at hand: the 401 comes at once."""
    ue = lab.ue(password="secret", aka=False)
    assert ue.request(ue.build_register(
        600, authorization=ue.empty_authorization(None))).status == 401
    then = Since(lab)
    assert ue.register(600).status == 200
    assert "MAR" not in then.cx()


def test_wrong_answer(lab, ue):
    assert ue.request(ue.build_register(600)).status == 401
    then = Since(lab)
    wrong = ue.build_register(600, authorization=(
        f'Digest username="{ue.sub.impi}",realm="{ue.sub.realm}",nonce="00",'
        f'uri="sip:{ue.sub.realm}",response="00"'))
    assert ue.request(wrong).status in (401, 403)
    assert "SAR 1" not in then.cx()
    assert ue.register(600).status == 200


@pytest.mark.parametrize("star", [False, True])
def test_leaving(lab, ue, star):
    then = entered(lab, ue)
    assert ue.deregister(star=star).status == 200
    then.exactly("SAR 5")
    assert said(lab, then, saa(ue)) == "1, deregister, last-contact-removed"


def test_refused_by_the_script_functions(lab, ue):
    registered(lab, ue, 600)
    assert ue.refresh(600, cseq=1).status == 500
    assert ue.fetch().status == 200


def test_silent_hss_at_the_start(lab, ue):
    then = Since(lab)
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 silence")
    assert ue.request(ue.build_register(600)).status == 504
    assert said(lab, then, maa(ue)) == "-2"
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 silence")
    assert ue.register(600).status == 504
    assert said(lab, then, saa(ue)).startswith("-2, register")


def test_silent_hss_keeps_the_user(lab, ue):
    then = entered(lab, ue)
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 silence")
    assert ue.refresh(600).status == 200
    assert said(lab, then, saa(ue)) == "1, update, forced"
    assert events(lab, then, ue, 2) == [("hss-owed", "update", "forced"),
                                        ("updated", "update", "forced")]


def test_refused_by_the_hss(lab, ue):
    then = Since(lab)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 experimental 5004")
    assert ue.register(600).status == 403
    assert said(lab, then, saa(ue)).startswith("-1, register")


def test_expiry_is_told_from_a_process_of_its_own(lab, ue):
    then = entered(lab, ue, 2)
    assert events(lab, then, ue, 1) == [("expired", "remove", "expired")]


def test_operator_ends_it(lab, ue):
    then = entered(lab, ue)
    lab.rpc("reg_refresh.deregister", ue.sub.impu)
    assert events(lab, then, ue, 1) == [("removed", "remove", "ended-by-operator")]


def test_hss_ends_it(lab, ue):
    then = entered(lab, ue)
    assert lab.hss(f"rtr impi={ue.sub.impi} reason=0") == "ok 2001"
    assert events(lab, then, ue, 1) == [("removed", "remove", "ended-by-hss")]


def test_lua_for_register_beside_native_routes(make_lab):
    """lookup() has no KEMI: the rest of the script is Kamailio's own."""
    lab = make_lab(**{**LAB_OPTIONS, "defines": {**VERBOSE, "LAB_HYBRID": 1}})
    ue = lab.ue()
    then = Since(lab)
    assert ue.register(600).status == 200
    assert said(lab, then, saa(ue)) == "1, register, initial"
    assert events(lab, then, ue, 1) == [("registered", "register", "initial")]
    assert lab.ue().message(ue.sub.impu).status == 200


def test_calls_are_followed(make_lab):
    """track() from Lua, in a route beside lookup()."""
    lab = make_lab(**{**LAB_OPTIONS, "defines": {**VERBOSE, "LAB_HYBRID": 1,
                                                 "LAB_TRACK": 1}})
    ue = lab.ue()
    assert ue.register(600).status == 200
    assert only_binding(lab, ue)["reach"] == "unproven"
    assert lab.ue().message(ue.sub.impu).status == 200
    wait_until(lambda: only_binding(lab, ue)["reach"] == "proven", 5, "proven")


def test_shadow(make_lab):
    """decide() and learn() from Lua, beside stock save()."""
    lab = make_lab(config="stock", defines={
        **VERBOSE, "LAB_SHADOW": 1, "LAB_SHADOW_LUA": 1,
        "LAB_AUTH_SCHEME": "HSS-Selected"})
    ue = lab.ue()
    be_patient(ue)
    assert ue.register(600).status == 200
    stats = wait_until(lambda: (now := lab.statistics("reg_refresh"))
                       ["shadow_registers"] and now, 5, "learnt")
    assert stats["shadow_sar_predicted"] == stats["shadow_act_register"] == 1
    assert only_binding(lab, ue)["shadow"] == 1


def test_nothing_is_left(lab, ue):
    """Suspended and resumed a hundred times: no transaction, nobody waiting."""
    registered(lab, ue, 600)
    for _ in range(100):
        ue.cseq += 2
        assert ue.refresh(600).status == 200
    assert lab.rpc("reg_refresh.stats")["waiting"] == 0
    wait_until(lambda: lab.rpc("tm.stats")["current"] == 0, 20, "no transaction")
