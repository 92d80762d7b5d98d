"""What becomes of the texts of the pair in the register."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from sqlalchemy import update

from connector.register.errors import VaultKeyMissing, VaultKeyWrong, VaultLocked, VaultTampered
from connector.register.repository import Register
from connector.register.vault_schema import sealed
from connector.register.vault import Vault
from connector.register.vault_care import Rotation
from mappings.records import Meeting
from tests.unit.register_samples import a_meeting, a_pair

pytest_plugins = ["tests.unit.register_fixtures", "tests.odoo.fixtures"]

SECRET = "the founder doubts everything"


@pytest.fixture
def meeting(register: Register) -> Meeting:
    """Give a saved meeting with two texts."""
    batch = a_pair()
    meeting = a_meeting(batch[-1], notes=SECRET, place="Café")
    register.save([*batch, meeting])
    return meeting


def test_reading_gives_no_text(register: Register, meeting: Meeting) -> None:
    """No way of reading gives a text, not even with the key: they are not set at all."""
    ways = [
        register.get("meeting", meeting.key),
        next(register.all("meeting")),
        register.changed("meeting", 0)[0][1],
        register.many("meeting", [meeting.key])[meeting.key],
    ]
    for found in ways:
        assert isinstance(found, Meeting)
        assert found.notes is None
        assert "notes" not in found.model_fields_set


def test_unsealing_gives_the_texts(register: Register, meeting: Meeting) -> None:
    """The key gives exactly the texts that were saved."""
    assert register.unseal("meeting", meeting.key) == {"notes": SECRET, "place": "Café"}


def test_a_text_not_given_is_left_alone(register: Register, meeting: Meeting) -> None:
    """Saving what was read, altered elsewhere, keeps the texts."""
    found = register.get("meeting", meeting.key)
    assert found is not None
    register.save([found.model_copy(update={"minutes": 45})])
    assert register.unseal("meeting", meeting.key) == {"notes": SECRET, "place": "Café"}


def test_a_text_is_replaced_or_removed_when_given(register: Register, meeting: Meeting) -> None:
    """A text given anew replaces the old one; ``None`` given removes it; each counts as a change."""
    result = register.save([meeting.model_copy(update={"notes": "Better.", "place": None})])
    assert result.updated == [("meeting", meeting.key)]
    assert register.unseal("meeting", meeting.key) == {"notes": "Better."}


@pytest.mark.parametrize("text", ["new", None])
def test_without_the_key_no_text_changes(
    url: str, register: Register, meeting: Meeting, text: str | None
) -> None:
    """Without the key a text can be neither written nor lost, and nothing else of the batch is saved."""
    with Register.open(url) as keyless:
        with pytest.raises(VaultLocked, match="notes"):
            keyless.save([meeting.model_copy(update={"notes": text, "minutes": 45})])
        with pytest.raises(VaultLocked):
            keyless.unseal("meeting", meeting.key)
    found = register.get("meeting", meeting.key)
    assert isinstance(found, Meeting)
    assert found.minutes == meeting.minutes
    assert register.unseal("meeting", meeting.key)["notes"] == SECRET


def test_the_sync_works_without_the_key(url: str, register: Register, meeting: Meeting) -> None:
    """Without the key everything else can be read and changed, and records deleted."""
    with Register.open(url) as keyless:
        found = keyless.get("meeting", meeting.key)
        assert found is not None
        assert keyless.save([found.model_copy(update={"minutes": 45})]).updated == [("meeting", meeting.key)]
        assert keyless.delete("meeting", [meeting.key]) == 1
        keyless.forget()
        with pytest.raises(VaultKeyMissing):
            keyless.rotate()
    assert register.unseal("meeting", meeting.key) == {}


def test_a_token_moved_to_another_field_is_refused(register: Register, meeting: Meeting) -> None:
    """Who swaps sealed texts in the database is found out, and the error holds no text."""
    with register.transaction() as tx:
        tx.connection.execute(update(sealed).where(sealed.c.field == "place").values(field="agenda"))
    with pytest.raises(VaultTampered, match="agenda") as caught:
        register.unseal("meeting", meeting.key)
    assert "Café" not in "".join(traceback.format_exception(caught.value))


def test_another_key_opens_nothing(url: str, meeting: Meeting) -> None:
    """A wrong key is told apart from an empty record."""
    with Register.open(url, vault=Vault([Vault.generate_key()])) as register, pytest.raises(VaultKeyWrong):
        register.unseal("meeting", meeting.key)


def test_a_key_can_be_retired(url: str) -> None:
    """After a rotation the new key alone opens every text, and no record counts as changed."""
    old, new = Vault.generate_key(), Vault.generate_key()
    batch = a_pair()
    meeting = a_meeting(batch[-1], notes=SECRET)
    with Register.open(url, vault=Vault([old]), create=True) as register:
        register.save([*batch, meeting])
        before = register.watermark()
    with Register.open(url, vault=Vault([new, old])) as register:
        assert register.save([meeting]).unchanged == 1
        assert register.rotate() == Rotation(keys=1)
    with Register.open(url, vault=Vault([new])) as register:
        assert register.unseal("meeting", meeting.key) == {"notes": SECRET}
        assert register.watermark() == before


def test_no_text_is_in_the_files(sqlite_file: Path, vault: Vault) -> None:
    """The files of the database hold no text of the pair, and nothing at all of an erased record."""
    batch = a_pair()
    meeting = a_meeting(batch[-1], ref="ERASED-REF", notes=SECRET)
    with Register.open(f"sqlite:///{sqlite_file}", vault=vault, create=True) as register:
        register.save([*batch, meeting])
        held = b"".join(path.read_bytes() for path in sqlite_file.parent.iterdir())
        assert b"ERASED-REF" in held
        assert SECRET.encode() not in held
        register.delete("meeting", [meeting.key])
        register.forget()
        left = b"".join(path.read_bytes() for path in sqlite_file.parent.iterdir())
        assert b"ERASED-REF" not in left
