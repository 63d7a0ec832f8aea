# SPDX-License-Identifier: GPL-2.0-or-later
"""utils/regtrace on captures of the lab: it judges as the module does, sees
what a stock S-CSCF does otherwise, classes loops, and says how far calls came.
"""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from process import build_dir

TOP = Path(__file__).resolve().parents[2]
DATA = TOP / "test/regtrace/data"

pytestmark = pytest.mark.skipif(
    not (shutil.which("dumpcap") and shutil.which("tshark")),
    reason="Debian package tshark is missing")

LAB_OPTIONS = {
    "params": {"location_update_interval": 4, "location_update_jitter": 0,
               "min_expires": 60, "auth_failures_max": 100, "resync_max": 100,
               "challenge_loop_limit": 0, "auth_scheme": "Unknown"},
    "defines": {"LAB_DEBUG": 2, "LAB_FR_TIMER": 800, "LAB_FR_INV_TIMER": 1500}}
POLICY = ["--lui=4", "--lui-jitter=0", "--auth-failures-max=100",
          "--resync-max=100"]


# running


def run(*args, status=0, **options):
    """regtrace; its standard output."""
    done = subprocess.run(
        [TOP / "utils/regtrace", *map(str, args)], capture_output=True,
        text=True, timeout=120, check=False, **options,
        env={**os.environ, "BUILD_DIR": str(build_dir())})
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout if status != 2 else done.stderr


def told(*args):
    """What regtrace --json says."""
    return json.loads(run("--json", *args))


class Capture:
    """A capture of a lab's own ports on lo."""

    def __init__(self, lab, path):
        self.path = path
        self.ports = [f"--sip-port={lab.scscf.sip_port}",
                      f"--diameter-port={lab.hss_server.port}"]
        self._filter = (f"udp port {lab.scscf.sip_port} or "
                        f"tcp port {lab.hss_server.port}")

    def start(self):
        self._child = subprocess.Popen(
            ["dumpcap", "-q", "-i", "lo", "-s", "65535", "-a", "duration:120",
             "-f", self._filter,
             "-w", str(self.path)], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        for line in self._child.stderr:
            if line.startswith("File:"):
                return self
        self._child.wait()
        raise AssertionError("dumpcap did not start")

    def stop(self):
        time.sleep(0.6)  # what the kernel still holds
        self._child.send_signal(signal.SIGINT)
        self._child.stderr.read()
        assert self._child.wait(10) == 0
        self._child.stderr.close()

    def told(self, *args):
        return told(self.path, *self.ports, *args)


@pytest.fixture
def capture(request, tmp_path):
    """capture(lab): records the lab while its block runs."""
    @contextmanager
    def record(lab):
        recording = Capture(lab, tmp_path / "lab.pcapng").start()
        try:
            yield recording
        finally:
            recording.stop()
    return record


def user_of(story, ue):
    return next(u for u in story["users"] if ue.sub.impu in u["impus"])


def registers(user):
    return [e for e in user["entries"] if e["kind"] == "register"]


def kinds(user):
    return [f["kind"] for e in user["entries"] for f in e["findings"]]


# the verdicts are the module's


LINE = re.compile(r"\(\): (\S*): act=(\S+) why=(\S+) "
                  r"reasons=(\S*) elapsed=(\d+)/(\d+) cseq=(\d+)/(\d+) "
                  r"callid=(\w+) lui_left=(\d+) sar=(\d+) hss=(\d+) "
                  r"status=(\d+) expires=(\d+)")


def module_lines(lab, mark, impu):
    """The module's own verdicts on one user, as regtrace would have them."""
    found = []
    for m in LINE.finditer(lab.log_text(mark)):
        if m[1] == impu:
            found.append({"act": m[2], "why": m[3], "reasons": m[4],
                          "elapsed": int(m[5]), "lifetime": int(m[6]),
                          "cseq-seen": int(m[7]), "cseq-new": int(m[8]),
                          "callid": m[9], "sar": int(m[11]),
                          "status": int(m[13]), "expires": int(m[14])})
    return found


def assert_agrees(lab, mark, story, ue):
    """Line by line; seconds may differ by the one they are rounded to."""
    entries = registers(user_of(story, ue))
    lines = module_lines(lab, mark, ue.sub.impu)
    assert len(entries) == len(lines)
    for entry, line in zip(entries, lines):
        should = entry["should"]
        exact = ("act", "why", "reasons", "sar", "status")
        if line["act"] not in ("challenge", "register"):
            exact += ("cseq-seen", "cseq-new", "callid")
        assert {n: should[n] for n in exact} == {n: line[n] for n in exact}
        for name in ("elapsed", "lifetime", "expires"):
            assert abs(should[name] - line[name]) <= 1, (name, should, line)
        assert entry["findings"] == [], (entry, line)


def walk(ue):
    """A UE that does nearly everything to one binding."""
    assert ue.register(600).status == 200
    ue.refresh(600)                       # first half
    ue.refresh(300)                       # shorter
    ue.refresh(30)                        # too brief
    ue.fetch()
    last = ue.build_register(600, authorization=ue.credentials(integrity="yes"))
    ue.request(last)
    ue.refresh(600, cseq=ue.cseq)         # again, in a new transaction
    ue.refresh(600, cseq=ue.cseq - 2)     # too late
    ue.cseq += 4
    ue.refresh(600)                       # a gap
    ue.register(600)                      # challenged in the same Call-ID
    ue.reboot()
    ue.register(600)                      # another Call-ID
    ue.move()
    ue.refresh(600)                       # another address
    ue.deregister()
    ue.reboot()
    ue.register(600)


def test_verdicts_agree_with_the_module(lab, capture):
    ue, other = lab.ue(), lab.ue()
    mark = lab.log_mark()
    with capture(lab) as recording:
        walk(ue)
        assert other.register(60).status == 200
        time.sleep(4.2)
        other.refresh(60)                 # LUI over
        other.refresh(600, contacts=["*"])
        other.deregister(star=True)
        other.register(600, contacts=[other.contact(), "<sip:x@192.0.2.7>"])
    story = recording.told(*POLICY)
    assert_agrees(lab, mark, story, ue)
    assert_agrees(lab, mark, story, other)
    whys = {e["should"]["why"] for u in story["users"] for e in registers(u)}
    assert {"initial", "first-half", "shortened", "too-brief", "fetch",
            "retransmission", "out-of-order", "cseq-gap", "contact-replaced",
            "lui-expired", "malformed", "last-contact-removed"} <= whys


def test_second_half_is_seen(lab, capture):
    ue = lab.ue()
    mark = lab.log_mark()
    with capture(lab) as recording:
        ue.register(60)
        ue.refresh(60)
    # the same capture, the second REGISTER 40 s later
    late = recording.path.with_name("late.pcapng")
    frames = subprocess.run(
        ["tshark", "-n", "-r", recording.path, "-Y", "sip.CSeq.seq == 3", "-T",
         "fields", "-e", "frame.number", *decode(recording)],
        capture_output=True, text=True, check=True).stdout.split()
    halves = [recording.path.with_name(n) for n in ("a.pcapng", "b.pcapng")]
    subprocess.run(["editcap", recording.path, halves[0], *frames], check=True)
    subprocess.run(["editcap", "-r", "-t", "40", recording.path, halves[1],
                    *frames], check=True)
    subprocess.run(["mergecap", "-w", late, *halves], check=True)
    story = told(late, *recording.ports, "--lui=3600")
    last = registers(user_of(story, ue))[-1]
    assert (last["should"]["act"], last["should"]["why"]) == \
        ("extend", "second-half")
    assert last["should"]["elapsed"] in (39, 40)
    assert module_lines(lab, mark, ue.sub.impu)[-1]["act"] == "keep"


def decode(recording):
    return ["-d", f"udp.port=={recording.ports[0].partition('=')[2]},sip"]


@pytest.mark.parametrize("fault, status", [
    ("experimental 5001", 403), ("result 5012", 500), ("result 3004", 200),
    ("experimental 5005", 500)])
def test_refusals_of_the_hss_are_understood(lab, capture, fault, status):
    ue = lab.ue()
    mark = lab.log_mark()
    with capture(lab) as recording:
        ue.register(600)
        time.sleep(4.2)
        lab.hss(f"fault SAR impi={ue.sub.impi} count=1 {fault}")
        assert ue.refresh(600).status == status
        ue.refresh(600)
    assert_agrees(lab, mark, recording.told(*POLICY), ue)


def test_a_capture_that_begins_late_is_not_judged_at_once(lab, capture):
    ue = lab.ue()
    ue.register(600)
    with capture(lab) as recording:
        ue.refresh(600)
        ue.refresh(600)
    first, second = registers(user_of(recording.told("--lui=3600"), ue))
    assert not first["judged"] and first["findings"] == []
    assert second["judged"] and second["should"]["why"] == "first-half"


# what a stock S-CSCF does


def test_avoidable_sars_of_a_stock_scscf(make_lab, capture):
    lab = make_lab(config="stock")
    ues = [lab.ue() for _ in range(4)]
    with capture(lab) as recording:
        mark = lab.hss_mark()
        for ue in ues:
            ue.challenges_max = 3
            assert ue.register(600).status == 200
        for _ in range(5):
            for ue in ues:
                assert ue.refresh(600).status == 200
        ues[0].cseq += 3
        ues[0].refresh(600)
        assert ues[1].deregister().status == 200
        sars = lab.hss_log(mark, "SAR")
        mars = lab.hss_log(mark, "MAR")
    story = recording.told()
    for user in story["users"]:
        assert_facts_follow(registers(user))
    totals = story["totals"]
    assert totals["sars"] == len(sars)
    assert totals["mars"] == len(mars)
    assert totals["sars_avoidable"] == 5 * len(ues)
    assert totals["sars_needed"] == len(sars) - 5 * len(ues)
    text = run(recording.path, *recording.ports)
    assert "SAR 2 RE_REGISTRATION sent; keep (first-half) needs none" in text
    assert "In all: 4 users" in text


def assert_facts_follow(entries):
    """The lifetime that is judged is the one that the network granted."""
    granted = None
    for entry in entries:
        if granted and entry["should"]["act"] not in ("challenge", "register"):
            assert abs(entry["should"]["lifetime"] - granted) <= 1
        if entry["did"]["status"] == 200:
            granted = entry["did"]["expires"]


# challenge loops


def loop_no_answer(ue):
    ue.request(ue.build_register(authorization=ue.empty_authorization()))


def loop_wrong_response(ue):
    first = ue.request(ue.build_register(authorization=ue.empty_authorization())) \
        if not ue.challenges else ue.last
    ue.last = ue.request(ue.build_register(
        authorization=ue.answer_of(first, wrong=True)))


def loop_nonce_unknown(ue):
    if not ue.challenges:
        ue.answer_of(ue.request(ue.build_register(
            authorization=ue.empty_authorization())))
    ue.request(ue.build_register(
        authorization=ue.credentials(nonce=secrets.token_hex(16))))


def loop_resync(ue):
    first = ue.request(ue.build_register(authorization=ue.empty_authorization())) \
        if not ue.challenges else ue.last
    ahead = (len(ue.challenges) + 1) << 40
    ue.last = ue.request(ue.build_register(
        authorization=ue.resync_of(first, sqn_ms=ahead)))


def is_loop(lab, user, ue, name):
    """Both say so: the module, and regtrace from the capture."""
    (said,) = [x for x in lab.rpc("reg_refresh.loops") if x["impi"] == ue.sub.impi]
    last = user["runs"][-1]
    return said["class"] == last["class"] == name and last["loop"] \
        and "challenge-loop" in kinds(user)


@pytest.mark.parametrize("name, turn", [
    ("no-answer", loop_no_answer), ("wrong-response", loop_wrong_response),
    ("nonce-unknown", loop_nonce_unknown), ("resync", loop_resync)])
def test_loop_is_classed(lab, capture, name, turn):
    ue = lab.ue()
    with capture(lab) as recording:
        for _ in range(6):
            turn(ue)
    user = user_of(recording.told(*POLICY), ue)
    assert len(user["runs"]) == 1
    assert is_loop(lab, user, ue, name)


@pytest.mark.parametrize("name", ["stale-nonce", "nc-replay"])
def test_loop_of_a_used_nonce_is_classed(lab, capture, name):
    """SIP Digest: the answer is right, its nonce or its count is not."""
    ue = lab.ue(password="open-sesame", aka=False)
    with capture(lab) as recording:
        assert ue.register(600).status == 200
        nonce = None if name == "nc-replay" else secrets.token_hex(16)
        for _ in range(6):
            answer = ue.request(ue.build_register(600, authorization=ue.credentials(
                integrity=None, nonce=nonce, nc=1)))
            assert answer.challenge.get("stale") == "true"
    assert is_loop(lab, user_of(recording.told(*POLICY), ue), ue, name)


def sip_log(*messages):
    """A SIPp message log: (seconds, message), …"""
    parts = []
    for at, text in messages:
        parts.append(f"{'-' * 47} 2026-11-21 10:{at // 60:02d}:{at % 60:02d}"
                     f".250000\nUDP message sent [{len(text)}] bytes:\n\n{text}\n")
    return "\n".join(parts)


def register(cseq, auth, status, more=(), expires=600):
    """A REGISTER of one UE and its answer."""
    head = (f"Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{cseq}\n"
            "From: <sip:u@ims.example>;tag=1\nTo: <sip:u@ims.example>\n"
            f"Call-ID: c@192.0.2.1\nCSeq: {cseq} REGISTER\n")
    request = (f"REGISTER sip:ims.example SIP/2.0\n{head}"
               f"Contact: <sip:u@192.0.2.9>\nExpires: {expires}\n"
               f'Authorization: Digest username="u@ims.example",{auth}\n')
    answer = f"SIP/2.0 {status} Answer\n{head}" + "".join(
        f"{line}\n" for line in more)
    return request, answer


GRANT = ["Contact: <sip:u@192.0.2.9>;expires=600", "Service-Route: <sip:s;lr>",
         "P-Associated-URI: <sip:u@ims.example>"]


def digest_log(turns):
    """SIP Digest by hand: (nonce, nc, status, nonce of the 401, stale), …"""
    messages = []
    for n, (nonce, nc, status, fresh, stale) in enumerate(turns, 1):
        auth = f'nonce="{nonce}",response="{"0" * 32}",nc={nc:08x},qop=auth'
        more = GRANT if status == 200 else [
            f'WWW-Authenticate: Digest realm="ims.example",nonce="{fresh}",'
            'algorithm=MD5,qop="auth"' + (",stale=true" if stale else "")]
        request, answer = register(n, auth, status, more)
        messages += [(n, request), (n, answer)]
    return sip_log(*messages)


def test_stale_nonce_loop(tmp_path):
    log = tmp_path / "messages.log"
    log.write_text(digest_log([("", 1, 401, "n0", False)] + [
        (f"n{n}", 1, 401, f"n{n + 1}", True) for n in range(5)]))
    user = told(log)["users"][0]
    assert [(r["class"], r["loop"]) for r in user["runs"]] == \
        [("stale-nonce", True)]


def test_nc_replay_loop(tmp_path):
    log = tmp_path / "messages.log"
    log.write_text(digest_log(
        [("", 1, 401, "n", False), ("n", 1, 200, "", False)] + [
            ("n", 1, 401, f"m{n}", True) for n in range(6)]))
    user = told(log)["users"][0]
    assert [(r["class"], r["loop"]) for r in user["runs"]][-1] == \
        ("nc-replay", True)


def test_one_challenge_is_no_loop(tmp_path):
    log = tmp_path / "messages.log"
    log.write_text(digest_log([("", 1, 401, "n", False), ("n", 1, 200, "", False)]))
    user = told(log)["users"][0]
    assert user["counts"]["loops"] == 0 and kinds(user) == []


def test_a_challenge_without_need_is_a_fault(tmp_path):
    turns = digest_log([("", 1, 401, "n", False), ("n", 1, 200, "", False),
                        ("n", 2, 401, "m", False)])
    log = tmp_path / "messages.log"
    log.write_text(turns.replace("nc=00000002",
                                 'nc=00000002,integrity-protected="ip-assoc-yes"'))
    last = told(log)["users"][0]["entries"][-1]
    assert [f["kind"] for f in last["findings"]] == ["needless-challenge"]
    assert "proof: protected" in last["findings"][0]["text"]


# calls


def answer_all(callee, call):
    invite = callee.wait_request("INVITE")
    callee.reply(invite, 180)
    callee.reply(invite, 200)
    call.wait()
    return call


def place(lab, callee, how):
    """One call from a stranger, up to where `how` lets it go."""
    callee.answers["INVITE"] = None
    caller = lab.ue()
    call = caller.invite(callee.sub.impu)
    if how == "dead":
        return call.wait(6)
    if how in ("complete", "never-acked"):
        answer_all(callee, call)
        return caller.ack(call) if how == "complete" else None
    invite = callee.wait_request("INVITE")
    reliable = {"Require": "100rel", "RSeq": "1"} if how != "183" else {}
    callee.reply(invite, 183, headers=reliable)
    progress = call.wait_status(183)
    if how == "183-prack":
        assert caller.prack(call, progress).status == 200
    return call.wait(6)


@pytest.mark.parametrize("how, stage, reach", [
    ("complete", "complete", "proven"), ("183", "provisional", "suspect"),
    ("183-rel", "no-prack", "suspect"), ("183-prack", "provisional", "suspect"),
    ("never-acked", "no-ack", "proven"), ("dead", "no-progress", "suspect")])
def test_ladder(lab, capture, how, stage, reach):
    callee = lab.ue()
    with capture(lab) as recording:
        callee.register(600)
        callee.refresh(600)
        place(lab, callee, how)
    story = recording.told()
    user = user_of(story, callee)
    call = next(e for e in user["entries"] if e["kind"] == "call")
    assert (call["stage"], call["direction"], user["reach"]) == \
        (stage, "MT", reach)
    failed = [f["text"] for f in call["findings"] if f["kind"] == "call-failed"]
    assert len(failed) == (stage != "complete")
    assert all("the 200 to CSeq 3 (keep, first-half)" in t for t in failed)


def test_a_call_that_is_declined_proves_the_ue(lab, capture):
    callee, caller = lab.ue(), lab.ue()
    with capture(lab) as recording:
        callee.register(600)
        caller.invite(callee.sub.impu).wait()
    user = user_of(recording.told(), callee)
    assert user["reach"] == "proven" and kinds(user) == []
    assert user["entries"][-1]["stage"] == "declined"


# plain text


def test_first_registration_as_text():
    story = told(DATA / "register.txt")
    first, second = registers(story["users"][0])
    assert first["should"]["why"] == "no-credential"
    assert [f["kind"] for f in first["findings"]] == ["empty-challenge"]
    assert (second["should"]["act"], second["should"]["sar"],
            second["should"]["expires"]) == ("register", 1, 600000)
    assert [f["kind"] for f in second["findings"]] == \
        ["contact-not-listed", "incomplete-200"]
    assert "sip:460003911000057@172.16.106.94" in run(DATA / "register.txt")
    run("--check", DATA / "register.txt", status=1)


def ladder_without(*gone):
    """The ladder without the messages that begin so."""
    messages = (DATA / "ladder.txt").read_text().split("\n\n")
    return "\n\n".join(m for m in messages if not m.startswith(gone)) + "\n"


@pytest.mark.parametrize("gone, stage", [
    ((), "complete"), (("ACK",), "no-ack"),
    (("ACK", "SIP/2.0 200", "PRACK"), "no-prack"),
    (("ACK", "SIP/2.0 200"), "provisional"),
    (("ACK", "SIP/2.0 200", "PRACK", "SIP/2.0 183"), "no-progress")])
def test_ladder_as_text(tmp_path, gone, stage):
    log = tmp_path / "ladder.txt"
    log.write_text(ladder_without(*gone) if gone
                   else (DATA / "ladder.txt").read_text())
    call, = told(log)["users"][0]["entries"]
    assert call["stage"] == stage
    assert bool(call["findings"]) == (stage != "complete")


def test_messages_at_several_hops_are_one(tmp_path):
    text = (DATA / "register.txt").read_text()
    top = re.compile(r"Via: SIP/2\.0/UDP 172\.16\.106\.81.*\n")
    hops = []
    for message in text.strip().split("\n\n"):
        both = [top.sub("", message), message]
        outer_first = message.startswith("REG") == ("CSeq: 1" in message)
        hops += both if outer_first else both[::-1]
    log = tmp_path / "hops.txt"
    log.write_text("\n\n".join(hops) + "\n")
    here, = told(log)["users"]
    once, = told(DATA / "register.txt")["users"]
    assert here["counts"] == once["counts"] and kinds(here) == kinds(once)


def test_silent_expiry_and_late_refresh(tmp_path):
    first = register(1, 'nonce=""', 401, [
        'WWW-Authenticate: Digest realm="i",nonce="n",algorithm=MD5'])
    second = register(2, 'nonce="n",response="x"', 200, GRANT)
    late = register(3, 'nonce="n",nc=00000002,response="x"', 200, GRANT)
    after = register(4, 'nonce="n",nc=00000003,response="x"', 200, GRANT)
    end = register(5, 'nonce=""', 401)
    log = tmp_path / "messages.log"
    log.write_text(sip_log(*[(1, m) for m in first], *[(2, m) for m in second],
                           *[(400, m) for m in late],
                           *[(1100, m) for m in after],
                           *[(1900, m) for m in end]))
    user = told(log)["users"][0]
    assert [k for k in kinds(user) if k in ("late", "silent-expiry")] == \
        ["late", "silent-expiry", "silent-expiry"]


# what must not harm


HOSTILE = "\x1b]0;gone\x07\x1b[2J\u202e<script>alert(1)</script>\r\x00"


def test_hostile_text_is_shown_not_obeyed(tmp_path):
    text = (DATA / "register.txt").read_text()
    text = text.replace("8613911000057@ims", HOSTILE + "@ims") \
        .replace("sip:460003911000057@172", "sip:" + "\x1b[31m@172")
    log = tmp_path / "hostile.txt"
    log.write_text(text)
    out = run(log)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", out)
    assert "\\x1b" in out
    json.loads(run("--json", log))


def test_broken_files(tmp_path, lab, capture):
    with capture(lab) as recording:
        lab.ue().register(600)
    whole = recording.path.read_bytes()
    short = tmp_path / "short.pcapng"
    short.write_bytes(whole[:len(whole) - 300])
    assert told(short, *recording.ports)["truncated"]
    junk = tmp_path / "junk.pcap"
    junk.write_bytes(b"\xa1\xb2\xc3\xd4" + b"\xff" * 4000)
    assert "tshark" in run(junk, status=2)
    noise = tmp_path / "noise.txt"
    noise.write_bytes(secrets.token_bytes(100_000))
    assert told(noise)["users"] == []
    assert "No such file" in run(tmp_path / "none", status=2)
    assert told(recording.path, *recording.ports, "--max-messages=3")["cut"]


def test_a_wrong_parameter_is_refused():
    assert "out of range" in run(DATA / "register.txt", "--lui-jitter=101",
                                 status=2)


def core(text):
    """What regtrace-core says to some lines."""
    done = subprocess.run([os.environ.get("REGTRACE_CORE") or
         build_dir() / "utils/regtrace-core"], input=text,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()


GOOD = (b"register set=1 user=1 at=1000 status=200 to=sip:a@b call-id=c cseq=1 "
        b"expires=600 contact=sip:a@192.0.2.1 response=right")


def test_core_is_strict():
    wrong = [b"", b"x", b"register", GOOD + b" bad=1", GOOD + b" x",
             GOOD + b" expires=%4", GOOD + b" sar=999", GOOD + b" set=1000001",
             GOOD.replace(b"at=1000", b"at=-1"), GOOD + b" grant-expires=1",
             GOOD + b" user-agent=" + b"x" * 70000, b"gone", b"identity uri=x",
             GOOD.replace(b" ", b"  ", 2), GOOD + b" contact=\x00"]
    lines = core(b"\n".join([*wrong, GOOD]))
    assert [line.split(" ")[0] for line in lines] == \
        ["error"] * len(wrong) + ["verdict"]


def test_core_survives_noise():
    words = GOOD.split(b" ") + [
        b"star=1", b"contact=", b"contact-reg-id=0", b"grant-uri=x", b"cseq=x",
        b"contact-instance=%00%FF", b"path=" + b"p" * 3000, b"joined=1",
        b"authorization=Digest%20username=%22", b"hss=exp:5005", b"sar=2",
        b"status=401", b"response=resync", b"answered=999999999999999",
        b"at=1", b"at=999999999999999", b"expires=4294967295", b"set=99999"]
    picks = secrets.SystemRandom()
    lines = []
    for _ in range(5000):
        chosen = picks.sample(words[1:], picks.randint(3, len(words) - 1))
        lines.append(b" ".join([words[0], *chosen]))
        if picks.random() < 0.2:
            lines[-1] = lines[-1][:picks.randint(0, len(lines[-1]))]
    answers = core(b"\n".join(lines))
    assert len(answers) == len(lines)
    assert any(a.startswith("verdict") for a in answers)
