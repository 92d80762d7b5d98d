"""What the lint of the maps refuses, shown on planted maps."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, ClassVar

import pytest

from mappings import catalogue
from mappings.base import EntityMap, FieldMap, choice, day, email, flag, link, links, text, whole
from mappings.catalogue import BY_KIND, CatalogueRefused, Finding, check, lint
from mappings.confidentiality import EMPLOYEES, PAIR, STAFF, Audience, Seen, with_consent
from mappings.known import DIRECTORY
from mappings.records import LINKS, Key, Organisation, Record
from mappings.values import TEXT

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


MENTOR_OF_A_PAIR = [
    pytest.param(with_consent("mentor_shares"), "without a consent", id="one of two"),
    pytest.param(EMPLOYEES, "without a consent", id="none"),
    pytest.param(Seen(Audience.EMPLOYEES, "mentor_shares", Audience.PAIR, "mentee_shares"), "STAFF only", id="other"),
]


@pytest.mark.parametrize(("seen", "problem"), MENTOR_OF_A_PAIR)
def test_the_directory_asks_for_every_consent(seen: Seen, problem: str) -> None:
    """A record of the directory that shows a pair's member without the consent of both is refused."""
    known = DIRECTORY[1]

    class Careless(known.record):  # type: ignore[name-defined,misc] # the shipped record, less careful
        """A pair that is known too easily."""

        mentor: Annotated[Key, seen]

    odd = dataclasses.replace(known, record=Careless)
    (found,) = lint((*TARGETS, odd), {})
    assert (found.kind, found.field) == ("known_pair", "mentor")
    assert problem in found.problem


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
