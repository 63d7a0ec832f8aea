# SPDX-License-Identifier: GPL-2.0-or-later
"""Events: each once, with what happened in $regr(...), as the example in
etc/events writes them: a JSON object a line, whatever the texts are."""

import json
import re
from pathlib import Path

import pytest

from expect import registered
from process import wait_until

JSON_CFG = Path(__file__).resolve().parents[2] / "etc" / "events" / "json.cfg"
LAB_OPTIONS = {
    "params": {"min_expires": 1, "expiry_grace": 1, "challenge_loop_limit": 3,
               "notify_refresh_interval": 0},
    "cdp_timeout_s": 1, "extra": f'include_file "{JSON_CFG}"'}
FIELDS = ["event", "at", "impu", "contact", "act", "why", "reasons", "status",
          "expires", "elapsed", "lifetime", "lui", "cseq_seen", "cseq", "sar",
          "hss", "user_agent"]


class Heard:
    """The events of one user from now on."""

    def __init__(self, lab, ue):
        self.lab, self.impu = lab, ue.sub.impu
        self.mark = lab.log_mark()

    def all(self) -> list[dict]:
        lines = re.findall(r"REG_REFRESH (\{.*)$", self.lab.log_text(self.mark),
                           re.MULTILINE)
        told = [json.loads(line) for line in lines]
        return [event for event in told if event["impu"] == self.impu]

    def words(self) -> list[tuple[str, str, str]]:
        return [(e["event"], e["act"], e["why"]) for e in self.all()]

    def wait(self, *words) -> list[dict]:
        """Until these events, and no other, have been told."""
        wait_until(lambda: len(self.all()) >= len(words), 10,
                   f"{len(words)} event(s)")
        assert self.words() == list(words)
        return self.all()


def entered(lab, ue, expires=600) -> Heard:
    """Registered, and that is told: the reply goes out before the event."""
    heard = Heard(lab, ue)
    registered(lab, ue, expires)
    heard.wait(("registered", "register", "initial"))
    return Heard(lab, ue)


def test_first_registration(lab, ue):
    heard = Heard(lab, ue)
    assert ue.register(600).status == 200
    (event,) = heard.wait(("registered", "register", "initial"))
    assert list(event) == FIELDS
    assert event["contact"] == ue.contact_uri
    assert (event["status"], event["expires"]) == (200, 600)
    assert (event["sar"], event["hss"], event["cseq"]) == (1, 2001, ue.cseq)
    assert event["user_agent"] == "lab UE"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["at"])


def test_local_refreshes(lab, ue):
    heard = entered(lab, ue)
    kept = ("refreshed", "keep", "first-half")
    ue.refresh(600)
    heard.wait(kept)  # another process may serve the next one
    ue.refresh(100)
    keep, shorten = heard.wait(kept, ("refreshed", "shorten", "shortened"))
    assert keep["lifetime"] == 600 and keep["sar"] == 0
    assert shorten["expires"] == 100


def test_second_half(lab, ue):
    heard = entered(lab, ue, 4)
    wait_until(lambda: lab.rpc("reg_refresh.show", ue.sub.impu)[0]["remaining"] < 2,
               5, "the second half")
    assert ue.refresh(600).status == 200
    heard.wait(("refreshed", "extend", "second-half"))


def test_update(lab, ue):
    heard = entered(lab, ue)
    ue.cseq += 2
    assert ue.refresh(600).status == 200
    (event,) = heard.wait(("updated", "update", "cseq-gap"))
    assert (event["sar"], event["hss"]) == (2, 2001)


def test_nothing_of_what_changes_nothing(lab, ue):
    heard = entered(lab, ue)
    assert ue.refresh(600, cseq=ue.cseq).status == 200
    assert ue.refresh(600, cseq=1).status == 500
    assert ue.fetch().status == 200
    assert ue.request(ue.build_register(600)).status == 401
    assert ue.refresh(600).status == 200
    heard.wait(("refreshed", "keep", "first-half"))


@pytest.mark.parametrize("star", [False, True])
def test_leaving(lab, ue, star):
    heard = entered(lab, ue)
    assert ue.deregister(star=star).status == 200
    (event,) = heard.wait(("removed", "deregister", "last-contact-removed"))
    assert event["contact"] == ue.contact_uri


def test_one_leaves_while_another_comes(lab, ue):
    heard = entered(lab, ue)
    gone = ue.contact(0)
    ue.move()
    assert ue.refresh(600, contacts=[gone, ue.contact()]).status == 200
    heard.wait(("updated", "update", "contact-new"),
               ("removed", "update", "contact-removed"))


def test_new_contact_replaces_the_old_one(lab, ue):
    heard = entered(lab, ue)
    gone = ue.contact_uri
    ue.move()
    assert ue.register(600).status == 200
    updated, removed = heard.wait(("updated", "update", "contact-replaced"),
                                  ("removed", "update", "contact-replaced"))
    assert (updated["contact"], removed["contact"]) == (ue.contact_uri, gone)


def test_network_ends_it(lab, ue):
    heard = entered(lab, ue)
    assert lab.hss(f"rtr impi={ue.sub.impi} reason=0") == "ok 2001"
    (event,) = heard.wait(("removed", "remove", "ended-by-hss"))
    assert event["contact"] == ue.contact_uri
    assert (event["lifetime"], event["cseq_seen"]) == (600, ue.cseq)
    assert event["user_agent"] == "lab UE"


def test_operator_ends_it(lab, ue):
    heard = entered(lab, ue)
    lab.rpc("reg_refresh.deregister", ue.sub.impu)
    heard.wait(("removed", "remove", "ended-by-operator"))


def test_hss_refuses_it(lab, ue):
    heard = entered(lab, ue)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 experimental 5001")
    ue.cseq += 2
    assert ue.refresh(600).status == 403
    (event,) = heard.wait(("removed", "update", "hss-refused"))
    assert event["contact"] == ue.contact_uri


def test_expiry(lab, ue):
    before = lab.statistics("reg_refresh")
    heard = entered(lab, ue, 2)
    (event,) = heard.wait(("expired", "remove", "expired"))
    assert event["contact"] == ue.contact_uri
    assert event["elapsed"] >= event["lifetime"] == 2
    after = lab.statistics("reg_refresh")
    assert after["why_expired"] - before["why_expired"] == 1


def test_hss_owed(lab, ue):
    heard = entered(lab, ue)
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 result 3004")
    assert ue.refresh(600).status == 200
    heard.wait(("hss-owed", "update", "forced"), ("updated", "update", "forced"))


def test_challenge_loop(lab, ue):
    heard = Heard(lab, ue)
    for _ in range(5):
        ue.request(ue.build_register(
            600, authorization=ue.empty_authorization(None)))
    (event,) = heard.wait(("challenge-loop", "reject", "challenge-loop"))
    assert event["status"] == 403


HOSTILE = ['quote " and \\ backslash', "</script><b>", "tab\tand more",
           "caf\u00e9 \u20ac", "$regr(act) %s {s.len}", "'", "x" * 255]


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_user_agent(lab, ue, name):
    heard = Heard(lab, ue)
    assert ue.register(600, headers={"User-Agent": name}).status == 200
    (event,) = heard.wait(("registered", "register", "initial"))
    assert event["user_agent"] == name.replace("\t", "?")


@pytest.mark.parametrize("user", ["o'brien", "a+b&c=d$e", "*-_.!~"])
def test_hostile_identity(lab, user):
    ue = lab.ue(lab.subscriber(impus=[f"sip:{user}@ims.lab.example"]))
    heard = Heard(lab, ue)
    assert ue.register(600).status == 200
    heard.wait(("registered", "register", "initial"))


def test_the_script_goes_on_with_its_own_verdict(lab, ue):
    """A contact that went is told of; $regr(...) is the REGISTER's again."""
    registered(lab, ue, 600)
    ue.move()
    mark = lab.log_mark()
    assert ue.register(600).status == 200
    said = wait_until(lambda: lab.events(mark, "SAA"), 5, "the reply route")[-1]
    assert (said.values["act"], said.values["why"]) == ("update", "contact-replaced")
    assert said.values["expires"] == "600"
