# SPDX-License-Identifier: GPL-2.0-or-later
"""utils/audit: every kind of difference is found, and none where none is."""

import json
import subprocess
from pathlib import Path

import pytest

from process import free_port

AUDIT = Path(__file__).resolve().parents[2] / "utils" / "audit"
LAB_OPTIONS = {"params": {"min_expires": 1}}


@pytest.fixture(params=["control", "lir"])
def by(lab, request):
    """How the HSS is asked: by its control socket, by Diameter."""
    if request.param == "control":
        return ["--hss", str(lab.hss_server.directory / "hss.ctl")]
    return by_lir(lab)


def by_lir(lab):
    return ["--lir", f"{lab.hss_server.host}:{lab.hss_server.port}", "--origin",
            "audit.ims.lab.example", "--realm", lab.options.realm]


def audit(lab, *args, by=(), status=None):
    """Findings as (IMPU, finding)."""
    words = [str(AUDIT), "--rpc", str(lab.directory / "rpc"), "--json", *by]
    done = subprocess.run(words + list(args), capture_output=True, text=True,
                          check=False, timeout=60)
    if status is not None:
        assert done.returncode == status, done.stderr
    return [(f["impu"], f["finding"])
            for f in map(json.loads, done.stdout.splitlines())]


def test_no_difference(lab, ue, by):
    other = lab.ue()
    assert ue.register(600).status == 200
    assert audit(lab, ue.sub.impu, other.sub.impu, by=by, status=0) == []


def test_hss_lost_the_user(lab, ue, by):
    assert ue.register(600).status == 200
    lab.hss("reset")
    assert audit(lab, ue.sub.impu, by=by, status=1) == \
        [(ue.sub.impu, "hss-not-registered")]
    lab.rpc("reg_refresh.force_update", ue.sub.impu)  # what it says would mend
    assert ue.refresh(600).status == 200
    assert audit(lab, ue.sub.impu, by=by, status=0) == []


def test_hss_believes_what_is_over(lab, ue, by):
    assert ue.register(600).status == 200
    lab.hss(f"rtr impi={ue.sub.impi} reason=0 keep=1")
    assert audit(lab, ue.sub.impu, by=by, status=1) == \
        [(ue.sub.impu, "hss-still-registered")]


def test_what_is_owed_needs_no_mending(lab, ue, by):
    assert ue.register(600).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} result 3004")
    assert ue.deregister().status == 200
    assert audit(lab, ue.sub.impu, by=by, status=1) == [(ue.sub.impu, "hss-owed")]
    lab.hss("clear")


def test_registered_by_the_stock_registrar(lab, ue, by):
    assert ue.register(600, headers={"X-Lab-Save": "stock"}).status in (200, 500)
    found = audit(lab, ue.sub.impu, by=by)
    assert (ue.sub.impu, "contact-without-facts") in found


def test_contact_taken_behind_our_back(lab, ue, by):
    assert ue.register(600).status == 200
    lab.rpc("regscscf.dereg_impu", ue.sub.impu)
    found = audit(lab, ue.sub.impu, by=by, status=1)
    assert [f for _, f in found if f.startswith(("contact", "hss"))]


def dump_of(tmp_path, *users):
    """A dump; of each user IMPI, IMPU, state, S-CSCF."""
    path = tmp_path / "dump"
    path.write_text("".join("impi=%s impu=%s state=%s server=%s\n" % user
                            for user in users))
    return ["--hss-dump", str(path)]


def test_from_a_dump(lab, ue, tmp_path):
    assert ue.register(600).status == 200
    impi, impu = ue.sub.impi, ue.sub.impu
    ghost = "sip:ghost@ims.lab.example"
    dump = dump_of(tmp_path, (impi, impu, "registered", "sip:other.example"),
                   ("x", ghost, "registered", lab.scscf.uri))
    found = audit(lab, by=dump, status=1)
    assert (impu, "hss-elsewhere") in found
    assert (ghost, "hss-still-registered") in found


SAYS = {"registered": [], "not-registered": ["hss-not-registered"],
        "unregistered": ["hss-not-registered"], None: ["hss-unknown"]}


@pytest.mark.parametrize("state, finding", SAYS.items())
def test_what_a_dump_says_of_a_user(lab, ue, tmp_path, state, finding):
    assert ue.register(600).status == 200
    other = ("y", "sip:other@ims.lab.example", "not-registered", "-")
    his = (ue.sub.impi, ue.sub.impu, state, lab.scscf.uri)
    dump = dump_of(tmp_path, *([his] if state else []), other)
    assert audit(lab, ue.sub.impu, other[1], by=dump) == \
        [(ue.sub.impu, f) for f in finding]


def test_lir_of_many_states(lab, ue):
    """What the HSS was asked, and nothing but that."""
    assert ue.register(600).status == 200
    unknown, mark = "sip:nobody@ims.lab.example", lab.hss_mark()
    away = lab.subscriber(extra="unreg=1").impu
    assert audit(lab, ue.sub.impu, unknown, away, by=by_lir(lab), status=0) == []
    asked = {r.impu: r.result for r in lab.hss_log(mark)}
    assert asked == {ue.sub.impu: "2001", unknown: "exp:5001", away: "exp:2003"}
    assert {r.cmd for r in lab.hss_log(mark)} == {"LIR"}


def test_no_hss_is_told(lab):
    for by in (["--lir", f"127.0.0.1:{free_port()}", "--origin", "a", "--realm",
                "b"], ["--lir", "127.0.0.1:x", "--origin", "a", "--realm", "b"]):
        assert audit(lab, "sip:nobody@ims.lab.example", by=by, status=2) == []


def test_a_hss_that_refuses_is_told(lab, ue):
    lab.hss(f"fault LIR impu={ue.sub.impu} count=1 result 3004")
    assert audit(lab, ue.sub.impu, by=by_lir(lab), status=2) == []
    lab.hss("clear")


def test_all_are_looked_at_page_by_page(make_lab):
    lab = make_lab(params={"min_expires": 1})
    users = lab.load_users(130, "page")
    assert lab.sipp("register_aka", users, rate=60).exit_code == 0
    lab.hss("reset")
    mark = lab.hss_mark()
    found = audit(lab, by=by_lir(lab), status=1)
    assert len(lab.hss_log(mark, "LIR")) == 130
    assert len(found) == 130 == len(set(found))


def test_trouble_is_told(lab, tmp_path):
    done = subprocess.run([str(AUDIT), "--rpc", str(tmp_path / "nobody")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "audit:" in done.stderr


@pytest.mark.parametrize("args", [["--help"], []])
def test_usage(args):
    done = subprocess.run([str(AUDIT), *args], capture_output=True, text=True,
                          check=False)
    assert done.returncode == (0 if args else 2)
