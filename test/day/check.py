#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What must hold of a simulated day, and of the one phone that the wire shows.

usage: check.py PROGRAM
"""

import json
import subprocess
import sys
import unittest

USERS = 2000
# utils/day-of-a-phone: half of 20 minutes, and one second so as to be past it
PHONE = ["--users", "1", "--steps", "144", "--move-at", "48", "--reboot-at", "96",
         "--lifetime", "1200", "--late", "1", "--mass", "--hours", "48"]
EVENTS = ("moves_address", "moves_pcscf", "moves_away", "restarts", "leaves",
          "is_off")


def simulate(*options):
    """One run; the program's status says whether somebody was refused."""
    done = subprocess.run([PROGRAM, *options], capture_output=True, text=True,
                          check=True)
    return json.loads(done.stdout)


def total(side, name):
    return sum(side[name])


def asked(side):
    return total(side, "mar") + total(side, "sar")


class Day(unittest.TestCase):
    """A steady day of a few phones."""

    def day(self, *options):
        return simulate("--users", str(USERS), *options)

    def test_stock_asks_twice_for_each_register(self):
        stock = self.day()["stock"]
        for name in ("mar", "sar"):
            self.assertEqual(total(stock, name), total(stock, "registers"))

    def test_nobody_is_lost(self):
        """Who is refused, or refreshes too late, registers less or more."""
        found = self.day()
        self.assertEqual(found["refused"], 0)
        stock, ours = (total(found[side], "registers")
                       for side in ("stock", "ours"))
        moved = sum(found[name] for name in EVENTS)
        self.assertLessEqual(abs(ours - stock), moved)

    def test_the_hss_is_asked_twenty_times_less(self):
        for proof in ("protected", "digest"):
            with self.subTest(proof):
                found = self.day("--proof", proof)
                self.assertLess(asked(found["ours"]),
                                asked(found["stock"]) * 0.05)

    def test_a_sar_a_day_and_one_for_each_change(self):
        """LUI 24 h less 5 % on average, seen at the next refresh."""
        found = self.day()
        changes = sum(found[name] for name in EVENTS)
        sars = total(found["ours"], "sar")
        self.assertGreater(sars, USERS * 0.95)
        self.assertLess(sars, USERS * 1.1 + 2 * changes)

    def test_an_unproven_phone_is_challenged_each_time(self):
        found = self.day("--proof", "aka")["ours"]
        self.assertEqual(total(found, "mar"), total(found, "registers"))

    def test_everybody_at_once_is_spread_by_the_jitter(self):
        peaks = []
        for jitter in ("0", "10"):
            ours = self.day("--mass", "--hours", "30", "--jitter",
                            jitter)["ours"]
            peaks.append(max(ours["sar"][6:]))  # after the first hour
        self.assertLess(peaks[1], peaks[0] / 2)


class Phone(unittest.TestCase):
    """The phone of utils/day-of-a-phone: the README has what the wire showed."""

    def check(self, mar, *options):
        found = simulate(*PHONE, *options)
        self.assertEqual(asked(found["stock"]), 2 * 144)
        self.assertEqual((total(found["ours"], "mar"),
                          total(found["ours"], "sar")), (mar, 2))

    def test_protected(self):
        self.check(3, "--proof", "protected")

    def test_not_protected(self):
        self.check(144, "--proof", "aka")

    def test_five_vectors(self):
        self.check(29, "--proof", "aka", "--vectors", "5")

    def test_digest(self):
        self.check(1, "--proof", "digest")


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main()
