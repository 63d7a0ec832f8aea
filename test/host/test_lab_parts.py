# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab's own arithmetic and parsers against published examples."""

from digest import Algorithm, Credential, aka_password
from milenage import Milenage, Vector, opc_of
from reginfo import parse_reginfo
from sipmsg import Contact, Headers, parse, split_outside

from process import fatal_lines

# TS 35.208 4.3, test set 1
K = bytes.fromhex("465b5ce8b199b49faa5f0a2ee238a6bc")
RAND = bytes.fromhex("23553cbe9637a89d218ae64dae47bf35")
SQN = bytes.fromhex("ff9bb4d0b607")
AMF = bytes.fromhex("b9b9")
OP = bytes.fromhex("cdc202d5123e20f62b6d676ac72cb318")
OPC = bytes.fromhex("cd63cb71954a9f4e48a5994e37a02baf")


def test_milenage_opc():
    assert opc_of(K, OP) == OPC


def test_milenage_f1():
    mac_a, mac_s = Milenage(K, OPC).f1(RAND, SQN, AMF)
    assert mac_a.hex() == "4a9ffac354dfafb3"
    assert mac_s.hex() == "01cfaf9ec4e871e9"


def test_milenage_f2_to_f5():
    vector = Milenage(K, OPC).vector(RAND)
    assert vector.res.hex() == "a54211d5e3ba50bf"
    assert vector.ck.hex() == "b40ba9a3c58b2a05bbf0d987b21bf8cb"
    assert vector.ik.hex() == "f769bcd751044604127672711c6d3441"
    assert vector.ak.hex() == "aa689c648370"
    assert vector.ak_star.hex() == "451e8beca43b"


def test_autn_opens_to_its_sqn():
    usim = Milenage(K, OPC)
    autn = usim.autn(RAND, SQN, AMF)
    assert usim.open_autn(RAND, autn) == (SQN, True)
    assert usim.open_autn(RAND, autn[:-1] + b"\0")[1] is False


def test_digest_example_of_rfc_2617():
    credential = Credential(
        "Mufasa", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        "/dir/index.html", b"Circle Of Life", "md5", "GET", "auth", 1, "0a4f113b")
    assert credential.response() == "6629fae49393a05397450978507c4ef1"


def test_digest_examples_of_rfc_7616():
    nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
    cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
    def response(name):
        return Credential("Mufasa", "http-auth@example.org", nonce,
                          "/dir/index.html", b"Circle of Life", name, "GET",
                          "auth", 1, cnonce).response()
    assert response("md5") == "8ca523f5e9506fed4657c9700eebdbec"
    assert response("sha256") == (
        "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")


def test_aka_v2_password_is_a_mac_over_all_keys():
    vector = Vector(b"r" * 8, b"c" * 16, b"i" * 16, b"", b"")
    assert aka_password(Algorithm("md5", 1), vector) == b"r" * 8
    assert len(aka_password(Algorithm("md5", 2), vector)) == 24
    assert len(aka_password(Algorithm("sha256", 2), vector)) == 44


def test_split_respects_quotes_and_brackets():
    text = '"a, b" <sip:x@y;m="1,2">;q=1, <sip:z>;expires=5'
    assert split_outside(text, ",") == [
        '"a, b" <sip:x@y;m="1,2">;q=1', "<sip:z>;expires=5"]


def test_contact_parameters():
    contact = Contact.parse('<sip:a@b;lr>;expires=7;+sip.instance="<urn:x>"')
    assert contact.uri == "sip:a@b;lr"
    assert contact.expires == 7
    assert contact.params["+sip.instance"] == "<urn:x>"


def test_response_parsed():
    response = parse(b"SIP/2.0 200 OK\r\nCSeq: 4 REGISTER\r\nm: <sip:a@b>;\r\n"
                     b" expires=10\r\nContact: <sip:c@d>;expires=20\r\n"
                     b"P-Associated-URI: <sip:a@x>, <tel:+1>\r\n\r\n")
    assert response.status == 200 and response.cseq == 4
    assert response.expires_of("sip:a@b") == 10
    assert response.expires_of("sip:c@d") == 20
    assert response.associated_uris == ["sip:a@x", "tel:+1"]


def test_header_set_keeps_the_place():
    headers = Headers([("A", "1"), ("b", "2"), ("B", "3"), ("C", "4")])
    headers.set("B", ["5", "6"])
    assert headers.items == [("A", "1"), ("B", "5"), ("B", "6"), ("C", "4")]
    headers.set("B", None)
    assert headers.items == [("A", "1"), ("C", "4")]


def test_reginfo_parsed():
    info = parse_reginfo(
        '<?xml version="1.0"?><reginfo xmlns="urn:ietf:params:xml:ns:reginfo" '
        'version="3" state="full"><registration aor="sip:a@x" id="r" '
        'state="active"><contact id="c" state="active" event="refreshed" '
        'expires="60"><uri>sip:a@b</uri></contact></registration></reginfo>')
    assert info.version == 3
    assert info.of("sip:a@x").contacts[0].expires == 60
    assert info.has("sip:a@b", state="active", event="refreshed")
    assert not info.has("sip:a@b", event="expired")


def test_fatal_log_lines():
    text = ("1(2) ERROR: cdp [x.c:1]: f(): bad\n1(2) WARNING: cdp: fine\n"
            "1(2) CRITICAL: <core> [x.c]: worse\n1(2) NOTICE: no ERRORS here\n")
    assert len(fatal_lines(text)) == 2
    assert len(fatal_lines(text, ["worse"])) == 1
