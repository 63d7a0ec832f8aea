# SPDX-License-Identifier: GPL-2.0-or-later
"""A phone asks of the HSS on the wire what the same phone asks in the simulation."""

import os
import subprocess
import sys
from pathlib import Path

from process import build_dir

TOP = Path(__file__).resolve().parents[2]


def test_a_phone_on_the_wire_asks_what_the_simulated_one_asks():
    done = subprocess.run(
        [sys.executable, str(TOP / "utils" / "day-of-a-phone"), "--speed", "300",
         "--steps", "9", "--move-at", "3", "--reboot-at", "6"],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "BUILD_DIR": str(build_dir())})
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("the same") == 4, done.stdout
