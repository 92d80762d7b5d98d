"""What the vault promises."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from connector.register.errors import VaultKeyWrong, VaultTampered
from connector.register.keys import new_key
from connector.register.vault import Place, Vault

HERE = Place("meeting", new_key(), "notes")
VAULT = Vault([Vault.generate_key()])


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_sealed_text_opens_again(text: str) -> None:
    """Every text comes out of the vault as it went in."""
    assert VAULT.open(VAULT.seal(text, HERE), HERE) == text


def test_a_token_tells_nothing() -> None:
    """A token holds neither the text nor its place, and the same text never gives the same token."""
    tokens = {VAULT.seal("a doubt", HERE) for _ in range(3)}
    assert len(tokens) == 3
    assert not any(word in token for token in tokens for word in (b"doubt", b"notes", b"meeting"))


@pytest.mark.parametrize(
    "elsewhere",
    [HERE._replace(kind="roadmap"), HERE._replace(key=new_key()), HERE._replace(field="agenda")],
)
def test_a_token_opens_at_its_own_place_only(elsewhere: Place) -> None:
    """A token moved to another kind, record or field is refused."""
    with pytest.raises(VaultTampered) as caught:
        VAULT.open(VAULT.seal("a doubt", HERE), elsewhere)
    assert "doubt" not in str(caught.value)


def test_an_altered_token_is_refused() -> None:
    """Changing one byte of a token makes it useless."""
    token = bytearray(VAULT.seal("a doubt", HERE))
    token[40] ^= 1
    with pytest.raises(VaultKeyWrong):
        VAULT.open(bytes(token), HERE)


def test_another_key_does_not_open() -> None:
    """Without the right key a token stays shut."""
    with pytest.raises(VaultKeyWrong):
        Vault([Vault.generate_key()]).open(VAULT.seal("a doubt", HERE), HERE)


def test_an_old_key_still_opens_and_the_first_seals() -> None:
    """With a new key in front old tokens open, new ones need the new key, and resealed ones too."""
    old, new = Vault.generate_key(), Vault.generate_key()
    token = Vault([old]).seal("a doubt", HERE)
    both = Vault([new, old])
    assert both.open(token, HERE) == "a doubt"
    for fresh in (both.seal("a doubt", HERE), both.reseal(token, HERE)):
        assert Vault([new]).open(fresh, HERE) == "a doubt"
    with pytest.raises(VaultKeyWrong):
        Vault([new]).reseal(token, HERE)


@pytest.mark.parametrize("keys", [[], [SecretStr("too short")], [SecretStr("clé")]])
def test_what_is_no_key_is_refused(keys: list[SecretStr]) -> None:
    """A malformed key, or none, is refused without being repeated."""
    with pytest.raises(VaultKeyWrong) as caught:
        Vault(keys)
    assert not any(key.get_secret_value() in str(caught.value) for key in keys)


def test_a_new_key_hides_itself() -> None:
    """A key that is printed by accident shows nothing."""
    key = Vault.generate_key()
    assert key.get_secret_value() not in f"{key} {key!r}"
