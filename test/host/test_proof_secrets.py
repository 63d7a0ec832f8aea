# SPDX-License-Identifier: GPL-2.0-or-later
"""At the highest debug level no secret is in the log: a run of all schemes, and
of all ways to fail."""

from __future__ import annotations

import base64
import hashlib

from milenage import Milenage
from digest import ALGORITHMS, aka_password
from proving import again, challenge_of, enter, options, send

PASSWORD = "open-sesame-of-nobody-else"
DEBUG = 4


def forms(octets: bytes) -> set[str]:
    """A secret as it may stand in a log: hexadecimal, Base64, as it is."""
    found = {octets.hex(), octets.hex().upper(), octets.hex(" "),
             base64.b64encode(octets).decode()}
    if octets.isascii() and octets.decode().isprintable():
        found.add(octets.decode())
    return found


class Secrets:
    """The secrets of a run, with what they are called."""

    def __init__(self):
        self.known: dict[str, str] = {}

    def add(self, name: str, octets: bytes) -> None:
        self.known.update(dict.fromkeys(forms(octets), name))

    def add_aka(self, ue, challenge) -> None:
        """All of a vector, and what is made of it."""
        rand = base64.b64decode(challenge["nonce"])[:16]
        vector = Milenage(ue.sub.k, ue.sub.opc).vector(rand)
        algorithm = ALGORITHMS[challenge["algorithm"].lower()]
        password = aka_password(algorithm, vector)
        for name in ("res", "ck", "ik"):
            self.add(name, getattr(vector, name))
        self.add("password of AKA", password)
        self.add_ha1(algorithm.hash_name, ue, challenge["realm"], password)

    def add_ha1(self, hash_name, ue, realm, password: bytes) -> None:
        a1 = f"{ue.sub.impi}:{realm}:".encode() + password
        self.add("HA1", hashlib.new(hash_name, a1).digest())

    def found_in(self, line: str) -> list[str]:
        return [name for text, name in self.known.items() if text in line]


def run_aka(lab, secrets, algorithm):
    """A challenge that is answered wrongly, out of step, then rightly."""
    ue = lab.ue()
    secrets.add("K", ue.sub.k)
    secrets.add("OPc", ue.sub.opc)
    answer = send(ue, f"{ue.empty_authorization(None)},algorithm={algorithm}")
    for step in ("wrong", "resync", "right"):
        secrets.add_aka(ue, answer.challenge)
        if step == "resync":
            authorization = ue.resync_of(answer, sqn_ms=1 << 40)
        else:
            authorization = ue.answer_of(answer, wrong=step == "wrong")
        answer = send(ue, authorization)
    assert answer.status == 200
    assert ue.refresh(60).status == 200
    assert ue.deregister().status == 200


def run_digest(lab, secrets, algorithm):
    ue = lab.ue(password=PASSWORD, aka=False, algorithm=algorithm)
    enter(lab, ue)
    secrets.add("password", PASSWORD.encode())
    secrets.add_ha1("md5" if algorithm == "MD5" else "sha256", ue,
                    lab.options.realm, PASSWORD.encode())
    assert again(ue).status == 200
    assert again(ue, nc=1).status == 401
    ue.auth.password += b"x"
    assert again(ue).status == 401
    ue.reboot()
    assert send(ue, ue.answer_of(challenge_of(ue))).status == 200
    assert ue.deregister().status == 200


def test_no_secret_is_logged(make_lab):
    lab = make_lab(**{**options(), "defines": {"LAB_DEBUG": DEBUG}})
    secrets = Secrets()
    for algorithm in ("AKAv1-MD5", "AKAv2-MD5", "AKAv2-SHA-256"):
        run_aka(lab, secrets, algorithm)
    for algorithm in ("MD5", "SHA-256"):
        run_digest(lab, secrets, algorithm)
    lab.rpc("reg_refresh.loops")
    lines = lab.log_text().splitlines()
    ours = [line for line in lines if "ims_reg_refresh [" in line]
    assert len(secrets.known) > 100 and len(ours) > 20
    assert len(lines) > 2000  # the level is as high as it goes
    leaks = [(names, line) for line in ours if (names := secrets.found_in(line))]
    assert leaks == []
    # Nor in anybody else's, but for what the 401 carries to the P-CSCF: a
    # message that a module prints whole is not ours to hide.
    stored = [(n, line) for line in lines for n in secrets.found_in(line)
              if n not in ("ck", "ik")]
    assert stored == []
