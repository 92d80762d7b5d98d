"""One club for all proofs of the sync on a real Odoo."""

from __future__ import annotations

import os
from collections.abc import Iterator

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
