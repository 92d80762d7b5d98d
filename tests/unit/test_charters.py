"""The common charter as a page, and what coordinators do with it in the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text as sql

from connector.register.errors import VaultKeyMissing
from connector.register.keys import new_key
from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.records import Charter, Pair, Record, Roadmap
from mappings.vocabulary import CharterState, PairState, SignatureWay
from sync_jobs.charters.desk import Desk
from sync_jobs.charters.document import Filling, annex, blank, text
from sync_jobs.pair_texts import admit
from sync_jobs.refused import (
    CharterMissing, CharterOut, CharterUnsigned, DayToCome, DoneBeyond, FileMissing, FileUnfit, NotOfThePair, PairOver,
    RoadmapOfTheTwo, SignedBefore,
)
from sync_jobs.roadmaps import note_roadmap
from tests.unit.register_samples import a_pair

TODAY, TOMORROW = dt.date(2026, 11, 24), dt.date(2026, 11, 25)
FILE = bytes(range(256)) * 40
FILLING = Filling("Club", "2026-1", "b-01", 30, "Ana & Co", "Bob <b>", until="31/12/2027")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Give the desk of a club with one pair, ``b-01``, Ana its mentee and Bob its mentor."""
    *rest, pair = a_pair()
    named = [one.model_copy(update={"ref": getattr(one, "name", None)}) for one in rest]
    with Register.open(f"sqlite:///{tmp_path / 'r.db'}", vault=Vault([Vault.generate_key()]), create=True) as register:
        register.save([*named, pair.model_copy(update={"ref": "b-01"})])
        yield Desk(register, "2026-1", "Club", "fr", TODAY)


def charters(desk: Desk) -> dict[str, CharterState]:
    """Give the state of each version."""
    return {one.version: one.state for one in desk.register.all("charter") if isinstance(one, Charter)}


def change(desk: Desk, **fields: Any) -> Record:
    """Change the pair."""
    pair = desk.register.by_ref("pair", ["b-01"])["b-01"].model_copy(update=fields)
    desk.register.save([pair])
    return pair


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_charter_is_one_document_for_one_pair(language: Any) -> None:
    """The same filling gives the same bytes, any other word another page; it has ten values and ten terms."""
    page = blank(FILLING, language)
    assert page == blank(FILLING, language)
    others = [
        replace(FILLING, mentor="Zoé"), replace(FILLING, mentee_company="Firm"), replace(FILLING, cadence=60),
        replace(FILLING, until=""), replace(FILLING, version="2027-1"), replace(FILLING, ref="b-02"),
    ]
    assert len({page, *(blank(other, language) for other in others)}) == 7
    assert (len(text(language)["values"]), len(text(language)["terms"])) == (10, 10)
    assert "434-1" in " ".join(term["text"] for term in text(language)["terms"])
    assert annex(FILLING, "One clause", language) != annex(FILLING, "", language)


def test_a_draft_follows_the_pair_and_what_went_out_does_not(desk: Desk) -> None:
    """Made again, a draft takes the pair's new cadence; once sent, the page stays as it was sent or is refused."""
    first, page = desk.make("b-01")
    change(desk, cadence_days=60)
    second, other = desk.make("b-01")
    assert (first.key, first.document_hash == second.document_hash, page == other) == (second.key, False, False)
    desk.sent("b-01")
    assert desk.make("b-01")[1] == other
    change(desk, cadence_days=30)
    with pytest.raises(CharterOut):
        desk.make("b-01")


def test_each_signs_and_the_state_follows(desk: Desk) -> None:
    """Day, way and who recorded it stand beside each signature; neither side signs twice or tomorrow."""
    with pytest.raises(CharterMissing):
        desk.sent("b-01")
    desk.make("b-01")
    assert desk.sent("b-01", TODAY - dt.timedelta(days=2)).state is CharterState.SENT
    with pytest.raises(DayToCome):
        desk.sign("b-01", "mentee", recorded_by="claire", on=TOMORROW)
    half = desk.sign("b-01", "mentee", recorded_by="claire", way=SignatureWay.SCAN)
    assert (half.state, half.mentee_signed_on, half.mentee_signed_way, half.mentee_recorded_by) == (
        CharterState.SIGNED_BY_MENTEE, TODAY, SignatureWay.SCAN, "claire",
    )
    with pytest.raises(SignedBefore):
        desk.sign("b-01", "mentee", recorded_by="claire")
    with pytest.raises(CharterUnsigned):
        desk.file("b-01", FILE)
    assert desk.sign("b-01", "mentor", recorded_by="claire").state is CharterState.SIGNED
    change(desk, state=PairState.ENDED)
    with pytest.raises(PairOver):
        desk.make("b-01")


def signed(desk: Desk) -> bytes:
    """Let both sign; give the blank page."""
    page = desk.make("b-01")[1]
    for side in ("mentor", "mentee"):
        desk.sign("b-01", side, recorded_by="claire")  # type: ignore[arg-type] # one of the two words
    return page


def test_a_filed_charter_is_for_the_two_alone(desk: Desk, tmp_path: Path) -> None:
    """The file comes back byte for byte, is no text of the pair, and stands nowhere in clear but by its hash."""
    signed(desk)
    member = admit(desk.register, "b-01", "Ana")
    with pytest.raises(FileMissing):
        desk.filed(member)
    for unfit in (b"", b"x" * (20 * 2**20 + 1)):
        with pytest.raises(FileUnfit):
            desk.file("b-01", unfit)
    charter = desk.file("b-01", FILE)
    assert charter.signed_hash
    assert desk.filed(member) == FILE
    assert [(one.texts, one.files) for one in member.read()] == [({}, ("signed_file",))]
    with create_engine(desk.register.url).connect() as raw:
        columns = [row[1] for row in raw.execute(sql("PRAGMA table_info(charter)"))]
    assert "signed_hash" in columns
    assert "signed_file" not in columns
    assert FILE[:64] not in (tmp_path / "r.db").read_bytes()
    with Register.open(str(desk.register.url)) as keyless, pytest.raises(VaultKeyMissing):
        replace(desk, register=keyless).file("b-01", FILE)


def test_a_file_is_told_again(desk: Desk) -> None:
    """Blank and signed are told apart; one changed byte makes a file unknown."""
    page = signed(desk)
    desk.file("b-01", FILE)
    told = {content: desk.tell(content) for content in (page, FILE, page + b" ")}
    assert [one and (one.signed, one.pair.ref) for one in told.values()] == [(False, "b-01"), (True, "b-01"), None]


def test_own_clauses_are_an_annex_for_the_two(desk: Desk) -> None:
    """The page that staff make is the same with and without them; the annex has them."""
    charter, page = desk.make("b-01")
    member = admit(desk.register, "b-01", "Bob")
    without = desk.annex(member)
    member.write(charter, "own_clauses", "We speak Breton.")
    assert desk.make("b-01")[1] == page
    assert desk.annex(member) != without


def test_a_new_version_asks_for_new_signatures(desk: Desk) -> None:
    """Shown first, then done, once: the old charter is superseded, a draft waits; a pair that is over is left alone."""
    signed(desk)
    newer = replace(desk, version="2027-1")
    assert len(newer.supersede(apply=False)) == 1
    assert charters(desk) == {"2026-1": CharterState.SIGNED}
    newer.supersede(apply=True)
    assert charters(desk) == {"2026-1": CharterState.SUPERSEDED, "2027-1": CharterState.DRAFT}
    assert newer.supersede(apply=True) == []
    change(desk, state=PairState.ENDED)
    assert replace(desk, version="2028-1").supersede(apply=True) == []
    assert charters(desk)["2027-1"] is CharterState.DRAFT


def test_a_roadmap_is_made_by_the_two_and_counted_by_staff(desk: Desk) -> None:
    """One of the two says that there is one and since when; staff correct counts; none is done that is not there."""
    register = desk.register
    with pytest.raises(RoadmapOfTheTwo):
        note_roadmap(register, "b-01", TODAY, milestones=3)
    with pytest.raises(NotOfThePair):
        register.save([register.by_ref("person", ["Ana"])["Ana"].model_copy(update={"key": new_key(), "ref": "eve"})])
        note_roadmap(register, "b-01", TODAY, person="eve")
    with pytest.raises(DayToCome):
        note_roadmap(register, "b-01", TODAY, person="Ana", agreed_on=TOMORROW)
    made = note_roadmap(register, "b-01", TODAY, person="Ana", milestones=3)
    counted = note_roadmap(register, "b-01", TODAY, done=2)
    assert (counted.key, counted.agreed_on, counted.milestones, counted.milestones_done) == (made.key, TODAY, 3, 2)
    with pytest.raises(DoneBeyond):
        note_roadmap(register, "b-01", TODAY, done=4)
    with pytest.raises(RoadmapOfTheTwo):
        note_roadmap(register, "b-01", TODAY, agreed_on=TODAY)
    assert [one for one in register.all("roadmap") if isinstance(one, Roadmap)] == [counted]
    assert isinstance(change(desk, state=PairState.DECLINED), Pair)
    with pytest.raises(PairOver):
        note_roadmap(register, "b-01", TODAY, done=1)
