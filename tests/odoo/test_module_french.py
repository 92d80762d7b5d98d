"""The screens in French: in a real Odoo, no English word of ours is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from connector.crm.module.generate import ours
from mappings.confidentiality import Audience
from mappings.destinations import MODELS
from tests.odoo.test_module_install import Lab, the_lab  # noqa: F401 - the fixture

SAME = {
    "Coach", "Date", "Expertise", "ID", "Mentor", "Mentors", "Messages", "Minutes", "Prospect", "Prospects", "Total",
    "Version", "E-mail", "Participants", "Table", "Tables",
}
"""Words that French and English share."""

SHOWN = ("string", "placeholder", "title", "confirm", "sum", "avg", "help", "aria-label")
WORDS = {
    "res.groups": ["name", "comment"], "res.groups.privilege": ["name"], "ir.module.category": ["name", "description"],
    "ir.ui.menu": ["name"], "ir.actions.act_window": ["name"], "ir.actions.server": ["name"],
    "mail.activity.type": ["name", "summary"], "ir.model": ["name"], "res.partner.category": ["name"],
}
KINDS = ("search", "list", "form", "kanban", "calendar", "graph", "pivot", "activity")


def both(lab: Lab, model: str, method: str, *args: Any, **kwargs: Any) -> list[Any]:
    """Ask the same in English and in French."""
    return [lab.call("admin", model, method, *args, context={"lang": lang, "active_test": False}, **kwargs)
            for lang in ("en_US", "fr_FR")]


def untranslated(english: list[str], french: list[str]) -> list[str]:
    """List the words that are the same in both and should not be."""
    assert len(english) == len(french)
    return [word for word, told in zip(english, french, strict=True) if word == told and word not in SAME]


def texts(arch: str) -> list[str]:
    """List what a view shows in words."""
    found = []
    for element in fromstring(arch).iter():
        found += [element.attrib[name] for name in SHOWN if element.get(name)]
        found += [text.strip() for text in (element.text, element.tail) if text and text.strip()]
    return found


def of_module(lab: Lab, model: str) -> list[int]:
    """List the records of a model that the module made."""
    domain = [("module", "=", "binome_mentoring"), ("model", "=", model)]
    return [row["res_id"] for row in lab.call("admin", "ir.model.data", "search_read", domain, ["res_id"])]


@pytest.mark.parametrize("model", sorted(ours()))
def test_every_field_speaks_french(lab: Lab, model: str) -> None:
    """Labels, help and choices of every field have French, those that chatter and activities bring as well."""
    english, french = both(lab, model, "fields_get")

    def words(fields: dict[str, Any]) -> Iterator[str]:
        for name in sorted(fields):
            yield fields[name]["string"]
            yield fields[name].get("help") or "ID"
            yield from (label for _value, label in fields[name].get("selection", []))

    assert untranslated(list(words(english)), list(words(french))) == []


@pytest.mark.parametrize("model", WORDS)
def test_every_name_speaks_french(lab: Lab, model: str) -> None:
    """Groups, menus, actions, activity types, models and tags have French names, summaries and comments."""
    ids = of_module(lab, model)
    assert ids
    english, french = both(lab, model, "read", ids, WORDS[model])
    told = [[row[column] for row in rows for column in WORDS[model] if row[column]] for rows in (english, french)]
    assert untranslated(*told) == []


@pytest.mark.parametrize("model", sorted(ours()))
def test_every_screen_speaks_french(lab: Lab, model: str) -> None:
    """Titles, buttons, filters and sentences of every view have French."""
    views = lab.call("admin", "ir.ui.view", "search_read", [("model", "=", model)], ["type"])
    asked = [[view["id"], view["type"]] for view in views]
    declared = MODELS[model]
    forms = {"search", "kanban"} if declared.screen else {"search", "list", "form"}
    wanted = forms if declared.audience is Audience.STAFF else {"list"}
    assert wanted <= {view["type"] for view in views}
    english, french = both(lab, model, "get_views", asked)
    for kind in english["views"]:
        told = [texts(answer["views"][kind]["arch"]) for answer in (english, french)]
        assert untranslated(*told) == []


def test_every_empty_screen_speaks_french(lab: Lab) -> None:
    """The help of an empty screen is there, in French; only the lists that a button opens have none."""
    ids = of_module(lab, "ir.actions.act_window")
    english, french = both(lab, "ir.actions.act_window", "read", ids, ["name", "help"])
    helped = [(row["help"], told["help"]) for row, told in zip(english, french, strict=True) if row["help"]]
    assert len(helped) == 13
    for shown, told in helped:
        assert untranslated(texts(f"<div>{shown}</div>"), texts(f"<div>{told}</div>")) == []


@pytest.mark.parametrize("lang", ["en_US", "fr_FR"])
@pytest.mark.parametrize("model", sorted(ours()))
def test_every_screen_opens_for_a_coordinator(lab: Lab, model: str, lang: str) -> None:
    """Every view of every model loads, in both languages, with the right to what it shows."""
    modes = {
        mode for action in lab.call("admin", "ir.actions.act_window", "search_read",
                                    [("id", "in", of_module(lab, "ir.actions.act_window")), ("res_model", "=", model)],
                                    ["view_mode"])
        for mode in action["view_mode"].split(",")
    }
    asked = [[False, kind] for kind in KINDS if kind in modes | {"search"}]
    views = lab.call("coordinator", model, "get_views", asked, context={"lang": lang})["views"]
    assert set(views) == modes | {"search"}
