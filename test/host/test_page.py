# SPDX-License-Identifier: GPL-2.0-or-later
"""The live page of etc/page: who may read it, what can be asked through it,
what a browser shows of it."""

from __future__ import annotations

import contextlib
import http.client
import re
import shutil
import socket
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "page"))

from browser import LAPTOP, PHONE, open_page  # noqa: E402
from lab import Lab  # noqa: E402
from pagelab import AUTH, PAGE, PageLab  # noqa: E402
from process import free_port, wait_until  # noqa: E402

CROWD = 200
ESCAPE, ENTER = "\ue00c", "\ue007"
# A page asks once for what this S-CSCF does not know.
# What Kamailio's TCP process says when it is not the first to end.
ENDED = r"receive_fd\(\): EOF on"

HOSTILE = ['<img src=x onerror="window.hit=1">', '"><script>window.hit=1</script>',
           "</title><svg onload=window.hit=1>", "{{7*7}}${7*7}"]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A lab with the page, a crowd and, for the story, alice."""
    lab = PageLab(tmp_path_factory.mktemp("lab"), params={"min_expires": 5},
                  defines={"LAB_TRACK": 1, "LAB_FR_TIMER": 800})
    lab.provoked = [ENDED]
    try:
        lab.start()
        lab.crowd(CROWD)
        yield lab
    finally:
        status = lab.stop()
    faults = lab.log_faults(allow=lab.provoked)
    assert not faults, "\n".join(faults)
    assert status == 0, lab.tails()


@pytest.fixture(scope="module")
def page(lab):
    """The page in a browser, logged in."""
    with open_page(lab) as page:
        yield page


@pytest.fixture
def overview(page):
    """The page, its totals there."""
    page.load()
    page.await_text("#tile-bindings .value", bool, "totals")
    return page


# who may read

PATHS = ["/", "/page.css", "/page.js", "/api/stats", "/api/list?impu=", "/no"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("auth", [None, "", "oncall:", ":", "root:root",
                                  "oncall:three-in-the-mornin",
                                  "oncall:three-in-the-morning "])
def test_nothing_without_the_secret(lab, path, auth):
    answer = lab.http(path, auth=auth)
    assert answer.status == 401
    assert answer.headers["www-authenticate"].startswith("Basic ")
    assert answer.text == "Who are you?\n"


@pytest.mark.parametrize("auth", [None, "", "short:secret"])
@pytest.mark.allow_log("PAGE_AUTH is not set")
def test_no_page_without_a_secret(tmp_path, auth):
    """Not set, empty or short: nobody gets in, whatever he says."""
    lab = PageLab(tmp_path, auth=auth, hss=False)
    with lab:
        for given in (None, "", "short:secret", ":"):
            answer = lab.http("/api/stats", auth=given)
            assert answer.status == 503 and "PAGE_AUTH" in answer.text


def test_page_of_the_example(tmp_path):
    """As README.md of etc/ says: the files copied, the secret in scscf.cfg."""
    port = free_port(socket.SOCK_STREAM)
    shutil.copytree(PAGE, tmp_path / "page")
    lab = Lab(tmp_path, config="example", hss=False, defines={
        "PAGE_AUTH": AUTH, "PAGE_PORT": port, "PAGE_DIR": f"{tmp_path}/page"})
    lab.page_port = port
    with lab:
        assert PageLab.http(lab, "/", auth=None).status == 401
        assert PageLab.http(lab, "/page.js").text == (PAGE / "page.js").read_text()
        assert PageLab.http(lab, "/api/stats").json["result"]["bindings"] == 0


def test_headers_keep_the_page_to_itself(lab):
    headers = lab.http("/").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    for path in PATHS:
        assert lab.http(path).headers["cache-control"] == "no-store"


def test_files_name_no_other_place():
    """No address of another host, no script or style within the HTML."""
    for path in PAGE.glob("*.*"):
        text = path.read_text().replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//[a-z]+\.", text), path
        assert "innerHTML" not in text and "outerHTML" not in text, path
        assert "insertAdjacent" not in text and "eval(" not in text, path
    html = (PAGE / "index.html").read_text()
    assert not re.search(r"<script>|<style|\son\w+=|\sstyle=", html)


@pytest.mark.allow_log(r"parse_first_line\(\)", "core parsing of SIP message failed",
                       r"parse_msg\(\)")
@pytest.mark.parametrize("uri", ["sip:ims.lab.example", "/", "/ HTTP", "x HTTP/1",
                                 "/ HTTP/1.1"])
def test_no_sip_where_the_page_is(lab, uri):
    """It is dropped, or taken for HTTP without a secret; never decided."""
    before = lab.rpc("reg_refresh.stats")
    request = lab.ue().build_register(600)
    request.uri = uri
    with socket.create_connection(("127.0.0.1", lab.page_port), 5) as link:
        link.sendall(request.to_bytes())
        link.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            assert link.recv(4096)[:12] in (b"", b"HTTP/1.1 401")
    assert lab.http("/").status == 200
    assert lab.rpc("reg_refresh.stats") == before


# what can be asked

FORBIDDEN = ["/api/", "/api/deregister", "/api/force_update?impu=sip:a@b",
             "/api/reauth?impu=sip:a@b", "/api/reg_refresh.stats", "/api/STATS",
             "/api/stats/", "/api/%73tats", "/api/core.psx", "/api//stats"]
NO_FILE = ["/page.cfg", "/../page.cfg", "/%2e%2e/page.js", "/a/page.js", "/RPC",
           "/page.js%00", "/jsonrpc", "/index.html?x", "//", "/.js"]


@pytest.mark.parametrize("path", FORBIDDEN)
def test_only_what_the_page_asks_for(lab, path):
    assert lab.http(path).status == 403


@pytest.mark.parametrize("path", NO_FILE)
def test_only_files_of_the_page(lab, path):
    assert lab.http(path).status == 404


END = '"method":"reg_refresh.deregister","params":["sip:load000000@ims.lab.example"]'
BODIES = ['{"jsonrpc":"2.0","id":1,%s}' % END, '[{"jsonrpc":"2.0","id":1,%s}]' % END,
          '{"jsonrpc":"2.0","id":1,"method":"reg_refresh.stats",%s}' % END,
          '{"jsonrpc":"2.0","id":1,%s}' % END.replace("reg_", "\\u0072eg_"),
          '{"jsonrpc":"2.0","id":1,%s}' % END.replace("reg_", "REG_")]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("path", ["/", "/RPC", "/api/stats", "/api/list"])
def test_nothing_but_get(lab, method, path):
    for body in BODIES:
        assert lab.http(path, method, body).status == 405
    assert lab.api("stats")["bindings"] >= CROWD


@pytest.mark.allow_log("buffer overrun", "tcp_read_req", "receive_tcp", "tcp_read_data")
def test_a_large_body_is_not_taken_in(lab):
    """What is more than Kamailio's buffer ends the connection."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        assert lab.http("/api/stats", "POST", "x" * 1_000_000).status == 405
    assert lab.http("/").status == 200


def test_get_with_a_body_is_a_get(lab):
    """A body is never read: no command can come in one."""
    for body in BODIES:
        answer = lab.http("/api/stats", "GET", body)
        assert set(answer.json["result"]) >= {"bindings", "sar_sent"}
    assert lab.api("stats")["act_deregister"] == 0


BROKEN_OUT = ['sip:a","x', "sip:a\\", "sip:a\n", 'sip:a\x00"', "sip:a\x7f",
              "sip:a\x1f", "sip:\xfc@b", "x" * 700]
RAW = ["", "?", "?imp=sip:a", "?impu=<a>", "?impu=a%0", "?impu=%22",
       "?impu=%5c", "?impu=%5C", "?impu=a&count=1\"", "?impu=a\\u0022", "?impu=%00",
       "?x=1&impu=sip:a"]


@pytest.mark.parametrize("what", ["list", "show", "explain"])
def test_an_argument_stays_an_argument(lab, what):
    """Whatever could end a text of JSON is no IMPU."""
    for query in [*RAW, *("?impu=" + quote(impu, safe="") for impu in BROKEN_OUT)]:
        answer = lab.http(f"/api/{what}{query}")
        assert (answer.status, answer.text) == (400, "Not an IMPU.\n"), query


@pytest.mark.parametrize("impu", ["sip:a%22@b", "sip:%3Cscript%3E@b", "sip:a'@b",
                                  "sip:%C3%BC@b", "sip:a,b;c=d?e&f@b", "[]", "{}"])
def test_odd_names_are_names(lab, impu):
    """They reach the command as they are: it says that nobody is called so."""
    answer = lab.http(f"/api/show?impu={quote(impu, safe='')}").json
    assert answer["error"]["message"].endswith(impu)


def test_answers_are_the_commands_own(lab):
    stats = lab.api("stats")
    assert stats == lab.rpc("reg_refresh.stats")
    assert lab.api("config") == lab.rpc("reg_refresh.config")
    impu = "sip:load000007@ims.lab.example"
    assert [row["impu"] for row in lab.api("list", impu)] == [impu]
    assert lab.api("show", impu)[0]["contact"] == \
        lab.rpc("reg_refresh.show", impu)[0]["contact"]
    assert lab.api("explain", impu) == lab.rpc("reg_refresh.explain", impu)
    assert len(lab.api("list", "")) == 50


# what a browser shows

def test_totals_are_the_commands_own(lab, overview):
    stats = lab.rpc("reg_refresh.stats")
    wait_until(lambda: overview.number("#tile-bindings .value") == stats["bindings"],
               10, "bindings")
    assert overview.text("#tile-hss .value") == "connected"
    assert overview.number("#tile-owed .value") == stats["owed"]
    said = overview.text("#proportion").replace("\u202f", "")
    assert f"{stats['sar_saved']} saved, {stats['sar_sent']} sent" in said
    assert overview.complaints() == []


def test_search_finds_by_prefix(overview):
    overview.type("/")
    overview.type("load00001", "#impu")
    wait_until(lambda: sorted(overview.texts("#bindings tbody a")) ==
               [f"sip:load00001{n}@ims.lab.example" for n in range(10)], 10,
               "ten bindings")
    overview.await_text("#shown", lambda t: t.startswith("10 begin"), "their number")
    overview.type(ESCAPE, "#impu")
    wait_until(lambda: len(overview.texts("#bindings tbody a")) == 50, 10, "all again")


def test_search_of_nobody(overview):
    overview.type("nobody-like-that", "#impu")
    overview.await_text("#shown", lambda t: t.startswith("none begins"), "nobody")
    assert overview.texts("#bindings tbody a") == []


def test_hostile_texts_are_texts(lab, page):
    ues = [lab.ue(name=f"hostile{n}") for n in range(len(HOSTILE))]
    for ue, text in zip(ues, HOSTILE):
        assert ue.register(600, headers={"User-Agent": text}).status == 200
        page.load(ue.sub.impu)
        page.await_text(".facts", bool, "facts")
        assert text in page.texts(".facts dd")
    page.load('sip:<img src=x onerror="window.hit=1">@x')
    page.await_text(".impu", bool, "the name")
    assert page.text(".impu") == 'sip:<img src=x onerror="window.hit=1">@x'
    assert page.run("return window.hit") is None
    assert page.run("return document.querySelectorAll('main img, main script').length") == 0
    assert page.run("return document.scripts.length") == 1


def test_story_tells_the_verdicts(lab, page):
    ue = lab.ue(name="storied")
    ue.register(600)
    ue.refresh(600)
    page.load(ue.sub.impu)
    page.await_text(".verdicts", bool, "verdicts")
    told = lab.rpc("reg_refresh.explain", ue.sub.impu)
    assert page.texts(".verdicts .why") == [v["why"] for v in told]
    assert page.text(".impu") == ue.sub.impu
    assert page.visible("#story") and not page.visible("#overview")
    page.type(ESCAPE)
    wait_until(lambda: page.visible("#overview"), 5, "back")


def test_story_tells_and_draws_the_calls(lab, page):
    """A message that arrives, one that a dead phone does not answer."""
    caller, ue = lab.ue(name="calls"), lab.ue(name="called")
    ue.register(600)
    caller.message(ue.sub.impu)
    ue.answers["MESSAGE"] = None
    caller.message(ue.sub.impu)
    page.load(ue.sub.impu)
    wait_until(lambda: page.texts(".verdicts .act") == ["call", "call", "register"],
               20, "both calls")
    assert page.texts(".verdicts .why")[:2] == ["MESSAGE", "MESSAGE"]
    lost, arrived = page.texts(".verdicts .said")[:2]
    assert "suspect" in lost and "proven" in arrived
    wait_until(lambda: page.run("return [...document.querySelectorAll("
                                "'.timeline .mark')].map(m => m.classList[1])")
               == ["hss", "hss", "call", "lost"], 10, "their marks")


def test_story_of_nobody(page):
    page.load("sip:nobody@ims.lab.example")
    page.await_text("#story .none", lambda t: t.startswith("not registered"), "the word")


def test_keys_lead_to_a_story_and_back(page, overview):
    overview.type("load000017@ims.lab", "#impu")
    wait_until(lambda: len(overview.texts("#bindings tbody a")) == 1, 10, "one")
    overview.type(ENTER, "#impu")
    overview.await_text("#shown", lambda t: t.startswith("1 begin"), "the number")
    overview.type(ESCAPE)
    overview.type("sip:load000018@ims.lab.example" + ENTER, "#impu")
    page.await_text(".impu", lambda t: "load000018" in t, "its story")
    page.type(ESCAPE)
    wait_until(lambda: page.visible("#overview"), 5, "back")


def test_page_is_there_at_once(overview):
    """Measured at 10 000 bindings by test/page/shoot; the limit is a second."""
    print(f"first paint {overview.first_paint_ms():.0f} ms, "
          f"totals {overview.totals_ms():.0f} ms")
    assert overview.first_paint_ms() < 1000


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_nothing_is_wider_than_the_screen(page, overview, size):
    page.size(*size)
    try:
        for hash in ("", "#impu=sip%3Aload000001%40ims.lab.example"):
            page.run("location.hash = arguments[0]", hash)
            page.await_text("#story .verdicts" if hash else "#tile-bindings .value",
                            bool, "the view")
            assert page.run("return document.documentElement.scrollWidth") <= size[0]
    finally:
        page.size(*LAPTOP)


def test_silence_is_told_and_ends(tmp_path):
    """A banner while there is no answer, and what was there stays readable."""
    with PageLab(tmp_path, hss=False) as lab, open_page(lab) as page:
        page.load()
        page.await_text("#tile-hss .value", lambda t: t == "no peer", "no HSS")
        assert "bad" in page.run("return document.querySelector('#tile-hss').className")
        assert not page.visible("#banner")
        lab.scscf.stop()
        page.await_text("#banner", lambda t: "No answer from the S-CSCF since" in t,
                        "the banner", 20)
        assert page.visible("#banner") and page.text("#state") == "▲ no answer"
        assert page.number("#tile-bindings .value") == 0
        lab.scscf.start(await_peer=False)
        wait_until(lambda: not page.visible("#banner"), 60, "an answer")
        assert page.text("#state").startswith("● live")


def test_hidden_page_asks_nothing(lab, overview):
    """A tab that nobody sees is silent."""
    seen = "return performance.getEntriesByType('resource').length"
    overview.run("Object.defineProperty(document, 'hidden', {value: true})")
    wait_until(lambda: still(overview, seen), 20, "silence")


def still(page, script, seconds=2.5) -> bool:
    """Whether a number stays as it is for longer than a turn takes."""
    before, end = page.run(script), time.monotonic() + seconds
    while time.monotonic() < end:
        if page.run(script) != before:
            return False
        time.sleep(0.1)
    return True


def test_every_why_has_a_sentence():
    words = (PAGE / "words.js").read_text()
    core = PAGE.parents[1] / "modules/ims_reg_refresh/core/reg_verdict.c"
    whys = re.findall(r'\[REG_WHY_\w+\] = "([a-z-]+)"', core.read_text())
    assert len(whys) > 30
    for why in set(whys) - {"none"}:
        assert f'\t"{why}": "' in words, why
