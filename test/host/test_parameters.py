# SPDX-License-Identifier: GPL-2.0-or-later
"""Parameters: defaults as documented, and a clear refusal of wrong ones.

A wrong value stops Kamailio; the log then has one line of this module, which
names the parameter, its value and what is allowed.
"""

import re

import pytest

from lab import LOG_NO_PEER, Lab, LabError

YEAR_S = 365 * 86400
INT_MAX = 2**31 - 1

# name: (default, least, most) as the README says
INTEGERS = {
    "location_update_interval": (86400, 0, YEAR_S),
    "location_update_jitter": (10, 0, 100),
    "forward_reg_callid_change": (0, 0, 1),
    "cseq_gap_update": (1, 0, 1),
    "path_change_update": (0, 0, 1),
    "default_expires": (3600, 1, 10 * YEAR_S),
    "min_expires": (60, 1, 3600),
    "max_expires": (0, 0, 10 * YEAR_S),
    "expiry_grace": (10, 0, 3600),
    "replace_contact_of_impi": (1, 0, 1),
    "max_contacts": (0, 0, 32),
    "trust_integrity_protected": (1, 0, 1),
    "reauth_interval": (0, 0, YEAR_S),
    "reauth_every": (0, 0, 1000000),
    "await_auth_timeout": (240, 1, 3600),
    "auth_failures_max": (3, 1, 100),
    "resync_max": (2, 0, 100),
    "sar_rate_limit": (0, 0, 100000),
    "emergency_min_expires": (600, 0, 86400),
    "reauth_shorten_to": (600, 1, 86400),
    "notify_refresh_interval": (1800, 0, YEAR_S),
    "auth_vectors": (1, 1, 5),
    "credential_lifetime": (86400, 0, YEAR_S),
    "nonce_lifetime": (3600, 1, YEAR_S),
    "challenge_loop_limit": (5, 0, 1000),
    "challenge_loop_window": (60, 1, 86400),
    "challenge_block_time": (30, 1, 86400),
    "mar_rate_limit": (0, 0, 1000000),
    "late_margin": (30, 0, 3600),
    "explain_verdicts": (8, 0, 32),
    "hash_size": (14, 1, 22),
    "sar_rate_limit": (0, 0, 100000),
    "emergency_min_expires": (600, 0, 86400),
    "reauth_shorten_to": (600, 1, 86400),
    "notify_refresh_interval": (1800, 0, 31536000),
}

# name: (default, the words that are allowed; empty: any text but "")
WORDS = {
    "max_contacts_mode": ("reject", ["reject", "overwrite"]),
    "hss_failure": ("keep", ["keep", "reject"]),
    "probe": ("off", ["off", "suspect", "refresh"]),
    "auth_scheme": ("Digest-AKAv1-MD5", [
        "Digest-AKAv1-MD5", "Digest-AKAv2-MD5", "Digest-AKAv2-SHA-256",
        "SIP Digest", "Unknown"]),
    "scscf_name": (None, []),
    "cxdx_dest_realm": (None, []),
}

# Everything may be written into these.
FREE = {"cxdx_forced_peer": "", "hss_quirks": ""}

# Two parameters that do not go together: the one that is blamed, its range.
ORDERS = {
    "default below min": ({"default_expires": 100, "min_expires": 101},
                          "default_expires", 100, "min_expires (101) and up"),
    "max below min": ({"max_expires": 59}, "max_expires", 59,
                      "0, or min_expires (60) and up"),
}

_LINE = re.compile(r": ims_reg_refresh \[config\.c:\d+\]: \w+\(\): (.*)")


def refusals(lab):
    """What this module has logged, whatever the level: the texts."""
    lines = [line for line in lab.log_text().splitlines()
             if ": ims_reg_refresh [" in line]
    return [m.group(1) if (m := _LINE.search(line)) else line for line in lines]


def refused(tmp_path, params):
    """Kamailio does not start with these; the only line of ours."""
    lab = Lab(tmp_path / "lab", hss=False, params=params)
    with pytest.raises(LabError, match="ended with status"):
        lab.start(await_peer=False)
    lines = refusals(lab)
    assert len(lines) == 1, lines
    assert lab.scscf.daemon.exit_status != 0
    return lines[0]


def bounds():
    """(name, value) on both sides outside of each range."""
    for name, (_, least, most) in INTEGERS.items():
        yield name, least - 1
        yield name, most + 1
    yield "min_expires", -INT_MAX
    yield "location_update_interval", INT_MAX


@pytest.mark.parametrize("name, value", bounds())
def test_integer_out_of_range(tmp_path, name, value):
    _, least, most = INTEGERS[name]
    assert refused(tmp_path, {name: value}) == (
        f"parameter {name} = {value} is out of range: {least} to {most}")


@pytest.mark.parametrize("name, value", [
    (name, value) for name, (_, words) in WORDS.items()
    for value in (["", "other", words[0].upper()] if words else [""])])
def test_word_that_is_not_allowed(tmp_path, name, value):
    words = WORDS[name][1]
    quoted = [f'"{word}"' for word in words]
    allowed = (" or ".join([", ".join(quoted[:-1]), quoted[-1]]) if words
               else "it must be set")
    assert refused(tmp_path, {name: value}) == (
        f'parameter {name} = "{value}" is out of range: {allowed}')


@pytest.mark.parametrize("case", ORDERS)
def test_parameters_that_do_not_go_together(tmp_path, case):
    params, name, value, allowed = ORDERS[case]
    assert refused(tmp_path, params) == (
        f"parameter {name} = {value} is out of range: {allowed}")


@pytest.mark.parametrize("side", [1, 2])
@pytest.mark.allow_log(LOG_NO_PEER)
def test_bounds_themselves_are_allowed(make_lab, side):
    """The least, or the most, of everything at once."""
    params = {name: row[side] for name, row in INTEGERS.items()}
    params["hash_size"] = min(params["hash_size"], 18)  # of memory, not of us
    params["default_expires"] = max(params["default_expires"],
                                    params["min_expires"])
    lab = make_lab(hss=False, params=params)
    config = lab.rpc("reg_refresh.config")
    for name, value in params.items():
        assert config[name] == str(value)


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.allow_log(LOG_NO_PEER)
def test_every_word_is_allowed(make_lab, place):
    params = {name: words[place] for name, (_, words) in WORDS.items() if words}
    config = make_lab(hss=False, params=params).rpc("reg_refresh.config")
    for name, value in params.items():
        assert config[name] == value


def test_defaults(lab):
    """As the design has them; and no parameter is left out here."""
    config = lab.rpc("reg_refresh.config")
    expected = {name: str(row[0]) for name, row in INTEGERS.items()}
    expected |= {name: row[0] for name, row in WORDS.items()} | FREE
    expected["scscf_name"] = lab.scscf.uri
    expected["cxdx_dest_realm"] = lab.options.realm
    assert config == expected


def test_config_as_text(lab):
    text = lab.kamcmd("reg_refresh.config")
    assert "location_update_interval: 86400" in text
    assert "hss_failure: keep" in text
