# SPDX-License-Identifier: GPL-2.0-or-later
"""REGISTERs that are wrong, on the wire.

Each gets a 400 that says what is wrong, or is dropped by Kamailio's own
parser; the HSS hears nothing of it, the user's binding stays as it was, and
the next good REGISTER works. What looks odd and is allowed is taken.
"""

import re

import pytest

from sipmsg import CRLF

# What is malformed, or forged, here is no loop of the phone's.
LAB_OPTIONS = {"params": {"challenge_loop_limit": 0}}

KAMAILIO_PARSER = r"<core> \[core/parser/|ERROR: pv \[pv_core\.c"
DROPPED_BY_CORE = r"receive_msg\(\): (required headers|no via) (not )?found"
NO_REPLY_BUILT = r"build_res_buf_from_sip_req|the 400 was not sent"

CONTACT = "<sip:{user}@{contact}>"


# Changes of a REGISTER, as octets


def without(name):
    """No header of that name."""
    def change(raw):
        head, end, body = raw.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not
                 line.lower().startswith(name.lower().encode() + b":")]
        return b"\r\n".join(lines) + end + body
    return change


def with_value(name, value):
    """The first header of that name has this value, further ones are gone."""
    def change(raw):
        pattern = rb"(?im)^" + name.encode() + rb":[^\r]*\r\n"
        octets = value if isinstance(value, bytes) else value.encode()
        line = name.encode() + b": " + octets + b"\r\n"
        raw = re.sub(pattern, lambda _: b"\0", raw, count=1)
        return re.sub(pattern, b"", raw).replace(b"\0", line, 1)
    return change


def contact(parameters):
    """The UE's own Contact, with these parameters."""
    return with_contact(CONTACT + parameters)


def with_contact(value):
    """A Contact in which {user} and {contact} are those of the UE."""
    def change(raw):
        found = re.search(rb"(?m)^Contact: <sip:([^@]*)@([^>]*)>", raw)
        user, address = (part.decode() for part in found.groups())
        text = value.replace("{user}", user).replace("{contact}", address)
        return with_value("Contact", text)(raw)
    return change


def both(*changes):
    """One change after the other."""
    def change(raw):
        for step in changes:
            raw = step(raw)
        return raw
    return change


def many_contacts(count):
    return with_value("Contact", ", ".join(
        f"<sip:c{n}@127.99.0.1>" for n in range(count)))


def with_body(raw):
    head = without("Content-Length")(raw).removesuffix(b"\r\n\r\n")
    return (head + b"\r\nContent-Type: text/plain\r\nContent-Length: 5"
            b"\r\n\r\nhello")


# Answered 400: the change, and the reason phrase that names it

REFUSED = {
    "from has no uri": (with_value("From", "<>"), "Invalid From Header"),
    "from is empty": (with_value("From", ""), "Invalid From Header"),
    "to is no uri": (with_value("To", "nobody"), "Invalid To URI"),
    "to has an empty uri": (with_value("To", "<sip:>"), "Invalid To URI"),
    "to has no number": (with_value("To", "<tel:>"), "Invalid To URI"),
    "to is of http": (with_value("To", "<http://a/>"), "Invalid To URI"),
    "to of 300 characters": (
        with_value("To", f"<sip:{'u' * 285}@lab.example>"), "To URI Too Long"),
    "to not ascii": (with_value("To", b"<sip:\xff\xfe@lab.example>"),
                     "Invalid To URI"),
    "call-id is empty": (with_value("Call-ID", ""), "Invalid Call-ID"),
    "call-id of 60 kB": (with_value("Call-ID", "c" * 60000),
                         "Call-ID Too Long"),
    "call-id with nul": (with_value("Call-ID", b"a\0b"), "Invalid Call-ID"),
    "call-id not ascii": (with_value("Call-ID", b"\xc3\xa4@ue"),
                          "Invalid Call-ID"),
    "cseq 2^31": (with_value("CSeq", "2147483648 REGISTER"), "Invalid CSeq"),
    "cseq 2^32": (with_value("CSeq", "4294967296 REGISTER"), "Invalid CSeq"),
    "cseq of letters": (with_value("CSeq", "abc REGISTER"), "Invalid CSeq"),
    "cseq below zero": (with_value("CSeq", "-1 REGISTER"), "Invalid CSeq"),
    "cseq of an invite": (with_value("CSeq", "77 INVITE"), "Invalid CSeq"),
    "expires -1": (with_value("Expires", "-1"), "Invalid Expires"),
    "expires 2^32+1": (with_value("Expires", "4294967297"), "Invalid Expires"),
    "expires of letters": (with_value("Expires", "soon"), "Invalid Expires"),
    "expires is empty": (with_value("Expires", ""), "Invalid Expires"),
    "expires twice in one": (with_value("Expires", "60 60"), "Invalid Expires"),
    "expires with nul": (with_value("Expires", b"6\x000"), "Invalid Expires"),
    "contact expires -1": (contact(";expires=-1"), "Invalid Contact Expires"),
    "contact expires 2^32+1": (contact(";expires=4294967297"),
                               "Invalid Contact Expires"),
    "contact expires of letters": (contact(";expires=soon"),
                                   "Invalid Contact Expires"),
    "contact expires is empty": (contact(";expires="),
                                 "Invalid Contact Expires"),
    "contact expires without value": (contact(";expires"),
                                      "Invalid Contact Expires"),
    "200 contacts": (many_contacts(200), "Too Many Contacts"),
    "contact without uri": (with_value("Contact", "<>"), "Invalid Contact"),
    "contact is empty": (with_value("Contact", ""), "Invalid Contact"),
    "contact without scheme": (with_value("Contact", "nobody"),
                               "Invalid Contact"),
    "contact not closed": (with_value("Contact", "<sip:a@b"),
                           "Invalid Contact"),
    "contact name not closed": (with_value("Contact", '"a <sip:a@b>'),
                                "Invalid Contact"),
    "contact with an empty uri": (with_value("Contact", "<sip:>"),
                                  "Invalid Contact URI"),
    "contact without host": (with_value("Contact", "<sip:a@>"),
                             "Invalid Contact URI"),
    "contact port 99999": (with_value("Contact", "<sip:a@b:99999>"),
                           "Invalid Contact URI"),
    "contact uri with nul": (with_value("Contact", b"<sip:a\0b@127.99.0.1>"),
                             "Invalid Contact URI"),
    "contact uri not ascii": (with_value("Contact", b"<sip:\xc3\xa4@127.9.0.1>"),
                              "Invalid Contact URI"),
    "contact uri of 60 kB": (
        with_value("Contact", f"<sip:{'a' * 60000}@127.99.0.1>"),
        "Contact URI Too Long"),
    "contact parameters of 60 kB": (contact(f";x={'a' * 60000}"),
                                    "Contact Parameters Too Long"),
    "contact parameter with nul": (
        with_value("Contact", b'<sip:a@127.99.0.1>;x="a\0b"'),
        "Invalid Contact Parameters"),
    "contact given twice": (with_contact(f"{CONTACT}, {CONTACT};q=0.5"),
                            "Contact Given Twice"),
    "q=7": (contact(";q=7"), "Invalid Contact q"),
    "q of letters": (contact(";q=high"), "Invalid Contact q"),
    "reg-id=0": (contact(';+sip.instance="<urn:x>";reg-id=0'),
                 "Invalid Contact reg-id"),
    "reg-id 2^31": (contact(';+sip.instance="<urn:x>";reg-id=2147483648'),
                    "Invalid Contact reg-id"),
    "reg-id of letters": (contact(';+sip.instance="<urn:x>";reg-id=one'),
                          "Invalid Contact reg-id"),
    "* after a contact": (with_contact(CONTACT + ", *"), "Invalid Contact"),
    "* before a contact": (with_contact("*, " + CONTACT), "Invalid Contact *"),
    "* and a contact, two headers": (
        both(with_value("Expires", "0"),
             with_contact("*" + CRLF + "Contact: " + CONTACT)),
        "Invalid Contact *"),
    "a contact and *, two headers": (
        both(with_value("Expires", "0"),
             with_contact(CONTACT + CRLF + "Contact: *")),
        "Invalid Contact *"),
    "* twice": (with_value("Contact", "*" + CRLF + "Contact: *"),
                "Invalid Contact *"),
    "* with parameters": (with_value("Contact", "*;expires=0"),
                          "Invalid Contact *"),
    "* with expires 5": (both(with_value("Contact", "*"),
                              with_value("Expires", "5")),
                         "Invalid Contact *"),
    "* without expires": (both(with_value("Contact", "*"), without("Expires")),
                          "Invalid Contact *"),
    "path is empty": (with_value("Path", ""), "Invalid Path"),
    "path without brackets": (with_value("Path", "sip:p@127.0.0.1"),
                              "Invalid Path"),
    "path not closed": (with_value("Path", "<sip:p@127.0.0.1"), "Invalid Path"),
    "path with an empty uri": (with_value("Path", "<>"), "Invalid Path"),
    "path is no uri": (with_value("Path", "<nobody>"), "Invalid Path"),
    "path port 99999": (with_value("Path", "<sip:p@127.0.0.1:99999;lr>"),
                        "Invalid Path"),
    "path ends in a comma": (with_value("Path", "<sip:p@127.0.0.1;lr>,"),
                             "Invalid Path"),
    "second path broken": (
        with_value("Path", "<sip:p@127.0.0.1;lr>" + CRLF + "Path: <sip:"),
        "Invalid Path"),
    "path with nul": (with_value("Path", b"<sip:p\0q@127.0.0.1;lr>"),
                      "Invalid Path"),
    "path name with nul": (with_value("Path", b'"\0" <sip:p@127.0.0.1;lr>'),
                           "Invalid Path"),
    "path of 60 kB": (with_value("Path", f"<sip:{'p' * 60000}@127.0.0.1;lr>"),
                      "Path Too Long"),
    "authorization is empty": (with_value("Authorization", ""),
                               "Invalid Authorization"),
    "authorization is basic": (with_value("Authorization", "Basic eDp5"),
                               "Invalid Authorization"),
    "authorization with nul": (
        with_value("Authorization", b'Digest username="a\0b",realm="r"'),
        "Invalid Authorization"),
    "username of 300 characters": (
        with_value("Authorization", f'Digest username="{"u" * 300}"'),
        "Username Too Long"),
}

# Dropped: Kamailio's core logs it and never runs the script

DROPPED = {
    "no to": without("To"),
    "no from": without("From"),
    "no call-id": without("Call-ID"),
    "no cseq": without("CSeq"),
    "no via": without("Via"),
    "to is empty": with_value("To", ""),
    "to has no uri": with_value("To", "<>"),
    "to with nul": with_value("To", b"<sip:a\0b@lab.example>"),
    "to with garbage": with_value("To", "<sip:a@b>garbage"),
    "cseq is empty": with_value("CSeq", ""),
    "cseq without method": with_value("CSeq", "5"),
    "cseq without number": with_value("CSeq", "REGISTER"),
}

# Odd, but allowed

ACCEPTED = {
    "no max-forwards": without("Max-Forwards"),
    "no content-length": without("Content-Length"),
    "no user-agent": without("User-Agent"),
    "a body": with_body,
    "octets after the end": lambda raw: raw + b"\0\0\0\0",
    "expires 2^32-1": with_value("Expires", "4294967295"),
    "cseq 2^31-1": with_value("CSeq", "2147483647 REGISTER"),
    "user-agent not ascii": with_value("User-Agent", b"\xff\xfe\xc3\xa4"),
    "user-agent with nul": with_value("User-Agent", b"a\0b"),
    "user-agent of 60 kB": with_value("User-Agent", "a" * 60000),
    "unknown header of 60 kB": with_value(
        "User-Agent", "a" + CRLF + "X-Big: " + "x" * 60000),
    "contact name not ascii": with_contact('"J\u00fcrgen" ' + CONTACT),
    "contact over two lines": with_contact(CONTACT + CRLF + " ;expires=600"),
    "path over two lines": with_value(
        "Path", "<sip:p@127.0.0.1;lr>," + CRLF + " <sip:q@127.0.0.1;lr>"),
}


# Helpers

def bindings(lab, ue):
    """What usrloc and we hold of the UE, without what time alone changes."""
    shown = lab.rpc("reg_refresh.show", ue.sub.impu)
    facts = [{name: value for name, value in binding.items()
              if name not in ("remaining", "lui")} for binding in shown]
    record = lab.rpc("ulscscf.showimpu", ue.sub.impu)
    contacts = {uri: values["client"]
                for uri, values in record["contacts"].items()}
    return facts, record["state"], contacts


def protected(ue):
    """The octets of a good refresh that the P-CSCF vouches for."""
    authorization = ue.credentials(integrity="yes")
    return ue.build_register(600, authorization=authorization).to_bytes()


def assert_fine(lab, ue, before):
    """The binding is as before, and a good REGISTER works."""
    assert bindings(lab, ue) == before
    assert ue.refresh(600).status == 200


@pytest.fixture
def registered(ue):
    assert ue.register(600).status == 200
    return ue


# Tests

@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.allow_log(KAMAILIO_PARSER)
def test_refused_with_its_reason(lab, registered, name):
    change, phrase = REFUSED[name]
    before, mark = bindings(lab, registered), lab.hss_mark()
    response = registered.exchange_raw(change(protected(registered)))
    assert (response.status, response.reason) == (400, phrase)
    assert lab.hss_log(mark) == []
    assert_fine(lab, registered, before)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.allow_log(KAMAILIO_PARSER)
def test_stranger_is_refused_without_the_hss(lab, ue, name):
    change, phrase = REFUSED[name]
    raw = ue.build_register(600, authorization=ue.empty_authorization())
    mark = lab.hss_mark()
    response = ue.exchange_raw(change(raw.to_bytes()))
    assert (response.status, response.reason) == (400, phrase)
    assert lab.hss_log(mark) == []


@pytest.mark.parametrize("name", DROPPED)
@pytest.mark.allow_log(KAMAILIO_PARSER, r"core/receive\.c.*receive_msg")
def test_dropped_by_kamailio(lab, registered, name):
    before, mark = bindings(lab, registered), lab.hss_mark()
    log = lab.log_mark()
    registered.send(DROPPED[name](protected(registered)))
    lab.wait_log(DROPPED_BY_CORE, log)
    assert lab.hss_log(mark) == []
    assert_fine(lab, registered, before)
    assert registered.stray == []


@pytest.mark.parametrize("value", ["-1", "abc"])
@pytest.mark.allow_log(KAMAILIO_PARSER, NO_REPLY_BUILT)
def test_content_length_that_kamailio_cannot_answer(lab, registered, value):
    """Its reply would need the header that it could not read."""
    before, mark = bindings(lab, registered), lab.hss_mark()
    log = lab.log_mark()
    change = with_value("Content-Length", value)
    registered.send(change(protected(registered)))
    lab.wait_log("the 400 was not sent", log)
    assert lab.hss_log(mark) == []
    assert_fine(lab, registered, before)
    assert registered.stray == []


@pytest.mark.parametrize("name", ACCEPTED)
def test_odd_but_allowed(lab, registered, name):
    response = registered.exchange_raw(ACCEPTED[name](protected(registered)))
    assert (response.status, response.reason) == (200, "OK")
    contacts = [c.uri for c in response.contacts]
    assert contacts == [registered.contact_uri]
    (shown,) = lab.rpc("reg_refresh.show", registered.sub.impu)
    assert len(shown["user_agent"]) <= 255


def test_first_registration_with_a_header_of_60_kilobytes(ue):
    """It waits for the HSS twice, with all its octets."""
    headers = {"X-Big": "x" * 60000}
    assert ue.register(600, headers=headers).status == 200


def cuts(text, step=10):
    """The front of a text, at every step."""
    return [text[:n] for n in range(0, len(text), step)]


def is_whole(authorization):
    """Whether a front of credentials happens to be a list of parameters."""
    parameter = r'[a-z-]+=("[^"]*"|[^",\s]+)'
    return re.fullmatch(rf"Digest {parameter}(,{parameter})*,?", authorization)


def test_authorization_cut_off_anywhere(lab, registered):
    """A front is refused, or proves nothing: then only a MAR follows."""
    before, statuses = bindings(lab, registered), set()
    whole = registered.credentials(integrity="yes")
    for front in cuts(whole):
        mark = lab.hss_mark()
        request = registered.build_register(600, authorization=front)
        response = registered.request(request)
        if is_whole(front):
            assert response.status == 401
            assert [r.cmd for r in lab.hss_log(mark)] == ["MAR"]
        else:
            assert response.reason == "Invalid Authorization", front
            assert lab.hss_log(mark) == []
        statuses.add(response.status)
    assert 400 in statuses
    assert_fine(lab, registered, before)


def test_malformed_are_counted_and_nothing_waits(lab, registered):
    before = lab.rpc("reg_refresh.stats")
    raw = with_value("Expires", "soon")(protected(registered))
    assert registered.exchange_raw(raw).status == 400
    after = lab.rpc("reg_refresh.stats")
    assert after["why_malformed"] == before["why_malformed"] + 1
    assert after["act_reject"] == before["act_reject"] + 1
    assert after["waiting"] == 0
