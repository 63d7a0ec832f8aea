# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the host tests: real Kamailio, real HSS, UEs on the wire.

A test module says how its lab is to be started:

    LAB_OPTIONS = {"config": "stock", "params": {"min_expires": 30}}

`lab` lives as long as the module, `ue` as long as the test. A test fails if
the S-CSCF logs an ERROR meanwhile that its `allow_log` marker does not name:

    @pytest.mark.allow_log("no answer from HSS")
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lab"))

from lab import Lab, LabError, RpcError  # noqa: E402
from process import wait_until  # noqa: E402


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "allow_log(pattern, ...): log lines the test provokes")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the ends of its lab's logs."""
    outcome = yield
    report = outcome.get_result()
    if not report.failed:
        return
    for value in getattr(item, "funcargs", {}).values():
        if isinstance(value, Lab):
            report.sections.append(("lab", value.tails()))


_labs: list[Lab] = []  # that run


def start_lab(directory: Path, **options) -> Lab:
    """A started lab; LabError with the log's tail if it does not come up."""
    _labs.append(Lab(directory, **options).start())
    return _labs[-1]


def stop_lab(lab: Lab) -> None:
    """End a lab; it must have lived well and die well."""
    if lab in _labs:
        _labs.remove(lab)
    status = lab.stop()
    faults = lab.log_faults(allow=getattr(lab, "provoked", []))
    assert not faults, "\n".join(faults)
    assert status == 0, f"Kamailio ended with {status}\n{lab.tails()}"


@pytest.fixture(scope="module")
def lab(request, tmp_path_factory):
    """The module's lab, as its LAB_OPTIONS say."""
    options = dict(getattr(request.module, "LAB_OPTIONS", {}))
    lab = start_lab(tmp_path_factory.mktemp("lab"), **options)
    lab.provoked = []
    yield lab
    stop_lab(lab)


@pytest.fixture
def make_lab(request, tmp_path_factory):
    """A function that starts a lab of its own for this test."""
    labs = []

    def make(**options) -> Lab:
        labs.append(start_lab(tmp_path_factory.mktemp("lab"), **options))
        labs[-1].provoked = _allowed(request)
        return labs[-1]

    yield make
    for lab in labs:
        stop_lab(lab)


@pytest.fixture(scope="module")
def more_labs(tmp_path_factory):
    """A function that starts a further lab for all tests of the module."""
    labs = []

    def make(**options) -> Lab:
        labs.append(start_lab(tmp_path_factory.mktemp("lab"), **options))
        return labs[-1]

    yield make
    for lab in labs:
        stop_lab(lab)


@pytest.fixture
def ue(lab):
    """A UE with a subscriber of its own."""
    ue = lab.ue()
    yield ue
    ue.close()


@pytest.fixture(autouse=True)
def ues_go():
    """The UEs of a test are gone after it: what becomes of them then is not
    the next one's (expect.Since)."""
    known = [ue for lab in _labs for ue in lab.ues]
    yield
    for ue in [ue for lab in _labs for ue in lab.ues if ue not in known]:
        ue.close()


def settle(lab) -> None:
    """What this test left owing is paid before the next one counts SARs."""
    with contextlib.suppress(LabError, RpcError, OSError):
        wait_until(lambda: not lab.statistics("reg_refresh").get("owed"), 8,
                   "nothing owed")


@pytest.fixture(autouse=True)
def log_check(request):
    """What the module's S-CSCF logs during a test is looked at after it."""
    if "lab" not in request.fixturenames:
        yield
        return
    lab = request.getfixturevalue("lab")
    mark, allow = lab.log_mark(), _allowed(request)
    lab.provoked += allow
    yield
    settle(lab)
    faults = lab.log_faults(mark, allow)
    assert not faults, "\n".join(faults)


def _allowed(request) -> list[str]:
    """Patterns of the test's allow_log markers."""
    return [pattern for marker in request.node.iter_markers("allow_log")
            for pattern in marker.args]
