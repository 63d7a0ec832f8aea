# SPDX-License-Identifier: GPL-2.0-or-later
"""An independent UE: baresip (Debian package baresip-core), with SIP Digest."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).resolve().parents[1] / "lab" / "baresip_run.py"
ALONE = ["unshare", "--net"]


@pytest.fixture(scope="module")
def seen():
    """What the S-CSCF and the HSS saw of baresip."""
    if not shutil.which("baresip"):
        pytest.skip("baresip is not installed")
    if subprocess.run([*ALONE, "true"], capture_output=True).returncode != 0:
        pytest.skip("no network namespace can be made here")
    done = subprocess.run([*ALONE, sys.executable, str(RUN)], timeout=120,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_registers_refreshes_and_leaves(seen):
    assert "error" not in seen, seen
    assert seen["verdicts"][:2] == ["challenge no-credential", "register initial"]
    assert seen["verdicts"][-1] == "deregister last-contact-removed"
    middle = seen["verdicts"][2:-1]
    assert {v for v in middle if not v.startswith("challenge")} \
        <= {"extend second-half", "keep first-half"}
    assert len(middle) >= 3


def test_the_hss_is_asked_once(seen):
    assert seen["cx"] == ["MAR", "SAR 1", "SAR 5"]


def test_nothing_went_wrong(seen):
    assert seen["faults"] == []
