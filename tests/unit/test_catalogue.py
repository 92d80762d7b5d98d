"""What the lint of the maps proves, and what their fingerprint notices."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType, UnionType
from typing import Annotated, Any, ClassVar, get_args

import pytest

import mappings.base
from mappings import catalogue
from mappings.base import EntityMap, FieldMap, Policy, choice, day, email, flag, link, links, text, whole
from mappings.catalogue import BY_KIND, CATALOGUE, CatalogueRefused, Finding, check, fingerprint, lint, lint_live
from mappings.confidentiality import EMPLOYEES, PAIR, STAFF, Audience, Seen, pair_fields, with_consent
from mappings.destinations import MODELS, Destination, Model
from mappings.records import LINKS, Key, Organisation, Record
from mappings.records import Pair as PairRecord
from mappings.values import TEXT

ROOT = Path(catalogue.__file__).parents[1]
TARGETS = (BY_KIND["organisation"], BY_KIND["person"])
SECRET = "do-not-print-this"


class Planted(Record):
    """A record with which a careless hand could leak."""

    kind: ClassVar[str] = "planted"
    name: Annotated[str, EMPLOYEES] = SECRET
    staff_note: Annotated[str, STAFF] = SECRET
    words: Annotated[str, PAIR] = SECRET
    shown: Annotated[str | None, with_consent("share")] = SECRET
    hidden: Annotated[str | None, Seen(Audience.EMPLOYEES, consent="share", otherwise=Audience.PAIR)] = SECRET
    share: Annotated[bool, STAFF] = False


@pytest.fixture(autouse=True)
def _no_links_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the catalogue know that the planted record links to nothing."""
    monkeypatch.setitem(LINKS, "planted", {})


def planted(*fields: FieldMap, model: str = "res.partner", record: type[Record] = Planted, **more: Any) -> EntityMap:
    """Map some fields of the planted record."""
    return EntityMap(record.kind, record, model, fields, **more)


def problems(entity: EntityMap, *, before: tuple[EntityMap, ...] = ()) -> dict[str, str]:
    """Lint one map after those of ``before``; problems by field. The findings must name this map, and no value."""
    found = lint((*before, entity), {})
    assert {finding.kind for finding in found} <= {entity.kind}
    assert SECRET not in repr(found)
    together: dict[str, str] = {}
    for finding in found:
        together[finding.field] = f"{together.get(finding.field, '')}; {finding.problem}".lstrip("; ")
    return together


def test_the_shipped_maps_are_proven() -> None:
    """Nothing is found in the maps that ship, and the check before every start passes."""
    assert lint() == []
    check()


def test_a_fitting_planted_map_passes() -> None:
    """The maps planted below are refused for what is wrong with them, not for being planted."""
    assert problems(planted(text("name", "name"), email("shown", "email"), flag("active", "active"))) == {}


def test_a_field_without_audience_is_refused() -> None:
    """A record field without a declaration is found, mapped or not."""

    class Bare(Planted):
        """A record with an undeclared field."""

        undeclared: str = SECRET

    for fields in ((text("name", "name"),), (text("name", "name"), text("undeclared", "city"))):
        assert "audience" in problems(planted(*fields, record=Bare))["undeclared"]


def test_an_unclassified_record_is_found_before_any_map_names_it() -> None:
    """Records that no map uses yet are proven as well."""

    class Bare(Record):
        """A record with an undeclared field."""

        kind: ClassVar[str] = "bare"
        undeclared: str = SECRET

    assert lint((), {"bare": Bare}) == [Finding("bare", "undeclared", "has no audience, or two")]


def test_a_field_with_two_audiences_is_refused() -> None:
    """Two declarations are none: nobody guesses which one was meant."""

    class Twice(Planted):
        """A record with a field declared twice."""

        doubtful: Annotated[str, STAFF, EMPLOYEES] = SECRET

    assert "two" in problems(planted(text("name", "name"), record=Twice))["doubtful"]


@pytest.mark.parametrize(("model", "column"), [("res.partner", "city"), ("x_mentoring_card", "x_private_email")])
def test_words_of_the_pair_are_refused_everywhere(model: str, column: str) -> None:
    """A field for the pair may go to no model, not even to one of the staff's."""
    entity = planted(text("words", column), link("key", "x_partner_id", "person"), model=model)
    assert "stays in the register" in problems(entity, before=TARGETS)["words"]


def test_a_field_for_staff_is_refused_on_a_contact() -> None:
    """Contacts are seen by every employee, so nothing of the staff's goes there."""
    found = problems(planted(text("staff_note", "city")))
    assert "STAFF" in found["staff_note"]
    assert "EMPLOYEES" in found["staff_note"]


def test_a_field_that_consent_opens_may_be_mapped_to_a_contact() -> None:
    """A consent that employees may see is proven by its widest audience; the door withholds it until given."""
    assert "shown" not in problems(planted(text("name", "name"), email("shown", "email")))


def test_a_twin_whose_other_audience_is_too_narrow_is_refused() -> None:
    """A twin shows the value without consent, so what holds without consent must reach its destination."""
    entity = planted(
        link("key", "x_partner_id", "person"), email("hidden", "x_private_email", twin=True), model="x_mentoring_card")
    assert "stays in the register" in problems(entity, before=TARGETS)["hidden"]


def test_a_twin_on_a_contact_is_refused() -> None:
    """Without consent staff alone may see the value; a contact is no place for that."""
    assert "STAFF" in problems(planted(email("shown", "email", twin=True)))["shown"]


def test_a_twin_of_a_field_without_consent_is_refused() -> None:
    """A field that no consent governs has no twin."""
    entity = planted(
        link("key", "x_partner_id", "person"), FieldMap("staff_note", "x_private_email", TEXT, twin=True),
        model="x_mentoring_card")
    assert "staff_note" in problems(entity, before=TARGETS)


def test_an_unknown_record_field_is_refused() -> None:
    """A map of a field that the record does not have is found by its name."""
    assert "not a field" in problems(planted(text("nickname", "city")))["nickname"]


def test_an_unknown_crm_field_is_refused() -> None:
    """A column that the model does not declare has no known audience."""
    assert "no field comment" in problems(planted(text("name", "comment")))["name"]


def test_an_unknown_model_is_refused() -> None:
    """A model that is not declared has no known audience, so nothing goes there."""
    assert "res.users" in problems(planted(text("name", "name"), model="res.users"))["-"]


def test_a_link_to_a_later_map_is_refused() -> None:
    """A link must find its target made, so its map comes before."""
    pair = BY_KIND["pair"]
    assert "no earlier map" in problems(pair, before=TARGETS)["stay"]
    assert problems(pair, before=(*TARGETS, BY_KIND["stay"])) == {}


def test_a_link_to_nothing_or_to_another_kind_is_refused() -> None:
    """A link says the kind that the record's field points to."""
    swapped = EntityMap("company", Organisation, "res.partner", (link("parent", "parent_id", "person"),))
    assert "points to organisation" in problems(swapped, before=TARGETS)["parent"]
    nowhere = dataclasses.replace(swapped, fields=(dataclasses.replace(swapped.fields[0], target=None),))
    assert "no earlier map" in problems(nowhere, before=TARGETS)["parent"]


def test_a_link_into_a_column_of_another_model_is_refused() -> None:
    """A column that links to stays cannot hold a person: the CRM would never find it."""
    stay, pair = BY_KIND["stay"], BY_KIND["pair"]
    fields = (
        link("mentor", "x_stay_id", "person"), link("mentee", "x_mentee_id", "person"),
        link("stay", "x_mentor_id", "stay"), choice("state", "x_state"),
    )
    assert {"mentor", "stay"} <= set(problems(dataclasses.replace(pair, fields=fields), before=(*TARGETS, stay)))


@pytest.mark.parametrize("wrong", [
    flag("name", "name"), text("name", "active"), day("name", "city"), whole("name", "function"),
    links("name", "parent_id", "organisation"), link("name", "category_id", "organisation"), choice("name", "email"),
], ids=lambda item: f"{item.kind.name}-{item.column}")
def test_a_wrong_column_type_is_refused(wrong: FieldMap) -> None:
    """A value goes only into a column of a fitting type."""
    assert wrong.column in problems(planted(wrong), before=TARGETS[:1])["name"]


def test_a_required_column_must_be_mapped() -> None:
    """What the CRM requires, the map gives: by a field or by a constant."""
    entity = planted(flag("active", "x_active"), model="x_mentoring_profile")
    assert set(problems(entity)) == {"x_partner_id", "x_role"}
    held = planted(
        link("key", "x_partner_id", "person"), model="x_mentoring_profile", constants={"x_role": "mentor"})
    assert {"x_partner_id", "x_role"}.isdisjoint(problems(held, before=TARGETS))


def test_two_fields_to_one_column_are_refused() -> None:
    """A column with two sources would never come to rest."""
    found = problems(planted(text("name", "city"), email("shown", "city")))
    assert "two fields" in found["city"]


def test_a_constant_over_a_mapped_column_is_refused() -> None:
    """A constant would overwrite the field's value at creation."""
    assert "city" in problems(planted(text("name", "city"), constants={"city": SECRET}))


def test_one_field_to_two_columns_of_a_map_is_refused() -> None:
    """The base holds one digest a field, so a field has one column in a map."""
    assert "name" in problems(planted(text("name", "city"), text("name", "function")))


def test_a_constant_needs_a_declared_column() -> None:
    """A constant in a column that nobody declared is refused by the column's name."""
    assert "no such field" in problems(planted(text("name", "name"), constants={"comment": SECRET}))["comment"]


def test_a_computed_column_is_never_written() -> None:
    """What the CRM computes, no map writes."""
    wrong = dataclasses.replace(
        BY_KIND["contribution"], fields=(*BY_KIND["contribution"].fields, text("ref", "x_name")))
    assert "computed" in problems(wrong, before=TARGETS)["ref"]


def test_a_consent_that_does_not_exist_is_refused() -> None:
    """A declaration that names a missing consent could never be opened, nor be understood."""

    class Lost(Planted):
        """A record with a consent that was renamed."""

        shown: Annotated[str | None, with_consent("share_it")] = SECRET

    assert "consent" in problems(planted(text("name", "name"), record=Lost))["shown"]


def test_two_maps_of_one_name_are_refused() -> None:
    """External ids are made of the map's name, so it is the name of one map only."""
    twice = planted(text("name", "name"))
    assert "two maps" in problems(twice, before=(twice,))["-"]


def test_a_record_whose_links_are_forgotten_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new record that the table of links does not name is proven like any other; the lint does not break down."""
    monkeypatch.delitem(LINKS, "planted")
    assert problems(planted(text("name", "name"))) == {}


def test_what_is_wrong_is_said_once() -> None:
    """The same finding is not repeated for every map of a record."""

    class Bare(Planted):
        """A record with an undeclared field."""

        undeclared: str = SECRET

    one = planted(text("name", "name"), record=Bare)
    found = lint((one, dataclasses.replace(one, kind="other")), {"planted": Bare})
    assert found == [Finding("planted", "undeclared", "has no audience, or two")]


def test_refused_maps_stop_the_start_with_names_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check raises all findings at once; its message names the map and the field, and holds no value."""
    bad = lint((planted(text("words", "city"), constants={"comment": SECRET}),), {})
    monkeypatch.setattr(catalogue, "lint", lambda *_: bad)
    with pytest.raises(CatalogueRefused, match=r"planted\.words") as refused:
        check()
    assert refused.value.findings == tuple(bad)
    assert SECRET not in str(refused.value)
    assert "planted.comment" in str(refused.value)


def test_no_shipped_map_names_words_of_the_pair() -> None:
    """Independently of the lint: no map names a field that the vault holds."""
    for entity in CATALOGUE:
        assert pair_fields(entity.record).isdisjoint(entity.by_field)


def test_every_code_of_the_register_has_its_place_in_the_crm() -> None:
    """A choice that the CRM does not offer would be refused there; both sides offer the same."""
    for entity in CATALOGUE:
        for item in entity.fields:
            if item.kind.name == "choice":
                codes = _codes(entity.record.model_fields[item.field].annotation)
                assert set(entity.destination.fields[item.column].choices) == {str(code.value) for code in codes}


def _codes(annotation: Any) -> list[Enum]:
    kinds = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return [code for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for code in kind]


def test_a_crm_that_lacks_a_column_is_noticed() -> None:
    """The maps are compared with the fields of the running CRM, model by model."""
    live = {entity.model: dict.fromkeys(entity.destination.fields, "char") for entity in CATALOGUE}
    assert lint_live(CATALOGUE, live) == []
    del live["x_mentoring_pair"]["x_cadence_days"]
    assert [(found.kind, found.field) for found in lint_live(CATALOGUE, live)] == [("pair", "x_cadence_days")]
    del live["x_mentoring_roadmap"]
    assert {found.kind for found in lint_live(CATALOGUE, live)} == {"pair", "roadmap"}


def changed_maps() -> dict[str, tuple[EntityMap, ...]]:
    """Change one thing at a time in the shipped maps."""
    pair = BY_KIND["pair"]
    first, *rest = pair.fields

    def instead(**change: Any) -> tuple[EntityMap, ...]:
        return tuple(dataclasses.replace(pair, **change) if entity is pair else entity for entity in CATALOGUE)

    def field(**change: Any) -> tuple[EntityMap, ...]:
        return instead(fields=(dataclasses.replace(first, **change), *rest))

    class Tightened(PairRecord):
        """A pair whose mentor is kept from everybody."""

        mentor: Annotated[Key, PAIR]

    Tightened.__name__ = PairRecord.__name__
    return {
        "policy": field(policy=Policy.BOTH), "column": field(column="x_mentee_id"), "field": field(field="mentee"),
        "kind": field(kind=TEXT), "twin": field(twin=True), "target": field(target="organisation"),
        "audience": instead(record=Tightened), "adoption": instead(adopts_new=False),
        "constants": instead(constants={"x_private": True}),
        "a field less": instead(fields=tuple(rest)), "a map less": CATALOGUE[:-1], "order": CATALOGUE[::-1],
    }


@pytest.mark.parametrize("what", changed_maps())
def test_the_fingerprint_notices_each_change_of_meaning(what: str) -> None:
    """Whatever changes in a map changes the fingerprint, so that it is approved before it is applied."""
    assert fingerprint(changed_maps()[what]) != fingerprint()


def test_the_fingerprint_notices_a_wider_destination(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that more people see than yesterday is a change of meaning."""
    before = fingerprint()
    wider: Mapping[str, Model] = {
        name: dataclasses.replace(model, audience=Audience.EMPLOYEES) for name, model in MODELS.items()}
    monkeypatch.setattr(mappings.base, "MODELS", MappingProxyType(wider))
    assert fingerprint() != before


def test_equal_maps_have_equal_fingerprints() -> None:
    """Maps that are made anew and say the same are the same."""
    copies = tuple(dataclasses.replace(entity, fields=tuple(entity.fields)) for entity in CATALOGUE)
    assert fingerprint(copies) == fingerprint() == fingerprint()


def said_by_processes(program: str) -> set[str]:
    """Run a program in processes that hash differently, and collect what they say."""
    return {
        subprocess.run(  # noqa: S603 - this very Python, on a text of ours
            [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout.strip()
        for seed in ("0", "1", "2", "4242")
    }


def test_the_fingerprint_is_the_same_in_every_process() -> None:
    """Neither the order of sets nor the seed of hashes shows in the fingerprint."""
    program = "from mappings.catalogue import fingerprint; print(fingerprint())"
    assert said_by_processes(program) == {fingerprint()}


def test_findings_come_in_the_same_order_in_every_process() -> None:
    """A person who corrects the maps one finding after another is not shown a new order each time."""
    program = (
        "from mappings.catalogue import lint\n"
        "from mappings.base import EntityMap, text\n"
        "from mappings.records import Organisation\n"
        "names = ('name', 'city', 'function', 'email', 'phone')\n"
        "fields = [text('name', c) for c in names] + [text('city', c) for c in names]\n"
        "print([f.field for f in lint((EntityMap('o', Organisation, 'res.partner', tuple(fields)),), {})])\n"
    )
    assert len(said_by_processes(program)) == 1


def test_a_destination_is_written_or_computed() -> None:
    """Every computed column of ours says what it is computed from."""
    computed: list[Destination] = [d for model in MODELS.values() for d in model.fields.values() if d.code]
    assert computed
    assert all(destination.depends for destination in computed)
