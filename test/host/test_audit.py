# SPDX-License-Identifier: GPL-2.0-or-later
"""utils/audit: every kind of difference is found, and none where none is."""

import json
import subprocess
from pathlib import Path

import pytest

AUDIT = Path(__file__).resolve().parents[2] / "utils" / "audit"
LAB_OPTIONS = {"params": {"min_expires": 1}}


def audit(lab, *args, hss=True, status=None):
    """Findings as (IMPU, finding), and the text."""
    words = [str(AUDIT), "--rpc", str(lab.directory / "rpc"), "--json"]
    if hss:
        words += ["--hss", str(lab.hss_server.directory / "hss.ctl")]
    done = subprocess.run(words + list(args), capture_output=True, text=True,
                          check=False, timeout=60)
    if status is not None:
        assert done.returncode == status, done.stderr
    return [(f["impu"], f["finding"])
            for f in map(json.loads, done.stdout.splitlines())]


def test_no_difference(lab, ue):
    other = lab.ue()
    assert ue.register(600).status == 200
    assert audit(lab, ue.sub.impu, other.sub.impu, status=0) == []


def test_hss_lost_the_user(lab, ue):
    assert ue.register(600).status == 200
    lab.hss("reset")
    assert audit(lab, ue.sub.impu, status=1) == \
        [(ue.sub.impu, "hss-not-registered")]
    lab.rpc("reg_refresh.force_update", ue.sub.impu)  # what it says would mend
    assert ue.refresh(600).status == 200
    assert audit(lab, ue.sub.impu, status=0) == []


def test_hss_believes_what_is_over(lab, ue):
    assert ue.register(600).status == 200
    lab.hss(f"rtr impi={ue.sub.impi} reason=0 keep=1")
    assert audit(lab, ue.sub.impu, status=1) == \
        [(ue.sub.impu, "hss-still-registered")]


def test_what_is_owed_needs_no_mending(lab, ue):
    assert ue.register(600).status == 200
    lab.hss(f"fault SAR impi={ue.sub.impi} result 3004")
    assert ue.deregister().status == 200
    assert audit(lab, ue.sub.impu, status=1) == [(ue.sub.impu, "hss-owed")]
    lab.hss("clear")


def test_registered_by_the_stock_registrar(lab, ue):
    assert ue.register(600, headers={"X-Lab-Save": "stock"}).status in (200, 500)
    found = audit(lab, ue.sub.impu)
    assert (ue.sub.impu, "contact-without-facts") in found


def test_contact_taken_behind_our_back(lab, ue):
    assert ue.register(600).status == 200
    lab.rpc("regscscf.dereg_impu", ue.sub.impu)
    found = audit(lab, ue.sub.impu, status=1)
    assert [f for _, f in found if f.startswith(("contact", "hss"))]


def test_from_a_dump(lab, ue, tmp_path):
    assert ue.register(600).status == 200
    dump = tmp_path / "dump"
    dump.write_text(f"impi={ue.sub.impi} impu={ue.sub.impu} state=registered "
                    "server=sip:other.example\n"
                    "impi=x impu=sip:ghost@ims.lab.example state=registered "
                    f"server={lab.scscf.uri}\n")
    found = audit(lab, "--hss-dump", str(dump), hss=False, status=1)
    assert (ue.sub.impu, "hss-elsewhere") in found
    assert ("sip:ghost@ims.lab.example", "hss-still-registered") in found


def test_all_are_looked_at_page_by_page(make_lab):
    lab = make_lab(params={"min_expires": 1})
    users = lab.load_users(130, "page")
    assert lab.sipp("register_aka", users, rate=60).exit_code == 0
    lab.hss("reset")
    found = audit(lab, status=1)
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
