"""What canonical values and external ids promise."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mappings.base import link, links
from mappings.records import RECORDS
from mappings.values import (
    CHOICE, DAY, EMAIL, FLAG, LINK, LINKS, MARKUP, MOMENT, PHONE, TEXT, WHOLE, Kind, external_id, parse_external_id,
    tags,
)
from mappings.vocabulary import MeetingState, Role
from tests.property.strategies import DAYS, KEYS, key

MOMENTS = st.datetimes(
    dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1),  # noqa: DTZ001 - the zones follow
    timezones=st.sampled_from([dt.UTC, *map(ZoneInfo, ("Europe/Paris", "Pacific/Auckland", "America/Cayenne"))]))
ROLES = tags({"mentor": "m.a", "mentee": "m.b", "coach": "m.c"})
SOME: dict[str, tuple[Kind, st.SearchStrategy[Any]]] = {
    "text": (TEXT, st.text()), "email": (EMAIL, st.emails() | st.text()),
    "phone": (PHONE, st.text() | st.from_regex(r"[+0-9 .()/-]{1,16}")),
    "choice": (CHOICE, st.sampled_from(MeetingState)), "day": (DAY, DAYS), "moment": (MOMENT, MOMENTS),
    "markup": (MARKUP, st.text()), "whole": (WHOLE, st.integers()), "flag": (FLAG, st.booleans()),
    "link": (LINK, KEYS), "roles": (ROLES, st.frozensets(st.sampled_from(Role))),
}


@pytest.mark.parametrize("name", sorted(set(SOME) - {"roles", "link"}))
@given(data=st.data())
def test_a_value_comes_back_from_the_wire_as_it_went(name: str, data: st.DataObject) -> None:
    """What the CRM stored and gives back is equal to what the register has; empty comes back empty."""
    kind, some = SOME[name]
    value = data.draw(st.none() | some)
    assert kind.canonical(kind.from_wire(kind.to_wire(value))) == kind.canonical(value)


@pytest.mark.parametrize("name", ["text", "email", "phone", "choice", "whole", "flag"])
@given(data=st.data())
def test_a_canonical_form_is_its_own(name: str, data: st.DataObject) -> None:
    """Making a canonical form canonical again changes nothing."""
    kind, some = SOME[name]
    once = kind.canonical(data.draw(some))
    assert kind.canonical(once) == once


@pytest.mark.parametrize("name", SOME)
@given(data=st.data())
def test_a_canonical_form_is_plain(name: str, data: st.DataObject) -> None:
    """Canonical values are strings, numbers, booleans, tuples of strings or nothing: their repr is digested."""
    kind, some = SOME[name]
    form = kind.canonical(data.draw(st.none() | some))
    assert type(form) in (str, int, bool, tuple, type(None))
    assert not isinstance(form, tuple) or {type(part) for part in form} <= {str}


@pytest.mark.parametrize("kind", [TEXT, EMAIL, PHONE, MARKUP, CHOICE, DAY, MOMENT], ids=lambda kind: kind.name)
@pytest.mark.parametrize("empty", [False, None, ""])
def test_all_ways_to_be_empty_are_one(kind: Kind, empty: object) -> None:
    """Odoo's False, no value and the empty text are the same: nothing."""
    assert kind.canonical(empty) is None


@pytest.mark.parametrize("kind", [TEXT, EMAIL, PHONE], ids=lambda kind: kind.name)
@pytest.mark.parametrize("blank", [" ", "\t\n", "\u00a0", "\u2003 "])
def test_a_text_of_spaces_is_empty(kind: Kind, blank: str) -> None:
    """Spaces alone say nothing."""
    assert kind.canonical(blank) is None


@pytest.mark.parametrize("kind", [TEXT, EMAIL, PHONE, CHOICE, DAY, MOMENT, LINK], ids=lambda kind: kind.name)
def test_nothing_crosses_as_false(kind: Kind) -> None:
    """Odoo's word for empty goes out, and comes in as nothing."""
    assert kind.to_wire(None) is False
    assert kind.from_wire(False) is None


def test_empty_numbers_flags_and_sets_have_their_own_zero() -> None:
    """No number is 0, no flag is no, and no set is the empty one, on both sides."""
    for empty in (None, False):
        assert (WHOLE.canonical(empty), FLAG.canonical(empty), LINKS.canonical(empty)) == (0, False, ())
    assert [list(part) for part in LINKS.to_wire(None).values()] == [[]]


@given(st.text())
def test_outer_and_doubled_spaces_do_not_count(value: str) -> None:
    """A text with spaces around it, or twice where there was one, is the same text."""
    assert TEXT.canonical(f"  {value}\n") == TEXT.canonical(value)
    assert TEXT.canonical(value.replace(" ", " \t ")) == TEXT.canonical(value)


@given(st.text())
@example("Ångström, Élodie, Çelik, Sébastien")
def test_composed_and_decomposed_letters_are_the_same(value: str) -> None:
    """An é typed on a Mac (two code points) equals an é typed elsewhere (one)."""
    for kind in (TEXT, EMAIL):
        forms = {kind.canonical(unicodedata.normalize(form, value)) for form in ("NFC", "NFD")}
        assert len(forms) == 1


def test_different_texts_stay_different() -> None:
    """Case, accents and punctuation of a text do count."""
    forms = [TEXT.canonical(name) for name in ("Eloise", "eloise", "Éloïse", "Eloise.", "El oise")]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("written", ["Marie.Curie@Exemple.FR", " marie.curie@exemple.fr ", "MARIE.CURIE@EXEMPLE.FR\n"])
def test_case_and_outer_spaces_of_an_address_do_not_count(written: str) -> None:
    """People write the same e-mail address in many ways."""
    assert EMAIL.canonical(written) == "marie.curie@exemple.fr"


@pytest.mark.parametrize("written", [
    "+33612345678", "06 12 34 56 78", "0612345678", "06.12.34.56.78", "06-12-34-56-78", "06/12/34/56/78",
    "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "+33 (0) 6.12.34.56.78", "0033 6 12 34 56 78", "0033612345678",
    "00 33 6 12 34 56 78", "+33\u00a06\u202f12 34 56 78", " 06 12 34 56 78 ", "Tél. : 06 12 34 56 78",
])
def test_french_writings_of_a_phone_are_one_number(written: str) -> None:
    """Spaces, dots, a leading 0, 0033 and (0) all write the one number that E.164 writes +33."""
    assert PHONE.canonical(written) == "+33612345678"


@pytest.mark.parametrize("written", ["(0)6 12 34 56 78", "+33 06 12 34 56 78", "+33 ( 0 ) 6 12 34 56 78"])
def test_careless_writings_of_a_phone_are_one_number_too(written: str) -> None:
    """The trunk 0 is dropped wherever people leave it: alone in brackets, or after +33."""
    assert PHONE.canonical(written) == "+33612345678"


def test_different_phones_stay_different() -> None:
    """Numbers of other countries keep their prefix; another digit is another number."""
    forms = [PHONE.canonical(n) for n in ("+32 2 555 12 12", "+33 2 55 51 21 21", "02 555 12 12", "06 12 34 56 79")]
    assert len(set(forms)) == len(forms)


@pytest.mark.parametrize("more", [" poste 12", " ext. 12", " / 07 11 22 33 44", " ou 07 11 22 33 44"])
def test_what_is_written_after_a_phone_counts(more: str) -> None:
    """An extension or a second number that somebody adds is an edit, and is not lost as another writing."""
    assert PHONE.canonical("06 12 34 56 78" + more) != PHONE.canonical("06 12 34 56 78")


def test_a_phone_of_words_stays_a_text() -> None:
    """What holds no digit is compared as it is written; nothing is lost."""
    assert PHONE.canonical("sur demande") == "sur demande"


@given(st.from_regex(r"0[1-9]([ .-]?[0-9]{2}){4}", fullmatch=True))
def test_any_french_number_equals_its_international_writing(written: str) -> None:
    """Whatever the number and its punctuation, the leading 0 and +33 say the same."""
    assert PHONE.canonical(written) == PHONE.canonical("+33 " + written[1:]) == PHONE.canonical("0033" + written[1:])


@given(DAYS, st.times())
def test_a_day_is_a_day(day: dt.date, time: dt.time) -> None:
    """A day is the same as a date, as a moment of that day and as Odoo's text."""
    assert DAY.canonical(dt.datetime.combine(day, time)) == DAY.canonical(day) == DAY.canonical(day.isoformat())
    assert DAY.from_wire(day.isoformat()) == day
    assert DAY.from_wire(f"{day.isoformat()} 10:00:00") == day


@given(MOMENTS)
def test_a_moment_is_the_same_in_every_zone(moment: dt.datetime) -> None:
    """A moment is compared in UTC, at the second; its zone and its fractions do not count."""
    abroad = moment.astimezone(ZoneInfo("Asia/Kolkata"))
    assert MOMENT.canonical(abroad) == MOMENT.canonical(moment) == MOMENT.canonical(moment.replace(microsecond=0))
    assert MOMENT.canonical(moment.isoformat()) == MOMENT.canonical(moment)


def test_a_moment_without_zone_is_utc() -> None:
    """Odoo stores UTC and says no zone; so is it read."""
    assert MOMENT.canonical("2026-03-29 01:30:00") == "2026-03-29 01:30:00"
    assert MOMENT.canonical(dt.datetime(2026, 3, 29, 3, 30, tzinfo=ZoneInfo("Europe/Paris"))) == "2026-03-29 01:30:00"


def test_both_hours_of_the_clock_change_stay_apart() -> None:
    """When the clock goes back, half past two comes twice, and means two moments."""
    twice = [dt.datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=fold) for fold in (0, 1)]
    assert [MOMENT.canonical(moment) for moment in twice] == ["2026-10-25 00:30:00", "2026-10-25 01:30:00"]


@pytest.mark.parametrize("written", [
    "Deux jalons", "<p>Deux jalons</p>", "<p>Deux <b>jalons</b></p>", "<p>Deux&nbsp;jalons</p>",
    "<div>Deux<br/>jalons</div>",
    "<p class='x' data-y=\"z\">Deux\n jalons</p><p><br></p>",
])
def test_markup_is_compared_by_its_words(written: str) -> None:
    """Tags, entities and spaces that an editor adds do not count."""
    assert MARKUP.canonical(written) == "Deux jalons"


def test_markup_without_words_is_empty() -> None:
    """Odoo's empty editor leaves a paragraph with a break: nothing."""
    assert MARKUP.canonical("<p><br></p>") is None


def test_a_set_has_no_order() -> None:
    """Links and roles are compared as sets, sorted."""
    assert LINKS.canonical([key(2), key(1)]) == LINKS.canonical(frozenset({key(1), key(2)}))
    assert ROLES.canonical([Role.MENTOR, Role.COACH]) == ROLES.canonical(frozenset({"coach", "mentor"}))
    assert ROLES.canonical([Role.MENTOR, Role.COACH]) == ("coach", "mentor")


@given(st.frozensets(st.sampled_from(Role)))
def test_tags_touch_only_our_own(roles: frozenset[Role]) -> None:
    """Each tag of the vocabulary is either linked or unlinked, and no other tag is named."""
    vocabulary = {"mentor": "m.mentor", "mentee": "m.mentee", "coach": "m.coach"}
    wire = tags(vocabulary).to_wire(roles)
    assert set(wire) == {"link", "unlink"}
    assert sorted([*wire["link"], *wire["unlink"]]) == sorted(vocabulary.values())
    assert set(wire["link"]) == {vocabulary[role] for role in roles}


@given(KEYS, st.frozensets(KEYS))
def test_links_leave_as_external_ids(one: UUID, several: frozenset[UUID]) -> None:
    """The CRM is told external ids, never keys alone, and sets in one order."""
    assert link("mentor", "x_mentor_id", "person").to_wire(one) == external_id("person", one)
    wire = links("attendees", "x_attendee_ids", "person").to_wire(several)
    assert set(wire) == {"set"}
    assert list(wire["set"]) == sorted(external_id("person", each) for each in several)


@pytest.mark.parametrize("kind", [*RECORDS, "card"])
@given(of=st.uuids())
def test_external_ids_read_back(kind: str, of: UUID) -> None:
    """An external id tells the kind and the key, and nothing else of the record."""
    name = external_id(kind, of)
    assert parse_external_id(name) == (kind, of)
    assert name == f"binome.{kind}_{of.hex}"


HEX = key(1).hex


@pytest.mark.parametrize("hostile", [
    "", ".", "binome", "binome.", "binome._", f"binome._{HEX}", f"binome.person{HEX}", "binome.person_",
    "binome.person_1234", "binome_mentoring.tag_mentor", f"other.person_{HEX}", f"__export__.person_{HEX}",
    f"binome_mentoring.person_{HEX}", f" binome.person_{HEX}",
    f"Binome.person_{HEX}", "binome.person_" + "g" * 32, f"binome.person_{HEX}0", f"person_{HEX}",
])
def test_external_ids_of_others_are_not_ours(hostile: str) -> None:
    """What is not exactly an external id of ours is somebody else's, and raises nothing."""
    assert parse_external_id(hostile) is None


@pytest.mark.parametrize("hostile", [
    f"binome.person_{{{HEX}}}", f"binome.person_urn:uuid:{HEX}", f"binome.person_{key(10).hex.upper()}",
    f"binome.person_{key(1)}", f"binome.person_{HEX[:-1]}١", f"binome.person_{HEX}\n",
], ids=["braces", "urn", "capitals", "dashes", "arabic digit", "newline"])
def test_a_key_has_one_external_id(hostile: str) -> None:
    """Another spelling of a key is not ours: two names for one record would be two records with one key."""
    found = parse_external_id(hostile)
    assert found is None or external_id(*found) == hostile


@given(st.text() | st.text("binome._person{}-0123456789abcdefABCDEF", max_size=60))
def test_reading_an_external_id_undoes_naming_it(name: str) -> None:
    """Whatever is read as ours would be named just so; nothing makes the reading fail."""
    found = parse_external_id(name)
    assert found is None or external_id(*found) == name
