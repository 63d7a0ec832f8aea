# SPDX-License-Identifier: GPL-2.0-or-later
"""In the shadow of stock save(): what is predicted is what comes.

Two S-CSCFs get the same REGISTERs at the same time: one of stock modules with
us looking on, one where we decide. SHADOW_REGISTERS says how many.
"""

from __future__ import annotations

import os
import random
import re

import pytest

from expect import VERBOSE, Clock, be_patient
from lab import RpcError
from process import wait_until

REGISTERS_N = int(os.environ.get("SHADOW_REGISTERS", "400"))
ROUNDS_N = 10
USERS_N = max(REGISTERS_N // ROUNDS_N, 10)
# A round: all users once. Each stays this far from every boundary of time.
ROUND_S = max(3.6, USERS_N * 0.045)

POLICY = {"min_expires": 1, "location_update_jitter": 0, "expiry_grace": 1,
          "location_update_interval": round(2.5 * ROUND_S),
          "auth_scheme": "Unknown"}
DECIDING = {"config": "scscf", "params": POLICY, "defines": VERBOSE}
SHADOW = {"config": "stock", "params": POLICY,
          "modparams": {("ims_auth", "max_nonce_reuse"): 0},
          "defines": {**VERBOSE, "LAB_SHADOW": 1,
                      "LAB_AUTH_SCHEME": "HSS-Selected"}}
LAB_OPTIONS = SHADOW

STEPS = ["refresh"] * 6 + ["open", "gap", "reboot", "move", "leave"]
ACTS = ("register", "update", "keep", "extend", "deregister", "remove")


class User:
    """One subscriber, once in each of the two worlds."""

    def __init__(self, labs, number: int):
        digest = number % 3 == 0
        options = {"aka": not digest, "password": "secret" if digest else None}
        self.ues = [lab.ue(**options) for lab in labs]
        be_patient(self.ues[0])
        self.random = random.Random(number)
        # of two lifetimes one is refreshed in either half by turns
        self.lifetime_s = 3600 if number % 2 else round(2.6 * ROUND_S)
        self.gone = True

    def next_step(self) -> str:
        """What the user does now, in both worlds."""
        if self.gone:
            self.gone = False
            return "register"
        step = self.random.choice(STEPS)
        self.gone = step == "leave"
        return step

    def act(self, ue, step: str):
        """One step in one world; the last response."""
        if step == "gap":
            ue.cseq += 3
        elif step == "reboot":
            ue.reboot()
        elif step == "move":
            ue.move()
        if step in ("register", "reboot"):
            return ue.register(self.lifetime_s)
        if step == "leave":
            return ue.deregister()
        return ue.refresh(self.lifetime_s, protected=step != "open")


def run(labs, users) -> int:
    """All rounds, evenly; how many REGISTERs of each world were accepted."""
    clock, accepted = Clock(labs[0]), 0
    for turn in range(ROUNDS_N * len(users)):
        clock.wait(turn * ROUND_S / len(users))
        user = users[turn % len(users)]
        step = user.next_step()
        for ue in user.ues:
            response = user.act(ue, step)
            assert response.status == 200, (step, response)
        accepted += 1
    return accepted


def come_back(users) -> int:
    """Who has left comes back: only then is it known how stock saw him off."""
    back = [user for user in users if user.gone]
    for user in back:
        user.gone = False
        for ue in user.ues:
            assert user.act(ue, "register").status == 200
    return len(back)


def requests(lab, cmd: str) -> int:
    """How many of them the HSS got."""
    return sum(not r.sent for r in lab.hss_log(0, cmd))


def stats(lab) -> dict[str, int]:
    """The module's counters."""
    return lab.statistics("reg_refresh")


@pytest.fixture(scope="module")
def worlds(lab, more_labs):
    """The shadow, and where we decide."""
    return [lab, more_labs(**DECIDING)]


def test_predicted_is_real(worlds):
    shadow, deciding = worlds
    users = [User(worlds, number) for number in range(USERS_N)]
    accepted = run(worlds, users) + come_back(users)
    wait_until(lambda: stats(shadow)["shadow_registers"] >= accepted, 5,
               f"{accepted} are learnt")
    learnt = stats(shadow)
    assert learnt["shadow_registers"] == accepted
    real = stats(deciding)
    counts = {name: (learnt[f"shadow_{name}"], real[name])
              for name in [f"act_{a}" for a in ACTS]}
    counts["SAR"] = learnt["shadow_sar_predicted"], requests(deciding, "SAR")
    counts["MAR"] = learnt["shadow_mar_predicted"], requests(deciding, "MAR")
    print(f"{accepted} REGISTERs; stock: {requests(shadow, 'MAR')} MAR, "
          f"{requests(shadow, 'SAR')} SAR; (predicted, real): {counts}")
    assert all(a == b for a, b in counts.values()), counts
    assert learnt["shadow_sar_predicted"] + learnt["shadow_sar_saved"] \
        == accepted
    # stock asks for each challenge, and we for none
    challenges = sum(len(u.ues[0].challenges) for u in users)
    assert requests(shadow, "MAR") == challenges
    assert learnt["shadow_mar_predicted"] + learnt["shadow_mar_saved"] \
        == challenges
    assert learnt["shadow_differ"] == 0
    assert all(learnt[name] == 0 for name in
               ("sar_sent", "mar_sent", "challenges", "act_keep", "owed"))


@pytest.fixture(scope="module")
def stock(more_labs):
    """Stock alone."""
    defines = {k: v for k, v in SHADOW["defines"].items() if k != "LAB_SHADOW"}
    return more_labs(**{**SHADOW, "params": {}, "defines": defines})


def told(response) -> tuple:
    """What a reply says, without what differs from one to the next."""
    random_ones = ("via", "from", "to", "call-id", "p-charging-vector")
    headers = [(name, re.sub(r'nonce="[^"]*"|(ck|ik)="[^"]*"|127[\d.:]+|\w+@|:\d+',
                             "", value))
               for name, value in response.headers.items
               if name.lower() not in random_ones]
    return response.status, response.reason, headers


def life(lab) -> list:
    """All that a UE and the HSS hear in a short life."""
    ue = lab.ue(password="secret")
    be_patient(ue)
    heard = [ue.register(600), ue.refresh(600), ue.refresh(600, protected=False)]
    ue.reboot()
    heard += [ue.register(100), ue.fetch(), ue.deregister(), *ue.challenges]
    asked = [(r.cmd, r.type) for r in lab.hss_log(0, None, ue.sub.impi)]
    return [told(r) for r in heard] + asked


def test_nobody_notices(lab, stock):
    assert life(lab) == life(stock)


def test_silent_expiry_is_predicted_and_not_told(lab):
    ue = lab.ue()
    be_patient(ue)
    before = stats(lab)
    assert ue.register(2).status == 200
    mark = lab.hss_mark()
    both = before["shadow_sar_predicted"] + 2
    wait_until(lambda: stats(lab)["shadow_sar_predicted"] >= both, 30,
               "a SAR of its beginning and one of its end")
    wait_until(lambda: lab.rpc("reg_refresh.list", ue.sub.impu) in ([], None),
               30, "the facts are gone")
    assert lab.hss_log(mark) == []
    assert stats(lab)["silent_expiries"] == before["silent_expiries"]


@pytest.mark.allow_log("response outside of threshold")
def test_a_leaving_is_counted_once_however_long_it_takes(lab):
    """Meanwhile his dates are looked at, each quarter of his lifetime."""
    ue = lab.ue()
    be_patient(ue)
    before = stats(lab)["shadow_registers"]
    assert ue.register(4).status == 200
    wait_until(lambda: lab.rpc("reg_refresh.list", ue.sub.impu), 5, "learnt")
    lab.hss(f"fault SAR impi={ue.sub.impi} count=1 delay 2500")
    assert ue.deregister().status == 200
    wait_until(lambda: lab.rpc("reg_refresh.list", ue.sub.impu) in ([], None),
               30, "his end is learnt")
    assert stats(lab)["shadow_registers"] == before + 2


def test_stock_carries_out_the_rtr(lab):
    ue = lab.ue()
    be_patient(ue)
    assert ue.register(600).status == 200
    assert lab.ue().message(ue.sub.impu).status == 200
    assert lab.hss(f"rtr impi={ue.sub.impi} impu={ue.sub.impu} reason=0 info=x",
                   check=False) == "ok 2001"
    assert stats(lab)["rtr_received"] == 0
    caller = lab.ue()
    wait_until(lambda: caller.message(ue.sub.impu).status == 404, 10,
               "usrloc's timer lets him go")


@pytest.mark.parametrize("command", ["reauth", "deregister"])
def test_operator_cannot_change_what_stock_holds(lab, command):
    ue = lab.ue()
    be_patient(ue)
    assert ue.register(600).status == 200
    wait_until(lambda: lab.rpc("reg_refresh.list", ue.sub.impu), 5, "learnt")
    assert lab.rpc("reg_refresh.show", ue.sub.impu)[0]["shadow"] == 1
    with pytest.raises(RpcError, match="stock save"):
        lab.rpc(f"reg_refresh.{command}", ue.sub.impu)
    assert lab.ue().message(ue.sub.impu).status == 200


def test_forced_update_is_predicted(lab):
    ue = lab.ue()
    be_patient(ue)
    assert ue.register(600).status == 200
    wait_until(lambda: lab.rpc("reg_refresh.list", ue.sub.impu), 5, "learnt")
    lab.rpc("reg_refresh.force_update", ue.sub.impu)
    before = stats(lab)
    assert ue.refresh(600).status == 200
    wait_until(lambda: stats(lab)["shadow_why_forced"]
               > before["shadow_why_forced"], 5, "forced")


def test_who_is_suspect_is_known_and_not_told(make_lab):
    lab = make_lab(**{**SHADOW,
                      "defines": {**SHADOW["defines"], "LAB_TRACK": 1}})
    ue, caller = lab.ue(), lab.ue()
    be_patient(ue)
    ue.answers["MESSAGE"] = 503
    mark = lab.log_mark()
    assert ue.register(600).status == 200
    wait_until(lambda: lab.rpc("reg_refresh.list", ue.sub.impu), 5, "learnt")
    caller.message(ue.sub.impu)
    wait_until(lambda: lab.rpc("reg_refresh.show", ue.sub.impu)[0]["reach"]
               == "suspect", 5, "suspect")
    Clock(lab).wait(1)  # it would be told at once
    assert "is unreachable" not in lab.log_text(mark)


def test_asked_when_the_user_is_proven(make_lab):
    lab = make_lab(**{**SHADOW,
                      "defines": {**SHADOW["defines"], "LAB_SHADOW_LATE": 1}})
    ue = lab.ue()
    be_patient(ue)
    mark = lab.log_mark()
    for turn, send in enumerate((ue.register, ue.refresh, ue.refresh)):
        assert send(600).status == 200
        wait_until(lambda: stats(lab)["shadow_registers"] == turn + 1, 5, "learnt")
    verdicts = wait_until(lambda: len(found := lab.events(mark, "VERDICT")) == 3
                          and found, 5, "three lines of the script")
    assert [(e.values["act"], e.values["why"]) for e in verdicts] == [
        ("register", "initial"), ("keep", "first-half"), ("keep", "first-half")]
    assert stats(lab)["shadow_mar_predicted"] == 1
    assert stats(lab)["shadow_mar_saved"] == 2
