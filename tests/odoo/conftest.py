"""One club for all proofs of the sync on a real Odoo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.property.small_club import SmallClub

from .fixtures import own_odoo
from .ground import Ground


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """An Odoo where nobody else enters anything, since a sync takes in what staff enter."""
    with own_odoo() as odoo:
        yield Ground.prepared(odoo, tmp_path_factory.mktemp("ground"))


@pytest.fixture
def club(ground: Ground) -> SmallClub:
    """A club that is in step."""
    club = SmallClub(*ground.numbers(1))
    with ground.open() as sides:
        sides.register.save(club.start())
        sides.cycle.run()
    return club


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show the figures of a proof, whatever else is shown."""
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        for line in (text for name, text in report.user_properties if name == "figures"):
            terminalreporter.write_line(line)
