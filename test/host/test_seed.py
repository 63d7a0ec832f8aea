# SPDX-License-Identifier: GPL-2.0-or-later
"""Two REGISTERs that were seen in a network, as they were seen.

data/register_first.txt and register_answer.txt hold them. Adapted are the
addresses of the P-CSCF and of the S-CSCF, and the branches, which each test
needs for itself. The realm and the identities are those of the subscriber.
"""

import base64
from pathlib import Path

import pytest

from sipmsg import CRLF, Request, parse

REALM = "ims.mnc000.mcc000.3gppnetwork.org"
IMPI = f"8613911000057@{REALM}"
IMPU = f"sip:460003911000057@{REALM}"
CONTACT = "sip:460003911000057@172.16.106.92"
PCSCF = "172.16.106.81:6070"
SCSCF = "172.16.106.94:5060"
EXPIRES_S = 600000

LAB_OPTIONS = {"realm": REALM}
DATA = Path(__file__).resolve().parent / "data"


def load(name: str, ue) -> Request:
    """A message of data/, from this UE's P-CSCF to its S-CSCF."""
    text = (DATA / f"register_{name}.txt").read_text().strip()
    text = text.replace(PCSCF, ue.hostport)
    text = text.replace(SCSCF, "%s:%d" % ue.server)
    octets = text.replace("\n", CRLF) + CRLF * 2
    return with_branches(parse(octets.encode()), f"-{ue.port}")


def with_branches(request: Request, end: str) -> Request:
    """A transaction of its own: both branches go on with `end`."""
    vias = request.headers.all("Via")
    request.headers.set("Via", [via + end for via in vias])
    return request


def assert_akav1_challenge(response) -> str:
    """A 401 as TS 24.229 5.4.1.2.1 has it; its nonce."""
    assert (response.status, response.reason) == (401, "Unauthorized")
    challenge = response.challenge
    assert challenge["algorithm"] == "AKAv1-MD5"
    assert challenge["realm"] == REALM
    assert challenge["qop"] == "auth"
    assert len(challenge["ck"]) == len(challenge["ik"]) == 32
    assert len(base64.b64decode(challenge["nonce"])) == 32  # RAND and AUTN
    return challenge["nonce"]


def answer(ue, response) -> Request:
    """The second message again, with a right answer to this 401."""
    request = load("answer", ue)
    right = ue.answer_of(response, integrity="no")
    request.headers.set("Authorization", right)
    request.headers.set("CSeq", "3 REGISTER")
    ue.call_id, ue.cseq = request.call_id, 3
    return with_branches(request, "-right")


@pytest.fixture
def phone(lab):
    ue = lab.ue(impus=[IMPU], impi=IMPI)
    yield ue
    ue.close()


def leave(phone, request) -> None:
    """The same REGISTER once more, with expires 0."""
    request.headers.set("Expires", "0")
    request.headers.set("CSeq", f"{request.cseq + 1} REGISTER")
    request.headers.set("Authorization", phone.credentials(integrity="yes"))
    assert phone.request(with_branches(request, "-leave")).status == 200


def test_data_are_what_was_seen(phone):
    first, second = load("first", phone), load("answer", phone)
    for request in (first, second):
        assert request.uri == f"sip:{REALM}"
        assert request.headers.get("Expires") == str(EXPIRES_S)
        assert [c.uri for c in request.contacts] == [CONTACT]
    assert (first.cseq, second.cseq) == (1, 2)
    assert first.call_id == second.call_id


def test_first_is_challenged(lab, phone):
    mark = lab.hss_mark()
    response = phone.request(load("first", phone))
    assert_akav1_challenge(response)
    assert response.paths == load("first", phone).headers.values("Path")
    (mar,) = lab.hss_log(mark)
    assert (mar.cmd, mar.impi, mar.impu) == ("MAR", IMPI, IMPU)


def test_answer_to_a_nonce_of_somebody_else_is_challenged(lab, phone):
    mark = lab.hss_mark()
    first = assert_akav1_challenge(phone.request(load("first", phone)))
    second = assert_akav1_challenge(phone.request(load("answer", phone)))
    assert first != second
    assert [r.cmd for r in lab.hss_log(mark)] == ["MAR", "MAR"]


def test_right_answer_is_registered(lab, phone):
    phone.request(load("first", phone))
    challenge = phone.request(load("answer", phone))
    mark, request = lab.hss_mark(), answer(phone, challenge)
    response = phone.request(request)
    assert (response.status, response.reason) == (200, "OK")
    assert response.expires_of(CONTACT) == EXPIRES_S
    params = response.contacts[0].params
    assert params["+g.3gpp.ics"] == "principal"
    assert "mmtel" in params["+g.3gpp.icsi-ref"]
    assert response.paths == request.headers.values("Path")
    assert response.service_routes == [
        f"<sip:orig@{lab.scscf.fqdn}:{lab.scscf.sip_port};lr>"]
    assert response.associated_uris == [IMPU]
    sars = lab.hss_log(mark)
    assert [(r.cmd, r.type, r.impi) for r in sars] == [("SAR", 1, IMPI)]
    mark = lab.hss_mark()
    leave(phone, request)
    assert [(r.cmd, r.type) for r in lab.hss_log(mark)] == [("SAR", 5)]


def test_registered_phone_is_reached_over_its_path(lab, phone):
    phone.request(load("first", phone))
    request = answer(phone, phone.request(load("answer", phone)))
    assert phone.request(request).status == 200
    assert lab.ue().message(IMPU).status == 200
    message = phone.wait_request("MESSAGE")
    assert message.uri == CONTACT
    assert message.headers.values("Route") == request.headers.values("Path")
    leave(phone, request)
