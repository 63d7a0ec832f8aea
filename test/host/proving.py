# SPDX-License-Identifier: GPL-2.0-or-later
"""What the tests of the proof do again and again.

Sends REGISTERs one at a time; never answers a challenge by itself.
"""

from __future__ import annotations

import re

from expect import VERBOSE, Since

PARAMS = {"min_expires": 3, "location_update_interval": 3600,
          "location_update_jitter": 0, "auth_scheme": "Unknown"}
OPTIONS = {"params": PARAMS, "cdp_timeout_s": 1, "defines": VERBOSE}


def options(**params) -> dict:
    """LAB_OPTIONS with more parameters of the module."""
    return {**OPTIONS, "params": {**PARAMS, **params}}


def send(ue, authorization, expires=60, **more):
    """A REGISTER with this Authorization; the final response."""
    return ue.request(ue.build_register(expires, authorization=authorization, **more))


def ask(ue, **more):
    """A REGISTER without proof."""
    return send(ue, ue.empty_authorization(None), **more)


def challenge_of(ue, **more):
    """A REGISTER without proof; the 401."""
    answer = ask(ue, **more)
    assert answer.status == 401, answer
    return answer


def enter(lab, ue, *cx):
    """Register for the first time, answering one challenge; `cx` if given is
    what the HSS must see."""
    then = Since(lab)
    ue.last_answer = ue.answer_of(challenge_of(ue))
    answer = send(ue, ue.last_answer)
    assert answer.status == 200, answer
    then.exactly(*(cx or ("MAR", "SAR 1")))
    return answer


def again(ue, **more):
    """A REGISTER with the nonce in use and the next nc; the final response."""
    return send(ue, ue.credentials(integrity=more.pop("integrity", None),
                                   nc=more.pop("nc", None),
                                   nonce=more.pop("nonce", None)), **more)


def without_mark(authorization: str) -> str:
    """As a P-CSCF without a security association hands it on."""
    return re.sub(r',integrity-protected="[^"]*"', "", authorization)


def is_stale(answer) -> bool:
    """Whether the 401 says that the answer was right, but for its nonce."""
    return answer.status == 401 and answer.challenge.get("stale") == "true"


def loops_of(lab, ue) -> list[dict]:
    """RPC loops of one user."""
    return [entry for entry in lab.rpc("reg_refresh.loops")
            if entry["impi"] == ue.sub.impi]


def wait_sars(lab, ue, since, *types, timeout_s=5):
    """Until these SARs of a user, and no other, are in the HSS's log."""
    sars = lab.wait_hss("SAR", since, ue.sub.impi, len(types), timeout_s)
    assert [s.type for s in sars] == list(types)
