"""What people do in the year: most of it in Odoo, as staff do, some by command, the roadmaps in the register."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from connector.register.keys import new_key
from mappings.records import Charter, Key, Meeting, Roadmap
from mappings.vocabulary import CharterState

from .script import MENTORS, NEW_VERSION, SIXTY_DAYS

if TYPE_CHECKING:
    from .play import Year

PAIR, MEETING, SESSION = "x_mentoring_pair", "x_mentoring_meeting", "x_mentoring_session"
HOURS = "x_mentoring_contribution"


def write(year: Year, pair: int, **columns: Any) -> None:
    """Change a pair as staff do."""
    year.staff.write(PAIR, year.name("pair", year.pairs[pair]), **columns)


def mentor_answers(year: Year, pair: int, *, yes: bool) -> None:
    """Tell staff what the mentor thinks of the proposal."""
    write(year, pair, **({"x_mentor_accepted": True} if yes else {"x_state": "declined"}))


def mentee_answers(year: Year, pair: int, *, yes: bool) -> None:
    """Tell staff what the mentee thinks of it; both said yes, so the pair moves on."""
    if yes:
        write(year, pair, x_mentee_accepted=True, x_state="accepted")
    else:
        write(year, pair, x_state="declined")


def make_charter(year: Year, pair: int) -> None:
    """Have the charter ready, and the pair wait for its signatures."""
    year.run("charter", "make", str(year.pairs[pair]))
    write(year, pair, x_state="charter_pending")


def send_charter(year: Year, pair: int) -> None:
    """Note that it was sent."""
    year.run("charter", "sent", str(year.pairs[pair]))


def sign(year: Year, pair: int, *, by: str, on: dt.date) -> None:
    """Record one signature: the mentors' by command, the mentees' in Odoo."""
    if by == "mentor":
        year.run("charter", "sign", str(year.pairs[pair]), "--by", by, "--on", str(on), "--way", "paper")
        return
    year.staff.write("x_mentoring_charter", year.name("charter", current(year, pair).key),
                     x_mentee_signed_on=str(on), x_mentee_signed_way="electronic")


def activate(year: Year, pair: int, *, on: dt.date) -> None:
    """Begin."""
    write(year, pair, x_state="active", x_start=str(on), x_cadence_days=60 if pair in SIXTY_DAYS else 30)


def move(year: Year, pair: int, **columns: Any) -> None:
    """Pause, or go on."""
    write(year, pair, **columns)


def plan_meeting(year: Year, pair: int, *, date: dt.date, kind: str) -> None:
    """Enter a date that the two agreed on."""
    year.staff.create(MEETING, x_pair_id=year.staff.id_of(PAIR, year.name("pair", year.pairs[pair])),
                      x_date=str(date), x_kind=kind)


def meet(year: Year, pair: int, *, date: dt.date, minutes: int, kind: str, state: str) -> None:
    """Enter what became of it; every third meeting is confirmed by one side only."""
    planned = next(m for m in of_pair(year, "meeting", pair) if isinstance(m, Meeting) and m.date == date)
    held = {"x_mentor_confirmed": True, "x_mentee_confirmed": minutes % 3 > 0} if state == "held" else {}
    year.staff.write(MEETING, year.name("meeting", planned.key), x_state=state, x_minutes=minutes, **held)
    year.note("kinds", [kind])


def roadmap(year: Year, pair: int, *, on: dt.date, milestones: int) -> None:
    """Put down that the two agreed on a roadmap."""
    with year.register() as register:
        register.save([Roadmap(key=new_key(), pair=year.pairs[pair], agreed_on=on, milestones=milestones)])


def end(year: Year, pair: int, *, on: dt.date, code: str) -> None:
    """End a pair, by a code and without a reason."""
    write(year, pair, x_state="ended", x_end=str(on), x_end_code=code)
    if code.startswith("early"):
        name = year.name("charter", current(year, pair).key)
        year.staff.write("x_mentoring_charter", name, x_state="terminated")


def plan_session(year: Year, *, number: int, date: dt.date) -> None:
    """Fix the date of a club session, and invite the mentors."""
    invited = [year.person("m", n) for n in range(1, MENTORS + 1)]
    year.sessions[number] = year.staff.create(
        SESSION, x_date=str(date), x_coach_id=year.person("c", 1), x_invited_ids=invited,
    )


def hold_session(year: Year, *, number: int, date: dt.date) -> None:
    """Note who came."""
    present = [year.person("m", n) for n in range(1, MENTORS + 1) if (n + number) % 4]
    year.staff.write(SESSION, year.sessions[number], x_state="held", x_attendee_ids=present, x_minutes=120)
    year.note("sessions", [date])


def declare(year: Year, *, mentor: int, category: str, minutes: int, date: dt.date) -> None:
    """Declare volunteer time."""
    year.staff.create(HOURS, x_partner_id=year.person("m", mentor), x_category=category, x_minutes=minutes,
                      x_date=str(date))


def confirm_hours(year: Year, *, before: dt.date) -> None:
    """Confirm all that was declared before a day."""
    asked = [("x_state", "=", "declared"), ("x_date", "<", str(before))]
    found = year.staff.odoo.execute(HOURS, "search", asked)
    year.staff.odoo.execute(HOURS, "write", found, {"x_state": "confirmed"})


def supersede(year: Year) -> None:
    """Put a new version of the charter in force."""
    year.configure(NEW_VERSION)
    year.run("charter", "supersede", "--apply")


def current(year: Year, pair: int) -> Charter:
    """Find the charter that a pair is to sign, or signed."""
    over = {CharterState.SUPERSEDED, CharterState.TERMINATED}
    found = [c for c in of_pair(year, "charter", pair) if isinstance(c, Charter) and c.state not in over]
    assert len(found) == 1
    return found[0]


def of_pair(year: Year, kind: str, pair: int) -> list[Any]:
    """List what hangs on a pair."""
    of: Key = year.pairs[pair]
    with year.register() as register:
        return list(register.linked(kind, "pair", [of]))
