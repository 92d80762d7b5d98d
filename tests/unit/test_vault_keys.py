"""What the vault's data keys promise: one a pair and one a person, gone for good when it is destroyed."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import insert, select, text

from connector.register import repository
from connector.register.engine import make_engine, parse_url
from connector.register.errors import RegisterError, VaultKeyWrong, VaultShredded
from connector.register.keys import new_key
from connector.register.migrate import upgrade
from connector.register.migrations.versions.r0006_consents import CONSENTS
from connector.register.repository import Register
from connector.register.rows import chunks
from connector.register.vault import Place, Vault
from connector.register.vault_care import Rotation
from connector.register.vault_schema import sealed, vault_key
from mappings.confidentiality import pair_fields
from mappings.records import LINKS, RECORDS, TEXT_OWNERS, Mentee, Person, Record
from tests.unit.register_samples import a_meeting, a_pair

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]

SECRET = "the founder doubts everything"


def two_pairs() -> tuple[list[Record], list[Record]]:
    """Make two pairs with a meeting each, in whose notes the secret stands."""
    first, second = a_pair(), a_pair()
    return [*first, a_meeting(first[-1], notes=SECRET)], [*second, a_meeting(second[-1], notes=SECRET)]


def owners(register: Register) -> dict[UUID, UUID | None]:
    """Tell under whose key the texts of each record are."""
    with register.transaction(reads_only=True) as tx:
        return {row.key: row.owner for row in tx.connection.execute(select(sealed.c.key, sealed.c.owner))}


def seal_as_before(register: Register, master: Vault, *records: Record) -> None:
    """Put the secret into the notes of meetings as the first version did: under the master key itself."""
    with register.transaction() as tx:
        for record in records:
            place = Place(record.kind, record.key, "notes")
            tx.connection.execute(insert(sealed), {**place._asdict(), "token": master.seal(SECRET, place)})


def test_every_kind_with_texts_has_an_owner() -> None:
    """Each kind of record with texts of a pair names a link to a pair or a person, or is itself the owner."""
    assert set(TEXT_OWNERS) == {kind for kind, record in RECORDS.items() if pair_fields(record)}
    for kind, (owner, field) in TEXT_OWNERS.items():
        assert owner in ("pair", "person")
        assert owner == (kind if field == "key" else LINKS[kind][field])


def test_texts_are_under_the_key_of_their_owner(register: Register) -> None:
    """A pair's texts hang on the pair's key, a person's on the person's, whatever record holds them."""
    (*batch, meeting), _ = two_pairs()
    who = Person(key=new_key(), name="Cléo", motivation="mine")
    mentee = Mentee(key=new_key(), person=who.key, needs="mine too")
    register.save([*batch, meeting, who, mentee])
    assert owners(register) == {meeting.key: batch[-1].key, who.key: who.key, mentee.key: who.key}
    assert register.unseal("mentee", mentee.key) == {"needs": "mine too"}
    assert register.vault_counts().keys == 2


def test_what_is_shredded_stays_shut(register: Register, vault: Vault) -> None:
    """Without its data key a pair's text opens no more, even put back from before; the other pair's does."""
    one, other = two_pairs()
    register.save([*one, *other])
    with register.transaction(reads_only=True) as tx:
        kept = tx.connection.execute(select(sealed).where(sealed.c.key == one[-1].key)).one()._asdict()
    assert register.shred("pair", one[-2].key) is True
    assert register.unseal("meeting", one[-1].key) == {}
    with register.transaction() as tx:
        tx.connection.execute(insert(sealed), kept)
    with pytest.raises(VaultShredded):
        register.unseal("meeting", one[-1].key)
    with pytest.raises(VaultKeyWrong):
        vault.open(kept["token"], Place("meeting", one[-1].key, "notes"))
    assert register.unseal("meeting", other[-1].key) == {"notes": SECRET}
    assert register.shred("pair", one[-2].key) is False


def test_shredding_leaves_no_key_in_the_files(sqlite_file: Path, vault: Vault) -> None:
    """After a shredding, which needs no master key, no copy of the database holds the wrapped key or the token."""
    one, _ = two_pairs()
    url = f"sqlite:///{sqlite_file}"
    with Register.open(url, vault=vault, create=True) as register:
        register.save(one)
        with register.transaction(reads_only=True) as tx:
            wrapped = tx.connection.execute(select(vault_key.c.wrapped)).scalar_one()
            token = tx.connection.execute(select(sealed.c.token)).scalar_one()
        with Register.open(url) as keyless:
            keyless.shred("pair", one[-2].key)
            copy = shutil.copytree(sqlite_file.parent, sqlite_file.parent.parent / "copy")
    held = b"".join(path.read_bytes() for path in copy.iterdir())
    assert held
    assert wrapped not in held
    assert token not in held


def test_nothing_is_added_to_what_was_shredded(register: Register) -> None:
    """Who was erased is not written about again."""
    one, _ = two_pairs()
    register.save(one)
    register.shred("pair", one[-2].key)
    with pytest.raises(VaultShredded):
        register.save([one[-1]])
    assert register.vault_counts().shredded == 1


def test_shredding_takes_texts_of_the_master_key_too(register: Register, vault: Vault) -> None:
    """A text from before there were data keys goes with its owner, for the master key would open it."""
    one, _ = two_pairs()
    meeting = a_meeting(one[-2])
    register.save([*one[:-1], meeting])
    seal_as_before(register, vault, meeting)
    register.shred("pair", one[-2].key)
    assert register.unseal("meeting", meeting.key) == {}


def test_deleting_a_pair_shreds_it(register: Register) -> None:
    """An erasure destroys the data key with the record; archiving and ending do not."""
    one, _ = two_pairs()
    register.save(one)
    register.save([one[-2].model_copy(update={"active": False})])
    assert register.vault_counts().shredded == 0
    register.delete("meeting", [one[-1].key])
    register.delete("pair", [one[-2].key])
    assert (register.vault_counts().keys, register.vault_counts().shredded) == (0, 1)


def test_a_moved_record_takes_no_text_along(register: Register) -> None:
    """A meeting led to another pair shows that pair nothing; written anew, its text is under the new pair's key."""
    one, other = two_pairs()
    register.save([*one, *other])
    moved = one[-1].model_copy(update={"pair": other[-2].key})
    register.save([moved.__class__.model_validate(moved.model_dump(exclude={"notes", "place", "agenda"}))])
    assert register.unseal("meeting", moved.key, owner=other[-2].key) == {}
    assert register.unseal("meeting", moved.key) == {"notes": SECRET}
    register.save([moved])
    assert owners(register)[moved.key] == other[-2].key
    assert register.unseal("meeting", moved.key, owner=other[-2].key) == {"notes": SECRET}


def test_another_master_key_makes_no_new_key(url: str, register: Register) -> None:
    """A register whose data keys are under one master key takes no text under another."""
    one, other = two_pairs()
    register.save([*one, *other[:-1]])
    with Register.open(url, vault=Vault([Vault.generate_key()])) as wrong, pytest.raises(VaultKeyWrong):
        wrong.save([other[-1]])


def test_texts_from_before_open_and_move_to_their_owners(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A register of the second revision is upgraded: its texts open, and a rotation gives them data keys."""
    real = command.upgrade
    monkeypatch.setattr(command, "upgrade", lambda config, _: real(config, "0002"))
    upgrade(url)
    monkeypatch.undo()
    old, new = Vault.generate_key(), Vault.generate_key()
    batch = a_pair()
    meeting = a_meeting(batch[-1])
    place = Place("meeting", meeting.key, "notes")
    before = Register(engine := make_engine(parse_url(url)))
    later = [(table, name) for table, names in CONSENTS.items() for name in names]
    with before.transaction() as tx:  # today's records have columns that those of then had not
        for table, name in later:
            tx.connection.execute(text(f"ALTER TABLE {table} ADD COLUMN {name} BOOLEAN NOT NULL DEFAULT FALSE"))
        before.save([*batch, meeting])
        row = {**place._asdict(), "token": Vault([old]).seal(SECRET, place)}
        tx.connection.execute(insert(sealed).values(row))
    with before.transaction() as tx:
        for table, name in later:
            tx.connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {name}"))
    engine.dispose()
    with Register.open(url, vault=Vault([new, old]), create=True) as register:
        assert register.unseal("meeting", meeting.key) == {"notes": SECRET}
        assert register.vault_counts().unowned == 1
        assert register.rotate() == Rotation(texts=1)
        assert register.rotate() == Rotation()
    with Register.open(url, vault=Vault([new])) as register:
        assert owners(register) == {meeting.key: batch[-1].key}
        assert register.unseal("meeting", meeting.key) == {"notes": SECRET}


def test_a_rotation_that_was_broken_off_goes_on(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a rotation did stays done when it breaks off; the next run does the rest and counts only that."""
    old, new = Vault.generate_key(), Vault.generate_key()
    one, other = two_pairs()
    with Register.open(url, vault=Vault([old]), create=True) as register:
        register.save([*one, *other])
    real, done = repository.rewrap, []

    def breaking(*given: object) -> int:
        if done:
            raise ZeroDivisionError
        done.append(real(*given))  # type: ignore[arg-type]
        return done[0]

    with Register.open(url, vault=Vault([new, old])) as register:
        monkeypatch.setattr(repository, "chunks", lambda items: chunks(items, 1))
        monkeypatch.setattr(repository, "rewrap", breaking)
        with pytest.raises(ZeroDivisionError):
            register.rotate()
        monkeypatch.undo()
        assert (register.vault_counts().old, register.vault_counts().shut) == (1, 0)
        assert register.rotate() == Rotation(keys=1)
    with Register.open(url, vault=Vault([new])) as register:
        assert register.unseal("meeting", one[-1].key) == register.unseal("meeting", other[-1].key) == {"notes": SECRET}
    with Register.open(url, vault=Vault([old])) as register:
        assert register.vault_counts().shut == 2
        with pytest.raises(RegisterError):
            register.rotate()


def test_a_rotation_leaves_nothing_under_the_old_key(url: str) -> None:
    """A text whose owner was destroyed meanwhile comes under the new master key: the old one can go all the same."""
    old, new = Vault.generate_key(), Vault.generate_key()
    one, other = two_pairs()
    meeting = a_meeting(one[-2])
    with Register.open(url, vault=Vault([old]), create=True) as register:
        register.save([*one, meeting, *other])
        seal_as_before(register, Vault([old]), meeting)
        register.shred("pair", other[-2].key)
        register.save([register.many("meeting", [meeting.key])[meeting.key].model_copy(update={"pair": other[-2].key})])
    with Register.open(url, vault=Vault([new, old])) as register:
        assert register.rotate() == Rotation(keys=1, texts=1)
    with Register.open(url, vault=Vault([new])) as register:
        assert register.unseal("meeting", meeting.key) == {"notes": SECRET}
