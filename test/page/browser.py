# SPDX-License-Identifier: GPL-2.0-or-later
"""The live page in a headless Chromium: what is on it, pictures of it.

Never asks the S-CSCF itself.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from process import wait_until

LAPTOP, PHONE = (1280, 800), (390, 844)


class Page:
    """The page as a user has it before him."""

    def __init__(self, driver: webdriver.Chrome, address: str):
        self.driver = driver
        self.address = address

    def load(self, impu: str | None = None) -> None:
        """Load it, at an IMPU's story if one is named."""
        self.driver.get("about:blank")
        self.driver.get(self.address + ("" if impu is None else
                                        "#impu=" + quote(impu, safe="")))

    def size(self, width: int, height: int) -> None:
        """The window's inside, and nothing scrolled."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": width < 500})

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements that a CSS selector finds."""
        return self.driver.execute_script(
            "return [...document.querySelectorAll(arguments[0])]"
            ".map(e => e.textContent.trim())", selector)

    def text(self, selector: str) -> str:
        """The text of the first one, "" if there is none."""
        return next(iter(self.texts(selector)), "")

    def number(self, selector: str) -> int | None:
        """The same as a number: 10 000 is written with narrow spaces."""
        digits = re.sub(r"\s", "", self.text(selector))
        return int(digits) if digits.isdigit() else None

    def await_text(self, selector: str, ready, what: str, timeout_s: float = 15):
        """Until `ready(text)` of the first element."""
        return wait_until(lambda: ready(self.text(selector)), timeout_s, what)

    def visible(self, selector: str) -> bool:
        """Whether the first one can be seen."""
        return self.driver.find_element(By.CSS_SELECTOR, selector).is_displayed()

    def type(self, text: str, selector: str = "body") -> None:
        """Keys, to an element."""
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys(text)

    def run(self, script: str, *args):
        """JavaScript in the page; what it returns."""
        return self.driver.execute_script(script, *args)

    def complaints(self) -> list[str]:
        """What the browser's console holds: errors, refusals of the policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def first_paint_ms(self) -> float:
        """From the start of loading to the first content on the screen."""
        def painted():
            return self.run("return performance.getEntriesByName("
                            "'first-contentful-paint')[0]?.startTime")
        return wait_until(painted, 10, "first paint")

    def totals_ms(self) -> float:
        """From the start of loading to the first totals."""
        return wait_until(lambda: self.run(
            "return performance.getEntriesByName('totals')[0]?.startTime"), 10,
            "totals")

    def picture(self, path: Path, whole: bool = False) -> None:
        """A screenshot as PNG; the whole page if asked."""
        if whole:
            height = self.run("return document.documentElement.scrollHeight")
            self.size(self.run("return innerWidth"), height)
        self.driver.save_screenshot(str(path))


@contextmanager
def open_page(lab, size: tuple[int, int] = LAPTOP):
    """A browser, logged in, with the lab's page not yet loaded."""
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for word in ("headless=new", "no-sandbox", "disable-gpu", "no-first-run",
                 "disable-dev-shm-usage", "disable-background-networking",
                 "disable-component-update", "disable-sync",
                 f"user-data-dir={lab.directory}/chromium"):
        options.add_argument(f"--{word}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = Service("/usr/bin/chromedriver",
                      env={**os.environ, "HOME": str(lab.directory)})
    driver = webdriver.Chrome(options=options, service=service)
    try:
        page = Page(driver, f"http://127.0.0.1:{lab.page_port}/")
        driver.set_page_load_timeout(30)
        page.size(*size)
        _log_in(driver, lab)
        yield page
    finally:
        driver.quit()


def _log_in(driver: webdriver.Chrome, lab) -> None:
    """As a user who types it once: the browser keeps it for the address."""
    auth = lab.options.defines["PAGE_AUTH"]
    driver.get(f"http://{auth}@127.0.0.1:{lab.page_port}/")
