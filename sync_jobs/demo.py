"""The demo: the main job on the example club, with a sandbox CRM, told so that a coordinator understands it."""

from __future__ import annotations

import datetime as dt
import tempfile
from importlib import resources
from pathlib import Path
from typing import Any

from connector.crm.sandbox import SandboxCrm, Staff
from connector.register.repository import Register
from connector.register.vault import Vault
from mappings.records import Meeting, Pair, Roadmap
from mappings.values import external_id
from mappings.vocabulary import MeetingState, PairState
from sync_jobs.audit import audit
from sync_jobs.cycle import Cycle, verify
from sync_jobs.engine.guard import Caps
from sync_jobs.migrations.workbook import import_workbook
from sync_jobs.screens import Screen, show_audit, show_plan, show_report, show_verified
from sync_jobs.words import KINDS
from sync_jobs.digests import Digests, digest_secret
from sync_jobs.state import State

EXAMPLE = "examples/club.xlsx"
SECRET_WORDS = "Nous craignons de perdre notre premier client avant l'été."  # noqa: S105 - a text, not a password


def example_club() -> Path:
    """Find the example workbook: beside the sources, or inside an installed package."""
    return Path(str(resources.files("sync_jobs"))).parent / EXAMPLE


def play(screen: Screen) -> dict[str, Any]:
    """Play import, plan, sync, staff edits, sync, verification and audit; give what came out."""
    with tempfile.TemporaryDirectory(prefix="binome-demo-") as folder:
        place = Path(folder)
        vault = Vault([Vault.generate_key()])
        with Register.open(f"sqlite:///{place / 'club.db'}", vault=vault, create=True) as register:
            state = State(register, Digests(digest_secret(place / "club.digest-key")))
            return _Play(screen, register, SandboxCrm.open(), state).all()


class _Play:
    """One performance: its two sides and its audience."""

    def __init__(self, screen: Screen, register: Register, crm: SandboxCrm, state: State) -> None:
        self._screen, self._register, self._crm, self._state = screen, register, crm, state
        self._cycle = Cycle(register, crm, state, caps=Caps())
        self._scene = 0

    def all(self) -> dict[str, Any]:
        """Play every scene."""
        self._import()
        self._confide()
        self._first_sync()
        edited = self._staff_works()
        self._second_sync(edited)
        return self._prove()

    def _title(self, french: str, english: str) -> None:
        self._scene += 1
        if not self._screen.as_json:
            self._screen.console.rule(f"[bold]{self._scene}. {self._screen.say(french, english)}", align="left")

    def _import(self) -> None:
        self._title("On importe le classeur du club", "The club's workbook is imported")
        report = import_workbook(self._register, example_club(), language=self._screen.language)
        if not self._screen.as_json:
            counts = (f"{number} {self._screen.pick(KINDS, kind)}" for kind, number in report.created.items())
            self._screen.console.print(", ".join(counts))

    def _confide(self) -> None:
        """Let one pair write down what is theirs alone: the audit will look for these words in the CRM."""
        self._title("Un binôme écrit sa feuille de route", "A pair writes its roadmap")
        roadmap = next(one for one in self._register.all("roadmap") if isinstance(one, Roadmap))
        self._register.save([roadmap.model_copy(update={"vision": SECRET_WORDS})])
        facts = roadmap.agreed_on, roadmap.milestones, roadmap.milestones_done
        self._tell(
            "Le texte est chiffré dans le registre. Le CRM saura seulement : feuille de route convenue le "
            "{:%d/%m/%Y}, {} jalons, {} atteints.".format(*facts),
            "The text is encrypted in the register. The CRM will only know: roadmap agreed on "
            "{}, {} milestones, {} done.".format(*facts),
        )

    def _first_sync(self) -> None:
        self._title("Ce que la synchronisation ferait, puis ce qu'elle fait", "What a sync would do, then what it does")
        planned = self._cycle.plan()
        if not self._screen.as_json:
            show_plan(self._screen, planned)
        self._sync()
        self._tell("Et une seconde fois :", "And a second time:")
        self._sync()

    def _staff_works(self) -> tuple[Meeting, Pair]:
        """Let staff do in the CRM what they do on a Monday morning."""
        self._title(
            "Lundi matin, une coordinatrice travaille dans le CRM", "Monday morning, a coordinator works in the CRM"
        )
        staff, pair = self._crm.as_staff(), self._an_active_pair()
        meeting = next(m for m in self._meetings() if m.state is MeetingState.PLANNED)
        self._confirm(staff, meeting)
        staff.write("x_mentoring_pair", external_id("pair", pair.key), x_planned_end="2027-03-31")
        staff.create(
            "x_mentoring_meeting",
            x_pair_id=external_id("pair", pair.key),
            x_date="2026-12-08",
            x_minutes=60,
            x_kind="regular",
            x_state="planned",
        )
        self._tell(
            "Elle confirme une rencontre (75 minutes), prolonge un binôme et note une rencontre à venir.",
            "She confirms a meeting (75 minutes), extends a pair and notes a coming meeting.",
        )
        return meeting, pair

    @staticmethod
    def _confirm(staff: Staff, meeting: Meeting) -> None:
        staff.write(
            "x_mentoring_meeting",
            external_id("meeting", meeting.key),
            x_state="held",
            x_minutes=75,
            x_mentor_confirmed=True,
        )

    def _second_sync(self, edited: tuple[Meeting, Pair]) -> None:
        self._title("Les deux côtés se rejoignent", "Both sides meet again")
        before = self._register.count("meeting")
        if not self._screen.as_json:
            show_plan(self._screen, self._cycle.plan())
        self._sync()
        meeting, pair = (self._register.get(one.kind, one.key) for one in edited)
        held = isinstance(meeting, Meeting) and meeting.state is MeetingState.HELD and meeting.minutes == 75
        longer = isinstance(pair, Pair) and pair.planned_end == dt.date(2027, 3, 31)
        new = self._register.count("meeting") - before
        if not (held and longer and new == 1):
            raise AssertionError("the register did not take in what staff did")
        self._tell(
            "Le registre a la rencontre tenue, le binôme prolongé et la nouvelle rencontre.",
            "The register has the meeting held, the pair extended and the new meeting.",
        )

    def _prove(self) -> dict[str, Any]:
        self._title("La preuve", "The proof")
        document = verify(self._cycle.plan(full=True))
        found = audit(self._register, self._crm)
        result = {
            **document,
            "findings": [f"{f.kind}.{f.field}: {f.problem}" for f in found.findings],
            "canaries": found.canaries,
            "sinks": found.sinks,
            "bytes": found.bytes,
            "hits": found.hits,
        }
        if not self._screen.as_json:
            show_verified(self._screen, document)
            show_audit(self._screen, found.findings, result)
        return result

    def _sync(self) -> None:
        report = self._cycle.run()
        if not self._screen.as_json:
            show_report(self._screen, report)

    def _tell(self, french: str, english: str) -> None:
        if not self._screen.as_json:
            self._screen.print(french, english)

    def _meetings(self) -> list[Meeting]:
        return [record for record in self._register.all("meeting") if isinstance(record, Meeting)]

    def _an_active_pair(self) -> Pair:
        return next(p for p in self._register.all("pair") if isinstance(p, Pair) and p.state is PairState.ACTIVE)
