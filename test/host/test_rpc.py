# SPDX-License-Identifier: GPL-2.0-or-later
"""RPC commands as an operator meets them: JSON-RPC and kamcmd's text."""

import calendar
import itertools
import re
import time

import pytest

from lab import RpcError

REALM = "ims.lab.example"

LIST_FIELDS = ["impu", "contact", "remaining", "lui", "act", "why"]
SHOW_FIELDS = ["contact", "impi", "call_id", "cseq", "cseq_seen", "lifetime",
               "remaining", "granted_at", "expires_at", "hss_told_at", "lui",
               "facts", "owed", "forced", "path", "user_agent", "reach",
               "reach_at", "reach_by", "reach_stage"]
EXPLAIN_FIELDS = ["contact", "at", "act", "why", "reasons", "elapsed",
                  "lifetime", "cseq_seen", "cseq", "call_id", "lui_left", "sar",
                  "hss", "status", "expires", "times", "proven"]
COUNTERS = ["sar_sent", "sar_saved", "sar_failed", "sar_owed", "mar_sent",
            "mar_saved", "challenges", "silent_expiries"]

# Arguments that name nobody: the argument, and what the operator is told.
WRONG_NAMES = {
    "hello": "not an IMPU: hello",
    "": "not an IMPU: ",
    "http://a": "not an IMPU: http://a",
    f"sip:nobody@{REALM}": f"not registered: sip:nobody@{REALM}",
    "tel:+15550000": "not registered: tel:+15550000",
    "sip:" + "x" * 300 + "@y": "not an IMPU: sip:xxx",
}
BY_NAME = ["show", "explain", "force_update"]

_groups = itertools.count(1)


@pytest.fixture
def registered(ue):
    assert ue.register(600).status == 200
    return ue


@pytest.fixture
def group(lab):
    """Three registered UEs whose IMPUs begin alike; (prefix, UEs)."""
    prefix = f"sip:group{next(_groups)}-"
    ues = [lab.ue(impus=[f"{prefix}{n}@{REALM}"]) for n in range(3)]
    for ue in ues:
        assert ue.register(600).status == 200
    yield prefix, ues
    for ue in ues:
        ue.close()


def seconds(stamp):
    """A time of the RPC as seconds since the epoch."""
    return calendar.timegm(time.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ"))


def fault(lab, command, *args):
    """Code and text of what the command answers."""
    with pytest.raises(RpcError) as refused:
        lab.rpc(f"reg_refresh.{command}", *args)
    return refused.value.code, refused.value.message


def blocks(text):
    """kamcmd's structures as dictionaries."""
    return [dict(re.findall(r"^\t(\w+): ?(.*)$", part, re.M))
            for part in re.findall(r"\{\n(.*?)\n\}", text, re.S)]


# list

def test_list_shows_each_binding(lab, group):
    prefix, ues = group
    rows = lab.rpc("reg_refresh.list", prefix)
    assert sorted(r["impu"] for r in rows) == [ue.sub.impu for ue in ues]
    for row in rows:
        assert list(row) == LIST_FIELDS
        assert 599 <= row["remaining"] <= 600
        assert 86400 * 9 // 10 - 1 <= row["lui"] <= 86400
        assert (row["act"], row["why"]) == ("register", "initial")


def test_list_of_everybody(lab, group):
    _, ues = group
    impus = [row["impu"] for row in lab.rpc("reg_refresh.list")]
    assert {ue.sub.impu for ue in ues} <= set(impus)
    assert len(impus) == lab.rpc("reg_refresh.stats")["bindings"]
    texts = blocks(lab.kamcmd("reg_refresh.list"))
    assert sorted(t["impu"] for t in texts) == sorted(impus)


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_list_ends_at_the_count(lab, group, count):
    prefix, _ = group
    shown = min(count, 3)
    assert len(lab.rpc("reg_refresh.list", prefix, count)) == shown
    assert len(blocks(lab.kamcmd("reg_refresh.list", prefix, count))) == shown


def test_list_count_without_prefix(lab, group):
    assert len(lab.rpc("reg_refresh.list", "", 2)) == 2
    assert len(blocks(lab.kamcmd("reg_refresh.list", "s:", 2))) == 2


def test_list_of_nobody(lab, registered):
    assert not lab.rpc("reg_refresh.list", "sip:nobody-like-that")
    assert blocks(lab.kamcmd("reg_refresh.list", "sip:nobody-like-that")) == []
    assert not lab.rpc("reg_refresh.list", 12345)
    assert blocks(lab.kamcmd("reg_refresh.list", 12345)) == []


COUNTED = {("list", "sip:"): 2**31 - 1, ("late",): 10000,
           ("unreachable",): 10000, ("owed",): 1000}


@pytest.mark.parametrize("count", [0, -1, "many", 2**32 + 1, ""])
@pytest.mark.parametrize("command, most", COUNTED.items(),
                         ids=[command[0] for command in COUNTED])
def test_wrong_count(lab, registered, command, most, count):
    """Also if there is nothing to list."""
    told = f"count must be a number, 1 to {most}"
    assert fault(lab, *command, count) == (400, told)
    name, *before = command
    text = lab.kamcmd(f"reg_refresh.{name}", *before, f"s:{count}")
    assert text.strip() == f"error: 400 - {told}"


@pytest.mark.parametrize("command", COUNTED, ids=[c[0] for c in COUNTED])
def test_count_as_number_or_text(lab, registered, command):
    name, *before = command
    for count in (1, "1"):
        assert len(lab.rpc(f"reg_refresh.{name}", *before, count) or []) <= 1


def test_list_is_bounded_by_itself(lab):
    """Without a count, a hundred."""
    for row in range(101):
        ue = lab.ue()
        assert ue.register(600).status == 200
        ue.close()
    assert len(lab.rpc("reg_refresh.list")) == 100
    assert len(lab.rpc("reg_refresh.list", "sip:", 101)) == 101


# show

def test_show_first_registration(lab, registered):
    (shown,) = lab.rpc("reg_refresh.show", registered.sub.impu)
    assert list(shown) == SHOW_FIELDS
    assert shown["contact"] == registered.contact_uri
    assert shown["impi"] == registered.sub.impi
    assert shown["call_id"] == registered.call_id
    assert shown["path"] == registered.path
    assert shown["user_agent"] == "lab UE"
    assert shown["cseq"] == shown["cseq_seen"] == registered.cseq
    assert shown["lifetime"] == 600 and 599 <= shown["remaining"] <= 600
    assert seconds(shown["expires_at"]) - seconds(shown["granted_at"]) == 600
    assert shown["hss_told_at"] == shown["granted_at"]
    assert abs(seconds(shown["granted_at"]) - time.time()) < 5
    assert (shown["facts"], shown["owed"], shown["forced"]) == (1, 0, 0)


def test_show_as_text(lab, registered):
    (shown,) = lab.rpc("reg_refresh.show", registered.sub.impu)
    (text,) = blocks(lab.kamcmd("reg_refresh.show", registered.sub.impu))
    for name in set(SHOW_FIELDS) - {"remaining", "lui"}:
        assert text[name] == str(shown[name])


def test_show_by_any_identity_and_spelling(lab):
    impus = [f"sip:shown@{REALM}", f"sip:also-shown@{REALM}", "tel:+15559876"]
    ue = lab.ue(impus=impus)
    assert ue.register(600).status == 200
    spellings = impus + [f"SIP:shown@{REALM.upper()}", f"sip:%73hown@{REALM}",
                         f"sip:shown@{REALM};user=phone", "tel:+1-555-9876"]
    for name in spellings:
        (shown,) = lab.rpc("reg_refresh.show", name)
        assert shown["contact"] == ue.contact_uri, name


def test_show_a_flow(lab, ue):
    ue.instance, ue.reg_id = "urn:uuid:00000000-0000-1000-8000-000000000001", 2
    assert ue.register(600).status == 200
    (shown,) = lab.rpc("reg_refresh.show", ue.sub.impu)
    assert list(shown) == SHOW_FIELDS + ["instance", "reg_id"]
    assert shown["instance"] == f"<{ue.instance}>"
    assert shown["reg_id"] == 2


def test_show_what_only_usrloc_knows(lab, registered):
    """The facts of a contact that the stock registrar saved are unknown."""
    sub = lab.subscriber(impi=f"stock-{registered.sub.impi}",
                         impus=[registered.sub.impu])
    stock = lab.ue(sub)
    request = stock.build_register(600, headers={"X-Lab-Save": "stock"})
    assert stock.request(request).status == 200
    shown = {row["contact"]: row for row in
             lab.rpc("reg_refresh.show", registered.sub.impu)}
    assert shown[stock.contact_uri]["facts"] == 0
    assert shown[stock.contact_uri]["granted_at"] == "never"
    assert shown[registered.contact_uri]["facts"] == 1


# explain

def test_explain_tells_the_last_verdict(lab, registered):
    (first,) = lab.rpc("reg_refresh.explain", registered.sub.impu)
    assert list(first) == EXPLAIN_FIELDS
    assert (first["act"], first["why"]) == ("register", "initial")
    assert (first["sar"], first["hss"], first["status"]) == (1, 2001, 200)
    assert registered.refresh(600).status == 200
    kept, _ = lab.rpc("reg_refresh.explain", registered.sub.impu)
    assert (kept["act"], kept["why"]) == ("keep", "first-half")
    assert (kept["sar"], kept["hss"], kept["lifetime"]) == (0, 0, 600)
    assert kept["call_id"] == "same" and kept["contact"] == registered.contact_uri
    assert kept["cseq"] == registered.cseq == kept["cseq_seen"] + 1
    assert seconds(kept["at"]) >= seconds(first["at"])


def test_explain_names_all_reasons(lab, registered):
    lab.rpc("reg_refresh.force_update", registered.sub.impu)
    registered.cseq += 5
    assert registered.refresh(600).status == 200
    shown = lab.rpc("reg_refresh.explain", registered.sub.impu)[0]
    assert (shown["act"], shown["why"]) == ("update", "forced")
    assert shown["reasons"] == "forced,cseq-gap"
    assert (shown["sar"], shown["hss"]) == (2, 2001)
    text = blocks(lab.kamcmd("reg_refresh.explain", registered.sub.impu))[0]
    assert text["reasons"] == "forced,cseq-gap"


def test_explain_a_rejection(lab, registered):
    registered.cseq -= 1
    assert registered.refresh(600, cseq=1).status == 500
    shown = lab.rpc("reg_refresh.explain", registered.sub.impu)[0]
    assert (shown["act"], shown["why"]) == ("reject", "out-of-order")
    assert (shown["cseq"], shown["status"]) == (1, 500)


# stats, config

def test_stats_count_what_happened(lab, ue):
    before = lab.rpc("reg_refresh.stats")
    assert ue.register(600).status == 200
    assert ue.refresh(600).status == 200
    after = lab.rpc("reg_refresh.stats")
    grown = {n: after[n] - before[n] for n in after
             if after[n] != before[n] and not re.match(r"hss_.*ms$", n)}
    assert grown == {"hss_sar_rounds": 1, "hss_mar_rounds": 1,
                     "sar_sent": 1, "sar_saved": 1, "mar_sent": 1,
                     "mar_saved": 1, "challenges": 1, "act_challenge": 1,
                     "act_register": 1, "act_keep": 1, "why_no_credential": 1,
                     "why_response_right": 1, "why_initial": 1,
                     "why_protected": 1, "why_first_half": 1, "bindings": 1}


def test_stats_are_statistics_of_kamailio(lab, registered):
    stats = lab.rpc("reg_refresh.stats")
    assert set(COUNTERS) <= set(stats)
    assert stats["waiting"] == 0
    statistics = lab.statistics("reg_refresh")
    gauges = ("waiting", "calls")
    assert statistics == {n: v for n, v in stats.items() if n not in gauges}
    (text,) = blocks(lab.kamcmd("reg_refresh.stats"))
    assert {n: int(v) for n, v in text.items()} == stats


def test_config_is_the_same_as_text(lab):
    config = lab.rpc("reg_refresh.config")
    (text,) = blocks(lab.kamcmd("reg_refresh.config"))
    assert text == config


# force_update

def test_force_update_reaches_the_hss_once(lab, registered):
    assert lab.rpc("reg_refresh.force_update", registered.sub.impu) == \
        "1 binding(s) forced"
    (shown,) = lab.rpc("reg_refresh.show", registered.sub.impu)
    assert shown["forced"] == 1
    mark = lab.hss_mark()
    assert registered.refresh(600).status == 200
    assert [r.type for r in lab.hss_log(mark, "SAR")] == [2]
    (shown,) = lab.rpc("reg_refresh.show", registered.sub.impu)
    assert shown["forced"] == 0
    mark = lab.hss_mark()
    assert registered.refresh(600).status == 200
    assert lab.hss_log(mark) == []


def test_force_update_as_text(lab, registered):
    text = lab.kamcmd("reg_refresh.force_update", registered.sub.impu)
    assert text.strip() == "1 binding(s) forced"


# wrong arguments

@pytest.mark.parametrize("command", BY_NAME)
@pytest.mark.parametrize("name", WRONG_NAMES)
def test_name_of_nobody(lab, command, name):
    code, told = fault(lab, command, name)
    assert told.startswith(WRONG_NAMES[name])
    assert code == (404 if "not registered" in told else 400)
    text = lab.kamcmd(f"reg_refresh.{command}", name)
    assert text.startswith(f"error: {code} - {WRONG_NAMES[name]}")


@pytest.mark.parametrize("command", BY_NAME)
def test_no_name(lab, command):
    told = "an IMPU is needed, as sip:user@domain"
    assert fault(lab, command) == (400, told)
    assert lab.kamcmd(f"reg_refresh.{command}").strip() == f"error: 400 - {told}"


@pytest.mark.parametrize("command", BY_NAME)
def test_number_as_a_name(lab, command):
    assert fault(lab, command, 12345) == (400, "not an IMPU: 12345")
    text = lab.kamcmd(f"reg_refresh.{command}", 12345)
    assert text.strip() == "error: 400 - not an IMPU: 12345"


@pytest.mark.parametrize("command", BY_NAME)
def test_who_has_left_is_not_registered(lab, registered, command):
    assert registered.deregister().status == 200
    assert fault(lab, command, registered.sub.impu) == (
        404, f"not registered: {registered.sub.impu}")


def test_commands_explain_themselves(lab):
    listed = lab.rpc("system.listMethods")
    ours = [name for name in listed if name.startswith("reg_refresh.")]
    assert {f"reg_refresh.{name}" for name in
            BY_NAME + ["list", "stats", "config"]} <= set(ours)
    for name in ours:
        text = lab.kamcmd("help", name)
        assert "not documented" not in text and text.strip(), name
