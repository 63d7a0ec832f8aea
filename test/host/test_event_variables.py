# SPDX-License-Identifier: GPL-2.0-or-later
"""What an event route sets: with a REGISTER it lives as long as that, in the
process of the answer too; without one it is gone with the route."""

import pytest

from expect import registered
from process import wait_until
from test_load import LAB_OPTIONS as FREED_SOON, drain, floor, shm_used  # noqa: F401

EVENTS = ("registered", "refreshed", "updated", "removed", "expired", "hss-owed")
SET = """
route[SET] {
	$avp(lab) = $regr(event);
	$xavp(lab=>event) = $regr(event);
	xlog("L_NOTICE", "LAB EVENT $regr(event) impu=$regr(impu) avps=$cnt($avp(lab)) one_more=$xavp(lab[1]=>event)\\n");
}
""" + "".join("event_route[reg_refresh:%s] { route(SET); }\n" % name
              for name in EVENTS)
LAB_OPTIONS = {**FREED_SOON, "extra": SET,
               "params": {**FREED_SOON["params"], "min_expires": 1}}
USERS = 10


class Told:
    """The events from now on."""

    def __init__(self, lab):
        self.lab, self.mark = lab, lab.log_mark()

    def wait(self, *names):
        """Until these have come, and no other; how many values each has found,
        with its own."""
        def events():
            return self.lab.events(self.mark, "EVENT")
        wait_until(lambda: len(events()) >= len(names), 10, f"{names}")
        assert [e.name for e in events()] == list(names)
        return [(int(e.values["avps"]), e.values["one_more"]) for e in events()]


ALONE = (1, "<null>")


def test_a_register_keeps_them_from_one_event_to_the_next(lab, ue):
    told = Told(lab)
    registered(lab, ue, 600)
    assert told.wait("registered") == [ALONE]
    told = Told(lab)
    ue.move()
    assert ue.register(600).status == 200  # in a process of cdp
    assert told.wait("updated", "removed") == [ALONE, (2, "updated")]
    told = Told(lab)
    assert ue.refresh(600).status == 200
    assert told.wait("refreshed") == [ALONE]
    assert ue.deregister().status == 200


def expire(lab, ues):
    for ue in ues:
        assert ue.register(1).status == 200


def end_by_operator(lab, ues):
    for ue in ues:
        assert ue.register(600).status == 200
        lab.rpc("reg_refresh.deregister", ue.sub.impu)


def end_by_hss(lab, ues):
    for ue in ues:
        assert ue.register(600).status == 200
        assert lab.hss(f"rtr impi={ue.sub.impi} reason=0") == "ok 2001"


@pytest.mark.parametrize("end, event", [
    (expire, "expired"), (end_by_operator, "removed"), (end_by_hss, "removed")])
def test_nothing_is_left_of_an_event_without_a_register(lab, floor, end, event):  # noqa: F811
    told = Told(lab)
    end(lab, [lab.ue() for _ in range(USERS)])
    wait_until(lambda: len(lab.events(told.mark, "EVENT")) == 2 * USERS, 10,
               "all are told")
    events = lab.events(told.mark, "EVENT")
    assert sorted({e.name for e in events}) == sorted({"registered", event})
    assert {(e.values["avps"], e.values["one_more"]) for e in events} == \
        {("1", "<null>")}
    assert drain(lab, floor) == floor
