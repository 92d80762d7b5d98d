"""The data module's zip, without an Odoo: what is in it, for each version, and what cannot be built."""

from __future__ import annotations

import ast
import csv
import dis
import io
import zipfile
from types import CodeType
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from connector.crm.audience import GROUPS
from connector.crm.errors import CrmModuleError
from connector.crm.module import generate, rights
from connector.crm.module.build import build, fingerprint, hand_written, module_version
from connector.crm.module.translations import Untranslated, catalogue, terms
from mappings.confidentiality import Audience
from mappings.destinations import MODELS, MODULE

VERSIONS = (17, 18, 19)
FORBIDDEN = {"LOAD_CLOSURE", "LOAD_DEREF", "STORE_DEREF", "MAKE_CELL", "COPY_FREE_VARS", "IMPORT_NAME", "STORE_ATTR",
             "BEFORE_WITH", "LIST_TO_TUPLE"}
"""What Odoo's safe_eval refuses and is easily written by mistake."""


def unpacked(version: int, settled: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Build and unpack."""
    with zipfile.ZipFile(io.BytesIO(build(version, settled))) as zipped:
        return {name.removeprefix(f"{MODULE}/"): zipped.read(name) for name in zipped.namelist()}


def manifest(files: dict[str, bytes]) -> dict[str, Any]:
    """Read the manifest as Odoo does."""
    return dict(ast.literal_eval(files["__manifest__.py"].decode()))


def rows(data: bytes) -> list[dict[str, str]]:
    """Read a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.mark.parametrize("version", VERSIONS)
def test_the_same_sources_give_the_same_bytes(version: int) -> None:
    """A build can be compared with another by its bytes, and an installed one by its fingerprint."""
    assert build(version) == build(version)
    assert fingerprint(version) in manifest(unpacked(version))["description"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_manifest_names_what_is_there(version: int) -> None:
    """Every data file is listed once and every listed file is there; views follow all else, menus come last."""
    files = unpacked(version)
    told = manifest(files)
    assert told["version"] == module_version(version) == f"{version}.0.{module_version(version).split('.', 2)[2]}"
    assert sorted(told["data"]) == sorted(name for name in files if name.startswith(("data/", "security/", "views/")))
    assert told["data"][0] == "security/groups.xml"
    assert told["data"][-1] == "views/menus.xml"
    assert {"i18n/fr.po", "static/description/icon.png"} <= set(files)


def test_another_version_is_not_built() -> None:
    """Odoo 16 and 20 are refused with advice, not built by guess."""
    for version in (16, 20):
        with pytest.raises(CrmModuleError, match=str(version)):
            build(version)


def test_before_19_groups_sit_in_their_category() -> None:
    """Odoo 17 and 18 know no privileges, and another name of the groups on actions."""
    for version in (17, 18):
        text = b"".join(unpacked(version).values())
        assert b"res.groups.privilege" not in text
        assert b'name="privilege_id"' not in text
        assert b'name="group_ids"' not in text
        assert b'name="groups_id"' in text
        assert b'ref="module_category_mentoring"' in text


def test_before_18_lists_are_trees() -> None:
    """Odoo 17 says tree, has its chatter in fields and another name for a kanban card."""
    views = {name: data for name, data in unpacked(17).items() if name.startswith("views/")}
    tags = {element.tag for data in views.values() for element in fromstring(data).iter()}
    assert "tree" in tags
    assert not {"list", "chatter"} & tags
    assert b'class="oe_chatter"' in views["views/pair.xml"]
    assert b"kanban-box" in views["views/pair.xml"]
    modes = [field.text for data in views.values()
             for field in fromstring(data).iterfind(".//field[@name='view_mode']")]
    assert modes
    assert all("list" not in mode for mode in modes)


def test_every_model_is_for_two_groups_alone() -> None:
    """Each model has exactly the rights of those whom it is for, without deletion, and the sync's; the home is read."""
    granted = rows(unpacked(19)["security/ir.model.access.csv"])
    for model, declared in generate.ours().items():
        ours = [row for row in granted if row["model_id:id"] == generate.model_id(model)]
        people = GROUPS[declared.audience].partition(".")[2]
        assert {row["group_id:id"].partition(".")[2]: row["perm_unlink"] for row in ours} == {
            people: "0", "group_sync": "0" if declared.screen else "1"}
        assert {row["perm_write"] for row in ours if people in row["group_id:id"]} == {
            "1" if declared.audience is Audience.STAFF and not declared.screen else "0"}
    others = [row for row in granted if not row["model_id:id"].startswith("model_x_")]
    assert {row["group_id:id"] for row in others} == {f"{MODULE}.group_sync"}
    assert {tuple(row[right] for right in rights.RIGHTS) for row in others} == {("1", "0", "0", "0")}


def test_whatever_hangs_on_a_pair_follows_its_privacy() -> None:
    """Every model that is or links to a pair has a rule that keeps private ones to their coordinator."""
    ruled = {record.findtext("field[@name='name']") for record in rights.rules_xml().iter("record")}
    for model in generate.ours().values():
        if "x_private" in model.fields or "x_pair_id" in model.fields:
            assert {f"{model.label}: coordinator", f"{model.label}: sync"} <= ruled


def test_every_field_comes_after_what_it_needs() -> None:
    """A one2many follows its many2one, and a computed field what it is computed from."""
    lots = [{(row["model_id:id"].removeprefix("model_"), row["name"]) for row in rows(data)}
            for name, data in sorted(unpacked(19).items()) if "ir.model.fields-" in name]
    known: set[tuple[str, str]] = set()
    for lot in lots:
        for model, column in lot:
            spec = generate.columns(MODELS[model])[column]
            assert not spec.inverse or (spec.relation, spec.inverse) in known
            own = {path.split(".")[0] for path in spec.depends.split(",") if path}
            assert {(model, name) for name in own} <= known
        known |= lot
    assert known == {(model.name, column) for model in generate.ours().values() for column in generate.columns(model)}


def test_contacts_get_no_field() -> None:
    """Every employee may read every field of a contact, so the module makes none there."""
    for name, data in unpacked(19).items():
        if "ir.model.fields-" in name:
            assert all(row["model_id:id"].startswith("model_x_mentoring_") for row in rows(data))


def test_what_the_crm_has_is_left_out() -> None:
    """Settled models, fields and choices are not sent again; all else is, under the same fingerprint."""
    everything = [row["id"] for lot in (generate.models(), *generate.fields(), generate.choices()) for row in lot]
    files = unpacked(19, tuple(str(each) for each in everything if each != "field_pair_start"))
    schema = [name for name in files if name.startswith("data/ir.model")]
    assert [row["id"] for name in schema for row in rows(files[name])] == ["field_pair_start"]
    assert manifest(files)["description"] == manifest(unpacked(19))["description"]
    assert set(schema) < set(manifest(files)["data"])


def test_english_without_french_is_not_built() -> None:
    """A term of a screen that has no French is named, and nothing is built."""
    root = fromstring('<odoo><menuitem id="m" name="Nowhere"/></odoo>')
    with pytest.raises(Untranslated, match="Nowhere"):
        catalogue([root], b"")


def test_text_stays_out_of_inline_elements() -> None:
    """Odoo would take a text in <span> for a part of its parent's: it could not be translated by its words."""
    arch = '<field name="arch"><form><span>Hello</span></form></field>'
    with pytest.raises(Untranslated, match="span"):
        list(terms(fromstring(f'<odoo><record id="v" model="ir.ui.view">{arch}</record></odoo>')))


def test_no_french_is_kept_for_nothing() -> None:
    """Every term of fr.toml is used: a leftover would hide that a screen changed."""
    import tomllib
    from importlib.resources import files

    told = tomllib.loads(files("connector.crm.module").joinpath("i18n/fr.toml").read_text(encoding="utf-8"))
    assert set(told) == {term.english for root in hand_written(19).values() for term in terms(root)}


@pytest.mark.parametrize("version", VERSIONS)
def test_server_actions_are_what_safe_eval_takes(version: int) -> None:
    """No closure, import, `with`, attribute assignment or double underscore in any action: Odoo would refuse it."""
    def parts(code: CodeType) -> list[CodeType]:
        return [code, *(part for const in code.co_consts if isinstance(const, CodeType) for part in parts(const))]

    codes = [field.text for root in hand_written(version).values() for field in root.iter("field")
             if field.get("name") == "code"]
    assert len(codes) >= 7
    for text in codes:
        for part in parts(compile(text or "", "action", "exec")):
            assert not {each.opname for each in dis.get_instructions(part)} & FORBIDDEN
            assert not [name for name in part.co_names if "__" in name]


@pytest.mark.parametrize(("version", "kept"), [(17, True), (18, True), (19, False)])
def test_done_activities_are_kept(version: int, kept: bool) -> None:
    """Before 19 every activity type of ours says that a done activity stays; 19 has no such field and keeps all."""
    types = fromstring(unpacked(version)["data/activity_types.xml"]).findall("record")
    assert {record.find("field[@name='keep_done']") is not None for record in types} == {kept}


def test_no_two_sets_of_links_share_a_table() -> None:
    """Two many2many of one model to the same other one would be one set in Odoo, unless each has its own table."""
    for model in generate.ours().values():
        kept = [(spec.relation, spec.table) for spec in generate.columns(model).values()
                if spec.type == "many2many" and not (spec.code and not spec.depends)]
        assert len(kept) == len(set(kept)), model.name
