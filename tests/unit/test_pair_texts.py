"""What a pair wrote is for its two people, and every request for it is in the journal."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from sqlalchemy import select

from connector.register.errors import RecordInvalid, VaultKeyMissing
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.vault_schema import vault_reading
from mappings.records import Pair, Person, Record
from sync_jobs.pair_texts import FIELDS, admit
from sync_jobs.refused import KeyUnknown, NotOfThePair, TextFieldUnknown, TextHasNoPlace
from tests.unit.register_samples import a_meeting, a_pair

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]

SECRET = "the founder doubts everything"


class Told(NamedTuple):
    """A pair and one of its meetings, by the references that people type."""

    pair: Pair
    meeting: Record


@pytest.fixture
def told(register: Register) -> Told:
    """Save a pair with a meeting that holds the secret, and somebody who is not of the pair."""
    *rest, pair = a_pair()
    assert isinstance(pair, Pair)
    pair = pair.model_copy(update={"ref": "b-01"})
    named = [one.model_copy(update={"ref": one.name}) if isinstance(one, Person) else one for one in rest]
    meeting = a_meeting(pair, ref="m-1", notes=SECRET)
    register.save([*named, pair, meeting, Person(key=new_key(), ref="eve", name="Eve")])
    return Told(pair, meeting)


def journal(register: Register) -> list[tuple[object, ...]]:
    """Give who asked and what came of it, in order."""
    with register.transaction(reads_only=True) as tx:
        found = select(vault_reading.c.person, vault_reading.c.pair, vault_reading.c.outcome)
        return [tuple(row) for row in tx.connection.execute(found.order_by(vault_reading.c.reading))]


@pytest.mark.parametrize("who", ["Ana", "Bob"])
def test_both_read_what_they_wrote(register: Register, told: Told, who: str) -> None:
    """Mentee and mentor read every text of the pair, and the journal says so."""
    member = admit(register, "b-01", who)
    assert [(one.record.key, one.texts) for one in member.read()] == [(told.meeting.key, {"notes": SECRET})]
    assert journal(register) == [(member.person, told.pair.key, "read")]


def test_anybody_else_is_refused_and_noted(register: Register, told: Told) -> None:
    """A third person is refused, known or not, and the journal has both."""
    with pytest.raises(NotOfThePair):
        admit(register, "b-01", "eve")
    with pytest.raises(KeyUnknown):
        admit(register, "b-01", "mallory")
    eve = register.by_ref("person", ["eve"])["eve"].key
    assert journal(register) == [(eve, told.pair.key, "refused"), (None, told.pair.key, "refused")]


def test_a_refusal_tells_nothing(url: str, register: Register, told: Told) -> None:
    """Who is refused hears the same whether there is a text, a key, or neither."""
    heard = set()
    with Register.open(url) as keyless:
        for there in (True, False):
            if not there:
                register.save([told.meeting.model_copy(update={"notes": None})])
            for asked in (register, keyless):
                with pytest.raises(NotOfThePair) as caught:
                    admit(asked, "b-01", "eve")
                heard.add((caught.value.message, caught.value.advice))
        with pytest.raises(VaultKeyMissing):
            admit(keyless, "b-01", "Ana")
    assert len(heard) == 1


def test_a_text_is_sealed_where_it_belongs(register: Register, told: Told) -> None:
    """A written text stands in its record beside the others, is taken away again, and both are noted."""
    member = admit(register, "b-01", "Ana")
    member.write(*member.place("meeting.agenda"), "what to ask")
    assert member.read()[0].texts == {"agenda": "what to ask", "notes": SECRET}
    member.write(*member.place("meeting.agenda"), None)
    assert member.read()[0].texts == {"notes": SECRET}
    assert [outcome for *_, outcome in journal(register)] == ["written", "read", "written", "read"]


def test_what_the_record_refuses_is_not_kept(register: Register, told: Told) -> None:
    """A text that its record cannot hold is refused, and no writing is noted."""
    member = admit(register, "b-01", "Ana")
    with pytest.raises(RecordInvalid, match="notes") as caught:
        member.write(*member.place("meeting.notes"), "half a \ud800 letter")
    assert "letter" not in str(caught.value)
    assert journal(register) == []


def test_a_text_needs_one_record(register: Register, told: Told) -> None:
    """Without a record, or with several, it is asked which; a field that is no text of a pair's is refused."""
    member = admit(register, "b-01", "Ana")
    with pytest.raises(TextHasNoPlace):
        member.place("roadmap.vision")
    other = a_meeting(told.pair, ref="m-2")
    register.save([other])
    with pytest.raises(TextHasNoPlace, match="2") as caught:
        member.place("meeting.notes")
    assert "m-1, m-2" in caught.value.advice
    assert member.place("meeting.notes", "m-2")[0].key == other.key
    with pytest.raises(KeyUnknown):
        member.place("meeting.notes", "m-3")
    for name in ("meeting.minutes", "person.motivation", "notes"):
        assert name not in FIELDS
        with pytest.raises(TextFieldUnknown):
            member.place(name)
