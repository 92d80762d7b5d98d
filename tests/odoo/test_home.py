"""The home of the example club in a real Odoo, and its pivot of hours: the register's figures, nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from defusedxml.ElementTree import fromstring

from connector.crm.module.names import GROUP_COORDINATOR
from mappings.home import TILES
from mappings.records import Contribution
from sync_jobs.demo import example_club
from sync_jobs.migrations.workbook import import_workbook
from sync_jobs.reports import hours_of

from .client import OdooClient, OdooFault
from .club import COORDINATOR, PASSWORD, OdooClub, example, install_module
from .fixtures import own_odoo

pytestmark = pytest.mark.odoo

HOME, HOURS = "x_mentoring_home", "x_mentoring_contribution"


@dataclass(frozen=True, slots=True)
class Office:
    """The example club in step on both sides, and a coordinator at work in its Odoo."""

    odoo: OdooClient
    club: OdooClub
    session: requests.Session

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call as the coordinator."""
        return self.odoo.call(self.session, model, method, *args, **kwargs)

    def tiles(self) -> dict[str, dict[str, Any]]:
        """Read every tile as the coordinator sees it."""
        rows = self.call(HOME, "search_read", [], ["x_tile", "x_count", "x_hours", "x_section"])
        return {row["x_tile"]: row for row in rows}

    def opened(self, tile: int, lang: str = "fr_FR") -> dict[str, Any]:
        """Click on a tile."""
        context = {"active_model": HOME, "active_id": tile, "active_ids": [tile], "lang": lang}
        action = self.odoo.resolve("binome_mentoring.action_open_tile")
        return dict(self.call("ir.actions.server", "run", [action], context=context))


@pytest.fixture(name="office", scope="module")
def the_office() -> Iterator[Office]:
    """Give the example club in an Odoo of its own."""
    with own_odoo() as odoo:
        install_module(odoo)
        odoo.create_user(COORDINATOR, PASSWORD, groups=[GROUP_COORDINATOR])
        with example(odoo) as club:
            import_workbook(club.register, example_club(), language="fr")
            club.cycle().run()
            yield Office(odoo, club, odoo.web_session(COORDINATOR, PASSWORD))


def test_a_tile_counts_what_its_list_shows(office: Office) -> None:
    """Each tile's figure is the length of the list it opens, which bears the tile's name; of hours, their sum."""
    tiles = office.tiles()
    assert list(tiles) == list(TILES)
    for name, tile in tiles.items():
        action = office.opened(tile["id"])
        assert action["name"] == TILES[name][1]
        assert action["views"][0][1] == "list"
        rows = office.call(action["res_model"], "search_read", action["domain"],
                           ["x_minutes"] if action["res_model"] == HOURS else ["x_name"])
        assert len(rows) == tile["x_count"], name
        assert tile["x_hours"] * 60 == pytest.approx(sum(row.get("x_minutes", 0) for row in rows))


def test_the_figures_are_those_of_the_register(office: Office) -> None:
    """Pairs by state, charters that lack a signature and hours to confirm: counted in the register, the same."""
    tiles, register = office.tiles(), office.club.register
    pairs = [str(getattr(pair, "state", "")) for pair in register.all("pair") if pair.active]
    for state in ("proposed", "accepted", "charter_pending", "active", "paused"):
        assert tiles[state]["x_count"] == pairs.count(state) > 0
    waiting = [one for one in register.all("charter") if getattr(one, "state", "") not in
               ("signed", "superseded", "terminated")]
    assert tiles["charters"]["x_count"] == len(waiting) > 0
    declared = [one for one in register.all("contribution") if getattr(one, "state", "") == "declared"]
    assert tiles["declared"]["x_count"] == len(declared) > 0


def test_another_coordinators_private_pair_is_in_no_figure(office: Office) -> None:
    """A pair known to its own coordinator only leaves the figure and the list of every other."""
    before = office.tiles()["active"]["x_count"]
    found = office.odoo.execute("x_mentoring_pair", "search", [("x_state", "=", "active")], limit=1)
    owner = office.odoo.execute("res.users", "search", [("login", "=", office.odoo.login)])[0]
    office.odoo.execute("x_mentoring_pair", "write", found, {"x_private": True, "x_coordinator_id": owner})
    try:
        tile = office.tiles()["active"]
        listed = office.call("x_mentoring_pair", "search", office.opened(tile["id"])["domain"])
        assert (tile["x_count"], len(listed)) == (before - 1, before - 1)
    finally:
        office.odoo.execute("x_mentoring_pair", "write", found, {"x_private": False})


def test_the_menu_opens_on_the_home(office: Office) -> None:
    """Whoever opens Mentoring stands on the home."""
    menus = office.session.get(f"{office.odoo.url}/web/webclient/load_menus", timeout=60).json()
    root = menus[str(office.odoo.resolve("binome_mentoring.menu_root"))]
    first = menus[str(root["children"][0])]
    assert first["name"] == "Accueil"
    assert root["actionID"] == first["actionID"] == office.odoo.resolve("binome_mentoring.action_home")


def test_nobody_changes_the_home(office: Office) -> None:
    """Its tiles are the module's: a coordinator reads them only."""
    tile = office.tiles()["active"]["id"]
    for method, arguments in (("write", ([tile], {"x_sequence": 99})), ("create", ([{}],)), ("unlink", ([tile],))):
        with pytest.raises(OdooFault, match="AccessError"):
            office.call(HOME, method, *arguments)


def test_the_pivot_of_hours_is_the_report_to_the_minute(office: Office) -> None:
    """By category and month, filtered as a coordinator does, Odoo's pivot shows what `binome report hours` counts."""
    archived = next(one for one in office.club.register.all("contribution")
                    if isinstance(one, Contribution) and one.state == "confirmed" and one.date.year == 2026)
    office.club.register.save([archived.model_copy(update={"active": False})])
    office.club.cycle().run()
    axes = fromstring(office.call(HOURS, "get_views", [[False, "pivot"]])["views"]["pivot"]["arch"])
    named = {field.get("type"): field.get("name") for field in axes.iter("field")}
    assert named == {"row": "x_category", "col": "x_date", "measure": "x_hours"}
    domain = [("x_state", "=", "confirmed"), ("x_date", ">=", "2026-01-01"), ("x_date", "<=", "2026-12-31")]
    groups = office.call(HOURS, "formatted_read_group", domain, ["x_category", "x_date:month"], ["x_hours:sum"])
    pivot = {(row["x_category"], int(row["x_date:month"][0][5:7])): row["x_hours:sum"] * 60 for row in groups}
    report = hours_of(office.club.register, 2026)
    assert pivot == pytest.approx({(str(category), month): minutes for (category, month), minutes in
                                   report.confirmed.items()})
    assert len(pivot) > 12
