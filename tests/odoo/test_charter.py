"""A charter's way on a real Odoo: sent, signed on either side, asked for before a pair is active, replaced."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from secrets import token_hex
from typing import Any

import pytest

from connector.crm.module.names import GROUP_COORDINATOR
from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.records import Charter, Pair
from mappings.vocabulary import CharterState, PairState, SignatureWay
from sync_jobs.charters.desk import Desk
from sync_jobs.cycle import Cycle
from tests.property.small_club import SmallClub

from .client import OdooFault
from .ground import NO_CAPS, Ground, Sides

pytestmark = pytest.mark.odoo

MODEL, VERSION, SEEN = "x_mentoring_charter", "2026-1", b"%PDF both signed this"
Press = Callable[..., Any]


@pytest.fixture(scope="module")
def press(ground: Ground) -> Press:
    """Press buttons as a coordinator called Claire."""
    password = token_hex(8)
    ground.odoo.create_user("claire", password, groups=[GROUP_COORDINATOR])
    session = ground.odoo.web_session("claire", password)

    def pressed(button: str, model: str, name: str, **context: Any) -> None:
        at = ground.odoo.resolve(name)
        action = ground.odoo.resolve(f"binome_mentoring.{button}")
        told = {"active_model": model, "active_id": at, "active_ids": [at], "lang": "fr_FR", **context}
        ground.odoo.call(session, "ir.actions.server", "run", [action], context=told)

    return pressed


def desk(register: Register) -> Desk:
    """Sit down at the club's desk, in English."""
    return Desk(register, VERSION, "Club", "en", dt.datetime.now(dt.UTC).date())


def sync(sides: Sides) -> None:
    """Bring both sides in step."""
    Cycle(sides.register, sides.crm, sides.state, caps=NO_CAPS, charter_version=VERSION).run()


def waiting(sides: Sides, club: SmallClub) -> str:
    """Let both accept and ask for today's charter; give the new one's external id."""
    pair = sides.register.get("pair", club.keys["pair"])
    assert isinstance(pair, Pair)
    accepted = {"state": PairState.CHARTER_PENDING, "mentor_accepted": True, "mentee_accepted": True}
    sides.register.save([pair.model_copy(update=accepted)])
    (draft,) = (one for one in desk(sides.register).supersede(apply=True) if one.pair == pair.key)
    sync(sides)
    return f"binome.charter_{draft.key.hex}"


def of(sides: Sides, club: SmallClub) -> tuple[Pair, Charter]:
    """Give the pair and its charter of today as the register has them."""
    pair = sides.register.get("pair", club.keys["pair"])
    (charter,) = (
        one for one in sides.register.linked("charter", "pair", [club.keys["pair"]])
        if isinstance(one, Charter) and one.version == VERSION
    )
    assert isinstance(pair, Pair)
    return pair, charter


def test_the_buttons_lead_to_an_active_pair(ground: Ground, club: SmallClub, press: Press) -> None:
    """The old version is replaced; activation is refused until both signatures came in, and then accepted."""
    name, pair = "", club.name("pair", "pair")
    with ground.open() as sides:
        name = waiting(sides, club)
        assert ground.staff.read(MODEL, club.name("charter", "charter"), "x_state")["x_state"] == "superseded"
        with pytest.raises(OdooFault, match="d'abord signer"):
            press("action_move_pair", "x_mentoring_pair", pair, binome_to="active")
        ground.staff.write("x_mentoring_pair", pair, x_state="active")
        sync(sides)
        assert ground.staff.read("x_mentoring_pair", pair, "x_state")["x_state"] == "charter_pending"
        press("action_sign_charter", MODEL, name, binome_charter="sent")
        press("action_sign_charter", MODEL, name, binome_charter="mentee")
        assert ground.staff.read(MODEL, name, "x_state")["x_state"] == "signed_by_mentee"
        with pytest.raises(OdooFault, match="déjà enregistrée"):
            press("action_sign_charter", MODEL, name, binome_charter="mentee")
        with pytest.raises(OdooFault, match="plus à signer"):
            press("action_sign_charter", MODEL, club.name("charter", "charter"), binome_charter="mentor")
        ground.staff.write(MODEL, name, x_mentor_signed_way="scan")
        press("action_sign_charter", MODEL, name, binome_charter="mentor")
        press("action_move_pair", "x_mentoring_pair", pair, binome_to="active")
        sync(sides)
        active, charter = of(sides, club)
        assert (active.state, charter.state) == (PairState.ACTIVE, CharterState.SIGNED)
        assert (charter.mentor_signed_way, charter.mentee_signed_way) == (SignatureWay.SCAN, SignatureWay.PAPER)
        assert charter.sent_on == charter.mentor_signed_on == charter.mentee_signed_on == dt.datetime.now(dt.UTC).date()
        assert "(claire)" in str(charter.mentor_recorded_by)


def test_one_signs_here_and_one_there(ground: Ground, club: SmallClub, press: Press) -> None:
    """A signature recorded by command and a date typed in Odoo make one signed charter, its file known by hash."""
    day = dt.datetime.now(dt.UTC).date()
    with ground.open() as sides:
        name = waiting(sides, club)
        key = club.keys["pair"].hex
        made, page = desk(sides.register).make(key)
        desk(sides.register).sent(key)
        desk(sides.register).sign(key, "mentor", recorded_by="me", way=SignatureWay.ELECTRONIC)
        sync(sides)
        row = ground.staff.read(MODEL, name, "x_hash", "x_state", "x_mentor_signed_way", "x_mentor_recorded_by")
        assert row | {
            "x_hash": made.document_hash, "x_state": "signed_by_mentor", "x_mentor_signed_way": "electronic",
            "x_mentor_recorded_by": "me",
        } == row
        ground.staff.write(MODEL, name, x_mentee_signed_on=str(day))
        sync(sides)
        assert of(sides, club)[1].state == ground.staff.read(MODEL, name, "x_state")["x_state"] == "signed"
        with Register.open(ground.register_url, vault=Vault([Vault.generate_key()])) as own:
            desk(own).file(key, SEEN)
            told, blank = desk(own).tell(SEEN), desk(own).tell(page)
        assert told
        assert blank
        assert (told.signed, blank.signed, told.pair.key, blank.pair.key) == (
            True, False, club.keys["pair"], club.keys["pair"],
        )
        sync(sides)
        press("action_move_pair", "x_mentoring_pair", club.name("pair", "pair"), binome_to="active")
        sync(sides)
        assert of(sides, club)[0].state is PairState.ACTIVE
