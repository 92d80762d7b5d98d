"""Take the pictures of this folder from a running Odoo, in headless Chromium, in the language of the login given.

    pip install --group screenshots
    python docs/screenshots/take.py --url URL --database DB [--login admin] [--password admin]
                                    [--out docs/screenshots]

The login must be a coordinator's. Records are found by the script itself: the active pair that met most often, and its
mentor's contact.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as seen
from selenium.webdriver.support.ui import WebDriverWait

SIZE = (1280, 800)
PATIENCE = 60
"""Seconds; the first screen of a fresh server builds all the scripts and styles."""

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)


class Odoo:
    """What the script asks of Odoo besides pictures: a session, and which record to show."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        """Log in."""
        self.url, self._session = url.rstrip("/"), requests.Session()
        self._post("/web/session/authenticate", {"db": database, "login": login, "password": password})
        self.cookie = self._session.cookies["session_id"]

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a model's method."""
        return self._post("/web/dataset/call_kw", {"model": model, "method": method, "args": args, "kwargs": kwargs})

    def busiest_pair(self) -> dict[str, Any]:
        """Give the active pair that met most often."""
        found = self.call("x_mentoring_pair", "search_read", [("x_state", "=", "active")],
                          ["x_mentor_id"], order="x_meetings_held desc, id", limit=1)
        if not found:
            raise SystemExit("there is no active pair to show: load the example club first")
        return dict(found[0])

    def _post(self, path: str, params: Any) -> Any:
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._session.post(self.url + path, json=body, timeout=PATIENCE).json()
        if "error" in answer:
            raise SystemExit(f"Odoo refuses {path}: {answer['error']['data']['name']}")
        return answer["result"]


@contextmanager
def browser(odoo: Odoo) -> Iterator[webdriver.Chrome]:
    """Open headless Chromium, logged in."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        try:
            size = {"width": SIZE[0], "height": SIZE[1], "deviceScaleFactor": 1, "mobile": False}
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            driver.get(f"{odoo.url}/web/static/img/favicon.ico")
            driver.add_cookie({"name": "session_id", "value": odoo.cookie})
            yield driver
        finally:
            driver.quit()


def shoot(driver: webdriver.Chrome, address: str, shown: str, target: Path) -> None:
    """Open a screen, wait until ``shown`` (a CSS selector) is there and nothing loads any more, and take it."""
    driver.get(address)
    wait = WebDriverWait(driver, PATIENCE)
    wait.until(seen.visibility_of_element_located((By.CSS_SELECTOR, shown)))
    wait.until_not(seen.visibility_of_element_located((By.CSS_SELECTOR, ".o_loading_indicator, .o_blockUI")))
    driver.execute_script("document.querySelectorAll('.o_notification').forEach(each => each.remove())")
    time.sleep(1.5)  # charts and the chatter draw themselves after all is loaded
    driver.save_screenshot(str(target))
    print(target)


def main() -> None:
    """Take every picture."""
    parser = argparse.ArgumentParser(description="Take the screenshots of the documentation.")
    parser.add_argument("--url", required=True)
    parser.add_argument("--database", required=True)
    parser.add_argument("--login", default="admin")
    parser.add_argument("--password", default="admin")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    asked = parser.parse_args()
    odoo = Odoo(asked.url, asked.database, asked.login, asked.password)
    pair = odoo.busiest_pair()
    home, pairs, meetings, hours = (
        f"/odoo/action-binome_mentoring.action_{name}" for name in ("home", "pairs", "meetings", "hours")
    )
    screens = {
        "home": (home, ".o_kanban_record"),
        "pairs": (pairs, ".o_kanban_record"),
        "pair": (f"{pairs}/{pair['id']}", ".o_form_view .o_data_row"),
        "contact": (f"/odoo/contacts/{pair['x_mentor_id'][0]}", ".oe_stat_button .fa-handshake-o"),
        "meetings": (meetings, ".fc-event"),
        "hours": (f"{hours}?view_type=graph", ".o_graph_renderer canvas"),
    }
    with browser(odoo) as driver:
        for name, (path, shown) in screens.items():
            shoot(driver, odoo.url + path, shown, asked.out / f"{name}.png")


if __name__ == "__main__":
    main()
