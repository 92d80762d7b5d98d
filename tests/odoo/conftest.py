"""One club for all proofs of the sync on a real Odoo."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from .cache import OdooUnavailable
from .fixtures import refuse
from .ground import Ground
from .server import RealOdoo


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """An Odoo where nobody else enters anything, since a sync takes in what staff enter."""
    if os.environ.get("BINOME_TEST_ODOO_URL"):
        pytest.skip("real Odoo part skipped: these proofs look into the database of an Odoo of their own")
    try:
        odoo = RealOdoo.start()
    except OdooUnavailable as reason:
        refuse(reason)
    with odoo:
        yield Ground.prepared(odoo, tmp_path_factory.mktemp("ground"))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the figures of a proof, whatever else is shown."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for line in (text for name, text in report.user_properties if name == "figures"):
            terminalreporter.write_line(line)
