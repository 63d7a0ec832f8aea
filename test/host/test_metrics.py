# SPDX-License-Identifier: GPL-2.0-or-later
"""etc/metrics: a real Prometheus scrapes a real S-CSCF.

What the dashboard asks is asked there; what the alerts say is judged by promtool.
"""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from process import Daemon, free_port, wait_until

METRICS = Path(__file__).resolve().parents[2] / "etc" / "metrics"
PREFIX = "kamailio_reg_refresh_"
PORT = free_port(socket.SOCK_STREAM)
LAB_OPTIONS = {"params": {"min_expires": 1}, "extra":
               f"listen=tcp:127.0.0.1:{PORT}\n"
               f'include_file "{METRICS}/kamailio-metrics.cfg"\n'}

# What Grafana puts in; a statistic that no build of ours has yet gives nothing.
VARIABLES = {"$__rate_interval": "1m", "$instance": ".*"}
MAY_BE_EMPTY = {f"{PREFIX}reach_suspect"}

pytestmark = pytest.mark.skipif(not shutil.which("prometheus"),
                                reason="no prometheus here")


def fetch(url: str) -> bytes:
    """A page by HTTP."""
    with urllib.request.urlopen(url, timeout=5) as page:
        return page.read()


def scrape() -> dict[str, int]:
    """The statistics as Kamailio gives them to Prometheus."""
    text = fetch(f"http://127.0.0.1:{PORT}/metrics").decode()
    return {m[1]: int(m[2]) for m in
            re.finditer(rf"^{PREFIX}(\w+) (\d+) \d+$", text, re.M)}


class Prometheus:
    """A Prometheus below a directory, with etc/metrics as it is."""

    def __init__(self, directory: Path):
        self.port = free_port(socket.SOCK_STREAM)
        self.daemon = Daemon(directory, "prometheus")
        self.directory = directory

    def start(self) -> None:
        """Scrape every second, and only the lab."""
        text = (METRICS / "prometheus.yml").read_text()
        assert "127.0.0.1:9464" in text and "15s" in text
        (self.directory / "prometheus.yml").write_text(
            text.replace("9464", str(PORT)).replace("15s", "1s"))
        shutil.copy(METRICS / "alerts.yml", self.directory)
        self.daemon.start([
            "prometheus", f"--config.file={self.directory}/prometheus.yml",
            f"--storage.tsdb.path={self.directory}/data",
            f"--web.listen-address=127.0.0.1:{self.port}"])

    def get(self, path: str, **arguments: str) -> dict:
        """The `data` of an API call; an error's text fails the test."""
        query = urllib.parse.urlencode(arguments)
        try:
            page = fetch(f"http://127.0.0.1:{self.port}/api/v1/{path}?{query}")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{arguments}: {error.read()!r}") from None
        answer = json.loads(page)
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expr: str) -> list[dict]:
        """The result of a query, now."""
        return self.get("query", query=expr)["result"]

    def value(self, expr: str) -> float:
        """The one value of a query; 0 if there is none."""
        result = self.query(expr)
        return float(result[0]["value"][1]) if result else 0.0

    def ready(self) -> bool:
        """Whether it answers, and sees the S-CSCF."""
        self.daemon.require_running()
        try:
            fetch(f"http://127.0.0.1:{self.port}/-/ready")
        except OSError:
            return False
        return self.value('up{job="scscf"}') == 1


@pytest.fixture(scope="module")
def prometheus(lab, tmp_path_factory):
    server = Prometheus(tmp_path_factory.mktemp("prometheus"))
    server.start()
    try:
        wait_until(server.ready, 30, "Prometheus scrapes")
        traffic(lab)
        wait_until(lambda: server.value(f"rate({PREFIX}sar_sent[1m])") > 0
                   and server.value(f'{PREFIX}acts{{act="keep"}}') > 0, 30,
                   "two scrapes around the traffic")
        yield server
    finally:
        server.daemon.stop()


def traffic(lab) -> None:
    """A bit of everything."""
    for _ in range(5):
        ue = lab.ue()
        assert ue.register(600).status == 200
        assert ue.refresh(600).status == 200
        ue.cseq += 3
        assert ue.refresh(600).status == 200
    assert ue.deregister().status == 200


def panels() -> list[tuple[str, str]]:
    """(title, query) of the dashboard."""
    board = json.loads((METRICS / "grafana.json").read_text())
    return [(p["title"], t["expr"]) for p in board["panels"]
            for t in p["targets"]]


def test_all_statistics_are_there(lab, prometheus):
    told = scrape()
    assert set(told) == set(lab.statistics("reg_refresh"))
    assert told["bindings"] == len(lab.rpc("reg_refresh.list"))
    assert prometheus.value(f"{PREFIX}bindings") == told["bindings"]


def test_words_become_labels(lab, prometheus):
    stats = lab.statistics("reg_refresh")
    for name, label in (("act", "act"), ("why", "why"), ("shadow_act", "act"),
                        ("shadow_why", "why")):
        found = {r["metric"][label]: int(r["value"][1])
                 for r in prometheus.query(f"{PREFIX}{name}s")}
        assert found == {n.removeprefix(f"{name}_"): v for n, v in stats.items()
                         if n.startswith(f"{name}_")}


@pytest.mark.parametrize("title, expr", panels(), ids=lambda text: text[:40])
def test_panel(prometheus, title, expr):
    for name, value in VARIABLES.items():
        expr = expr.replace(name, value)
    assert "$" not in expr
    result = prometheus.query(expr)
    names = set(re.findall(rf"{PREFIX}\w+", expr))
    assert names
    if not names & MAY_BE_EMPTY:
        assert result, f"{title}: {expr}"
    else:
        known = prometheus.get("label/__name__/values")
        assert result or not names & set(known)


def test_core_numbers_are_right(lab, prometheus):
    stats = lab.statistics("reg_refresh")
    wait_until(lambda: prometheus.value(f"{PREFIX}sar_sent") == stats["sar_sent"],
               10, "the last scrape")
    rounds = f'{PREFIX}hss_ms_bucket{{cmd="sar",le="+Inf"}}'
    assert prometheus.value(rounds) == stats["sar_sent"]
    assert 0 < prometheus.value(
        f"histogram_quantile(0.5, sum by (le) (rate({PREFIX}hss_ms_bucket[1m])))")


def test_a_slow_hss_is_seen(lab, ue):
    before = scrape()
    lab.hss("fault SAR delay 60")
    try:
        assert ue.register(600).status == 200
    finally:
        lab.hss("clear")
    grown = {n: v - before[n] for n, v in scrape().items()}
    assert grown["hss_sar_le_50ms"] == 0
    assert grown["hss_sar_le_100ms"] + grown["hss_sar_le_200ms"] >= 1
    assert grown["hss_sar_rounds"] == grown["hss_sar_le_5000ms"] == 1
    assert 60 <= grown["hss_sar_ms"] < 1000


def test_strangers_are_told_nothing(lab):
    request = f"http://127.0.0.1:{PORT}/other"
    with pytest.raises(urllib.error.HTTPError, match="404"):
        fetch(request)


def test_alerts():
    for command in (["check", "config", "prometheus.yml"],
                    ["check", "rules", "alerts.yml"],
                    ["test", "rules", "alerts_test.yml"]):
        done = subprocess.run(["promtool", *command], cwd=METRICS, text=True,
                              capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_tested():
    alerts = set(re.findall(r"- alert: (\w+)", (METRICS / "alerts.yml").read_text()))
    tests = (METRICS / "alerts_test.yml").read_text()
    fired = {re.search(r"alertname: (\w+)", text)[1] for text in
             re.split(r"- eval_time:", tests) if "exp_alerts" in text}
    assert alerts == fired
    readme = (METRICS / "README.md").read_text()
    assert all(f"| `{name}` |" in readme for name in alerts)
