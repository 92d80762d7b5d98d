"""The vault on the command line: its key, what a pair writes, and everything else that goes without."""

from __future__ import annotations

import io
import json
import stat
import sys
from pathlib import Path
from typing import Any, NoReturn

import pytest
from pydantic import SecretStr

from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.vault import Owner, Vault
from mappings.confidentiality import pair_fields
from mappings.records import RECORDS, Pair, Record
from sync_jobs.demo import example_club
from tests.e2e.at_work import Run, document, staff

CANARY = "Canari Quarante-Deux"
PAIR = "b-01"


@pytest.fixture
def key(binome: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """Make a master key, and give it to every command."""
    made = str(document(binome, "vault", "key")["key"])
    monkeypatch.setenv("BINOME_VAULT_KEY", made)
    return made


def typed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Put something on stdin."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def members(folder: Path) -> tuple[str, str, str]:
    """Give the pair's mentor and mentee, and somebody else, by reference."""
    with Register.open(f"sqlite:///{folder / 'binome.db'}") as register:
        pair = register.by_ref("pair", [PAIR])[PAIR]
        assert isinstance(pair, Pair)
        people = {one.key: str(one.ref) for one in register.all("person")}
    other = next(ref for who, ref in people.items() if who not in (pair.mentor, pair.mentee))
    return people[pair.mentor], people[pair.mentee], other


def test_a_key_is_shown_once_or_written_for_its_owner(binome: Run, tmp_path: Path) -> None:
    """A key goes to the screen with what to do, or to a new private file; no file is overwritten."""
    out = binome("vault", "key")[1]
    shown = next(line for line in out.splitlines() if line.endswith("="))
    assert Vault([SecretStr(shown)]).wrap(Owner("pair", new_key()))
    assert "keyring set binome vault_key" in out.replace("\n", " ")
    code, out, _ = binome("vault", "key", "--file", "vault-key")
    held = (tmp_path / "vault-key").read_text()
    assert code == 0
    assert held.strip() not in out
    assert stat.S_IMODE((tmp_path / "vault-key").stat().st_mode) == 0o600
    assert document(binome, "vault", "key", "--file", "vault-key", code=2)["error"] == "KeyFileExists"
    assert (tmp_path / "vault-key").read_text() == held


def test_a_pair_writes_and_reads(
    club: Run, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of the two writes, the other reads; a third is refused with code 2; no other output has the text."""
    mentor, mentee, other = members(tmp_path)
    typed(monkeypatch, f"  {CANARY}\n".encode())
    wrote = club("pair", "write", PAIR, "--as", mentee, "--field", "roadmap.vision")
    assert wrote[0] == 0
    assert CANARY not in "".join(wrote[1:])
    assert CANARY in club("pair", "show", PAIR, "--as", mentor)[1]
    shown = document(club, "pair", "show", PAIR, "--as", mentor)
    assert [one["texts"] for one in shown["texts"]] == [{"vision": CANARY}]
    code, out, err = club("pair", "show", PAIR, "--as", other)
    assert (code, CANARY in out + err) == (2, False)
    assert document(club, "pair", "write", PAIR, "--as", other, "--field", "roadmap.vision", code=2)["error"] == (
        "NotOfThePair"
    )
    counts = document(club, "vault", "status")
    assert (counts["keys"], counts["texts"], counts["readings"], counts["refusals"]) == (1, 1, 3, 2)
    assert club("pair", "write", PAIR, "--as", mentee, "--field", "roadmap.vision", "--clear")[0] == 0
    assert document(club, "pair", "show", PAIR, "--as", mentor)["texts"] == []


@pytest.mark.parametrize("content", [b"", b" \n", b"caf\xe9"])
def test_what_is_no_text_is_refused(
    club: Run, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    """Nothing on stdin, or what is not UTF-8, changes nothing."""
    typed(monkeypatch, content)
    found = document(club, "pair", "write", PAIR, "--as", members(tmp_path)[0], "--field", "roadmap.vision", code=2)
    assert found["error"] == "TextUnfit"
    assert document(club, "vault", "status")["texts"] == 0


def test_an_editor_leaves_nothing_behind(
    club: Run, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal the editor opens on the text as it is, in a private folder that is gone afterwards."""
    script, seen = tmp_path / "editor", tmp_path / "seen"
    script.write_text(
        f'#!/bin/sh\ncp "$1" {seen}\nstat -c %a "$(dirname "$1")" >> {seen}\ncp "$1" "$1~"\n'
        f'dirname "$1" > {tmp_path}/where\necho "{CANARY}" > "$1"\n'
    )
    script.chmod(0o700)
    monkeypatch.setenv("VISUAL", str(script))
    write = "pair", "write", PAIR, "--as", members(tmp_path)[0], "--field", "roadmap.vision"
    typed(monkeypatch, b"before")
    assert club(*write)[0] == 0
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert club(*write)[0] == 0
    assert seen.read_text() == "before700\n"
    assert not Path((tmp_path / "where").read_text().strip()).exists()
    assert CANARY in club("pair", "show", PAIR, "--as", members(tmp_path)[1])[1]
    monkeypatch.setenv("VISUAL", "false")
    assert club(*write)[0] == 2


def test_a_master_key_is_changed(club: Run, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the new key before the old one everything comes under the new, and the old one opens nothing more."""
    mentor, *_ = members(tmp_path)
    typed(monkeypatch, CANARY.encode())
    assert club("pair", "write", PAIR, "--as", mentor, "--field", "roadmap.vision")[0] == 0
    new = document(club, "vault", "key")["key"]
    monkeypatch.setenv("BINOME_VAULT_KEY", f"{new},{key}")
    assert document(club, "vault", "status")["old"] == 1
    assert document(club, "vault", "rotate") == {"keys": 1, "texts": 0}
    assert document(club, "vault", "rotate") == {"keys": 0, "texts": 0}
    monkeypatch.setenv("BINOME_VAULT_KEY", new)
    assert CANARY in club("pair", "show", PAIR, "--as", mentor)[1]
    monkeypatch.setenv("BINOME_VAULT_KEY", key)
    assert document(club, "vault", "status")["shut"] == 1
    assert document(club, "pair", "show", PAIR, "--as", mentor, code=2)["error"] == "VaultKeyWrong"
    monkeypatch.delenv("BINOME_VAULT_KEY")
    assert document(club, "vault", "rotate", code=2)["error"] == "VaultKeyMissing"


class Poison:
    """A vault that nobody may touch."""

    def __getattribute__(self, name: str) -> NoReturn:
        raise AssertionError(f"the vault's key was used: {name}")


def sealed_club(folder: Path, vault: Vault) -> dict[tuple[str, Any], dict[str, str]]:
    """Seal a text in every field that can hold one, and give what the vault holds then."""
    with Register.open(f"sqlite:///{folder / 'binome.db'}", vault=vault) as register:
        full: list[Record] = [
            one.model_copy(update=dict.fromkeys(pair_fields(record), CANARY))
            for kind, record in RECORDS.items()
            if pair_fields(record)
            for one in register.all(kind)
        ]
        register.save(full)
        return {(one.kind, one.key): register.unseal(one.kind, one.key) for one in full}


@pytest.mark.parametrize("poisoned", [False, True], ids=["no key", "a poisoned key"])
def test_everything_else_goes_without_the_key(
    club: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, poisoned: bool
) -> None:
    """On a club full of sealed texts no other command touches the key, or loses, shows or sends a text."""
    vault = Vault([Vault.generate_key()])
    held = sealed_club(tmp_path, vault)
    assert len(held) > 50
    monkeypatch.setattr("connector.settings.VaultSettings.keys", Poison())  # nobody asks for the key either
    if poisoned:
        opening = Register.open
        monkeypatch.setattr(
            "sync_jobs.club.Register.open",
            lambda url, *, vault=None, create=False: opening(url, vault=Poison(), create=create),  # type: ignore[arg-type]
        )
    with staff(tmp_path) as at_work:
        for meeting in [key for kind, key in held if kind == "meeting"][:3]:
            at_work.write("x_mentoring_meeting", f"binome.meeting_{meeting.hex}", x_minutes=77)
    said = ""
    for words in (
        "plan", "plan --show-values", "sync", "sync --full", "verify", "status", "conflicts", "conflicts --show-values",
        "parked", "runs", "undo last --yes", "sync", f"import {example_club()} --dry-run", "lint",
    ):
        code, out, err = club(*words.split(), "--json")
        assert (code, "error" in json.loads(out)) == (0, False), (words, out)
        said += out + err
    assert CANARY not in said
    monkeypatch.undo()
    with Register.open(f"sqlite:///{tmp_path / 'binome.db'}", vault=vault) as register:
        assert {(kind, key): register.unseal(kind, key) for kind, key in held} == held
