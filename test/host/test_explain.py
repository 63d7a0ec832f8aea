# SPDX-License-Identifier: GPL-2.0-or-later
"""The story of a binding: its last verdicts, newest first, as structures and
as text; what forged REGISTERs can, and cannot, do to it."""

import re

import pytest

from expect import registered
from lab import RpcError
from process import wait_until

KEPT = 8
LAB_OPTIONS = {"params": {"min_expires": 30, "challenge_loop_limit": 3,
                          "cseq_gap_update": 1}, "cdp_timeout_s": 1}
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ <(?P<contact>[^>]+)> "
                  r"(?P<act>[a-z]+): (?P<rest>.*)")


def story(lab, ue, contact=None):
    """(act, why, status) of each verdict, newest first."""
    return [(v["act"], v["why"], v["status"])
            for v in lab.rpc("reg_refresh.explain", ue.sub.impu)
            if v["contact"] == (contact or ue.contact_uri)]


def forged(lab, victim, *, nonce="", response="", **more):
    """A REGISTER that names the victim's contact, of somebody else."""
    stranger = lab.ue(victim.sub)
    realm = victim.sub.realm
    answer = stranger.request(stranger.build_register(
        600, contacts=[f"<{victim.contact_uri}>"], authorization=(
            f'Digest username="{victim.sub.impi}",realm="{realm}",'
            f'nonce="{nonce}",uri="sip:{realm}",response="{response}"'), **more))
    stranger.close()
    return answer


def test_every_kind_in_its_order(lab, ue):
    registered(lab, ue, 600)
    ue.refresh(600)
    ue.refresh(100)
    ue.cseq += 3
    ue.refresh(600)
    assert ue.refresh(5).status == 423
    assert ue.refresh(600, cseq=1).status == 500
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 result 5012")
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    assert ue.refresh(600, cseq=20).status == 500
    assert story(lab, ue) == [
        ("update", "forced", 500), ("reject", "out-of-order", 500),
        ("reject", "too-brief", 423), ("update", "cseq-gap", 200),
        ("shorten", "shortened", 200), ("keep", "first-half", 200),
        ("register", "initial", 200)]


def test_values_of_a_verdict(lab, ue):
    registered(lab, ue, 600)
    ue.cseq += 2
    ue.refresh(300)
    last, first = lab.rpc("reg_refresh.explain", ue.sub.impu)
    assert (last["reasons"], last["sar"], last["hss"]) == ("cseq-gap", 2, 2001)
    assert (last["lifetime"], last["expires"]) == (600, 300)
    assert (last["cseq_seen"], last["cseq"]) == (ue.cseq - 3, ue.cseq)
    assert (last["call_id"], last["times"], last["proven"]) == ("same", 1, 1)
    assert (first["sar"], first["expires"], first["call_id"]) == (1, 600, "other")


def test_no_more_than_so_many(lab, ue):
    registered(lab, ue, 600)
    for _ in range(KEPT + 2):
        ue.refresh(600)
    told = lab.rpc("reg_refresh.explain", ue.sub.impu)
    assert [v["cseq"] for v in told] == list(range(ue.cseq, ue.cseq - KEPT, -1))


def test_repeated_ones_are_counted(lab, ue):
    registered(lab, ue, 600)
    for _ in range(3):
        ue.refresh(600, cseq=ue.cseq)
    last, first = lab.rpc("reg_refresh.explain", ue.sub.impu)
    assert (last["act"], last["why"]) == ("repeat", "retransmission")
    assert (last["times"], first["times"]) == (3, 1)


def test_flood_leaves_the_story(lab, ue):
    """Whatever is forged, half of the journal is what really happened."""
    registered(lab, ue, 600)
    for _ in range(KEPT):
        ue.refresh(600)
    before = [v["cseq"] for v in lab.rpc("reg_refresh.explain", ue.sub.impu)]
    for n in range(40):
        forged(lab, ue, **[{}, {"nonce": "0" * 32, "response": "1" * 32},
                           {"nonce": "x", "response": ""}][n % 3])
    told = lab.rpc("reg_refresh.explain", ue.sub.impu)
    assert len(told) <= KEPT
    proven = [v["cseq"] for v in told if v["proven"]]
    assert proven == before[:len(proven)] and len(proven) >= KEPT // 2
    unproven = [v for v in told if not v["proven"]]
    assert unproven and sum(v["times"] for v in unproven) > len(unproven)
    assert {v["act"] for v in unproven} <= {"challenge", "reject"}
    assert ue.refresh(600).status == 200


def test_challenge_of_another_contact_is_not_in_the_story(lab, ue):
    registered(lab, ue, 600)
    stranger = lab.ue(ue.sub)
    assert stranger.request(stranger.build_register(600)).status == 401
    stranger.close()
    assert [act for act, _, _ in story(lab, ue)] == ["register"]


def test_hss_that_gives_no_credentials_is_told(lab, ue):
    registered(lab, ue, 600)
    lab.hss(f"fault MAR impi={ue.sub.impi} count=1 silence")
    assert ue.refresh(600, protected=False).status == 504
    # what is said of nobody proven is noted when the answer is on its way
    wait_until(lambda: story(lab, ue)[:2] == [
        ("reject", "hss-silent", 504), ("challenge", "nonce-unknown", 0)], 5,
        "its entry")


def test_story_goes_on_under_the_new_contact(lab, ue):
    registered(lab, ue, 600)
    ue.refresh(600)
    ue.move()
    assert ue.register(600).status == 200
    assert story(lab, ue) == [("update", "contact-replaced", 200),
                              ("challenge", "no-credential", 0),
                              ("keep", "first-half", 200),
                              ("register", "initial", 200)]


def test_story_goes_with_its_binding(lab, ue):
    registered(lab, ue, 600)
    ue.refresh(600)
    assert ue.deregister().status == 200
    registered(lab, ue, 600)
    assert story(lab, ue) == [("register", "initial", 200)]


def test_any_identity_of_the_set(lab):
    impus = [f"sip:explain-{n}@ims.lab.example" for n in "ab"]
    ue = lab.ue(lab.subscriber(impus=impus))
    registered(lab, ue, 600)
    told = [lab.rpc("reg_refresh.explain", impu) for impu in impus]
    assert told[0] == told[1] and len(told[0]) == 1


def test_text_is_a_line_a_verdict(lab, ue):
    registered(lab, ue, 600)
    ue.refresh(600)
    forged(lab, ue)
    lines = lab.rpc("reg_refresh.explain", ue.sub.impu, "text")
    text = lab.kamcmd("reg_refresh.explain", ue.sub.impu, "text")
    assert text.splitlines() == lines
    said = [LINE.fullmatch(line) for line in lines]
    assert all(said), lines
    assert {m["contact"] for m in said} == {ue.contact_uri}
    assert [m["act"] for m in said] == ["challenge", "keep", "register"]
    assert "(unproven)" in lines[0]
    assert "answered 200, expires 6" in lines[1] + lines[2]


@pytest.mark.parametrize("form", ["json", "", "x" * 300])
def test_wrong_form(lab, ue, form):
    registered(lab, ue, 600)
    with pytest.raises(RpcError) as refused:
        lab.rpc("reg_refresh.explain", ue.sub.impu, form)
    assert refused.value.code == 400
    assert refused.value.message.startswith(
        f"what follows the IMPU is text or nothing: {form[:60]}")


def test_none_kept(make_lab):
    lab = make_lab(params={"explain_verdicts": 0})
    ue = lab.ue()
    registered(lab, ue, 600)
    ue.refresh(600)
    assert not lab.rpc("reg_refresh.explain", ue.sub.impu)
    (row,) = lab.rpc("reg_refresh.list", ue.sub.impu)
    assert (row["act"], row["why"]) == ("none", "none")


@pytest.mark.parametrize("kept", [1, 32])
def test_as_many_as_configured(make_lab, kept):
    lab = make_lab(params={"explain_verdicts": kept})
    ue = lab.ue()
    registered(lab, ue, 600)
    for _ in range(kept):
        ue.refresh(600)
    assert len(story(lab, ue)) == kept
