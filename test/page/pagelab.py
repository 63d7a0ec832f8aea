# SPDX-License-Identifier: GPL-2.0-or-later
"""A lab whose S-CSCF serves the live page of etc/page, and a crowd for it.

    with PageLab("/tmp/x") as lab:
        lab.crowd(10_000)
        with open_page(lab) as page: ...

Never looks at the page itself: browser.py does.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from lab import Lab, LabError
from process import build_dir, free_port

PAGE = Path(__file__).resolve().parents[2] / "etc" / "page"
AUTH = "oncall:three-in-the-morning"
EXPIRES_S = 3600


@dataclass
class Answer:
    """What came back over HTTP; header names are small."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> dict:
        return json.loads(self.text)


def page_options(port: int, auth: str | None = AUTH) -> dict:
    """Options of a lab that serves the page on a port."""
    defines = {"PAGE_DIR": str(PAGE), "PAGE_PORT": port}
    if auth is not None:
        defines["PAGE_AUTH"] = auth
    return {"defines": defines,
            "extra": f'include_file "{PAGE}/page.cfg"\n'}


class PageLab(Lab):
    """A lab with the page; other options as of Lab."""

    def __init__(self, directory: str | Path, *, auth: str | None = AUTH,
                 defines: dict | None = None, **options):
        self.page_port = free_port(socket.SOCK_STREAM)
        page = page_options(self.page_port, auth)
        page["defines"].update(defines or {})
        super().__init__(directory, **page, **options)
        self._crowd: subprocess.Popen | None = None

    def stop(self) -> int | None:
        """End the crowd, then everything else."""
        if self._crowd:
            self._crowd.terminate()
            self._crowd.wait(10)
            self._crowd = None
        return super().stop()

    # HTTP

    def http(self, path: str, method: str = "GET", body: str | None = None,
             auth: str | None = AUTH) -> Answer:
        """One request; `auth` is user:secret, None sends none."""
        headers = {}
        if auth is not None:
            headers["Authorization"] = "Basic " + b64encode(auth.encode()).decode()
        link = http.client.HTTPConnection("127.0.0.1", self.page_port, timeout=10)
        try:
            link.request(method, path, body, headers)
            reply = link.getresponse()
            return Answer(reply.status,
                          {k.lower(): v for k, v in reply.getheaders()},
                          reply.read().decode("utf-8", "replace"))
        finally:
            link.close()

    def api(self, what: str, impu: str | None = None):
        """A result as the page gets it."""
        query = "" if impu is None else "?impu=" + quote(impu, safe="")
        return self.http(f"/api/{what}{query}").json["result"]

    # a crowd

    def _regload(self, *options: str) -> list[str]:
        return [str(build_dir() / "test/bench/regload"), "--server-port",
                str(self.scscf.sip_port), "--realm", self.options.realm,
                "--expires", str(EXPIRES_S), *options]

    def crowd(self, count: int, rate: int = 0) -> None:
        """So many phones register; then they refresh, `rate` of them a second,
        until the lab ends (ten minutes at most)."""
        self.load_users(count)
        port = str(free_port())
        who = ["--users", str(count), "--port", port]
        done = subprocess.run(
            self._regload(*who, "--mode", "aka", "--count", str(count),
                          "--window", "16", "--seconds", "120", "--tag", "first"),
            capture_output=True, text=True, check=True, timeout=150)
        good = json.loads(done.stdout)["status"].get("200", 0)
        if good < count:
            raise LabError(f"{good} of {count} registered: {done.stdout}")
        if rate > 0:
            self._crowd = subprocess.Popen(
                self._regload(*who, "--mode", "protected", "--rate", str(rate),
                              "--seconds", "600", "--tag", "then"),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL, env=dict(os.environ))
