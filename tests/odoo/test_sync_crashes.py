"""A sync with a real Odoo that breaks off at any of many places, and one more run: always the same end."""

from __future__ import annotations

import datetime as dt
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from connector.crm.errors import CrmAnswerLost
from connector.crm.retry import Patience
from sync_jobs import cycle
from tests.property.mortal import COMMIT, Died, Fate, Step, let_the_lease_run_out
from tests.property.small_club import Ends, SmallClub, census

from .cutting import Cut, How, cutting
from .ground import Ground, Sides

pytestmark = pytest.mark.odoo

CLUBS = 48
ACTIONS = "/ir.actions.server/run"
VICTIM = Path(__file__).with_name("victim.py")


@dataclass(slots=True)
class Line:
    """Many small clubs, all alike, in one register and one Odoo: each broken run is of the next of them."""

    ground: Ground
    sides: Sides
    clubs: Iterator[SmallClub]
    steps: Sequence[Step] = ()
    wanted: Ends | None = None
    runs: int = 0

    def edited(self) -> SmallClub:
        """Let people edit the next club on both sides."""
        self.runs += 1
        club = next(self.clubs)
        club.edit_register(self.sides.register)
        club.edit_crm(self.ground.staff)
        return club

    def end(self, club: SmallClub) -> Ends:
        """Run once more and tell how the club then stands; nothing may be left to do."""
        let_the_lease_run_out(self.sides.register)
        self.sides.cycle.run()
        assert self.sides.cycle.plan().plan.changes == [], "a second run plans something"
        return club.ends(self.sides.register, self.sides.crm, self.sides.state)

    def count(self) -> Counter[str]:
        """Count all records of both sides; where everything is compared, nothing may be left to do."""
        assert self.sides.cycle.plan(full=True).plan.changes == [], "something fell behind the cursors"
        return Counter({**census(self.sides.register, self.sides.crm), "contacts": self.contacts()})

    def contacts(self) -> int:
        """Count every contact, those that are bound to nothing too."""
        context = {"active_test": False}
        return int(self.ground.odoo.execute("res.partner", "search_count", [], context=context))


@pytest.fixture(scope="module")
def line(ground: Ground) -> Iterator[Line]:
    """Bring many clubs in step, and run a first one without a crash: so it is to end each time."""
    clubs = [SmallClub(number) for number in ground.numbers(CLUBS)]
    with pytest.MonkeyPatch.context() as patch, ground.open() as sides:
        # Five minutes would read all clubs again each time; what is read again is not what is proven here.
        patch.setattr(cycle, "OVERLAP", dt.timedelta(seconds=2))
        sides.register.save(record for club in clubs for record in club.start())
        sides.cycle.run()
        line = Line(ground, sides, iter(clubs))
        before, club, fate = line.count(), line.edited(), Fate()
        with ground.open(fate) as mortal:
            mortal.cycle.run()
        line.steps, line.wanted = fate.steps, line.end(club)
        more, line.runs, before = line.count() - before, 0, line.count()
        yield line
        # All broken runs together made as many records as so many whole ones: none is lost or doubled.
        assert line.count() - before == Counter({name: number * line.runs for name, number in more.items()})


def spread(steps: Sequence[Step]) -> Iterator[tuple[Step, bool]]:
    """Choose places: after every write in the CRM, before some, after some commits, at some readings."""
    commits = [step for step in steps if step.what == COMMIT]
    writes = [step for step in steps if step.what.startswith(("apply", "bind"))]
    reads = [step for step in steps if step not in commits and step not in writes]
    yield from ((step, True) for step in writes)
    yield from ((step, False) for step in writes[::6])
    yield from ((step, True) for step in commits[::10])
    yield from ((step, False) for step in reads[::20])


def test_a_run_that_dies_anywhere_is_made_good_by_the_next(line: Line) -> None:
    """Places spread over all calls and commits: what died does nothing more, the next run ends as without it."""
    places = list(spread(line.steps))
    assert len(places) >= 25
    for at, done in places:
        club, fate = line.edited(), Fate(at, done=done)
        with line.ground.open(fate) as sides, suppress(Died):
            sides.cycle.run()
        assert fate.dead, at
        assert line.end(club) == line.wanted, (at, done)


@pytest.mark.parametrize("what", [
    "apply x_mentoring_profile 1 after", "apply x_mentoring_contribution 1 before", "bind x_mentoring_meeting 1 after",
    f"{COMMIT} 20 after",
])
def test_a_killed_process_is_made_good_by_the_next(line: Line, what: str) -> None:
    """The process of a sync is killed by the kernel at once; its lease holds nobody up."""
    *step, nth, when = what.split()
    club = line.edited()
    with line.ground.process(str(VICTIM), " ".join(step), nth, when) as victim:
        _, told = victim.communicate(timeout=60)
    assert victim.returncode == -signal.SIGKILL, told
    assert line.end(club) == line.wanted


@pytest.mark.parametrize(("path", "nth"), [
    (ACTIONS, 2), (ACTIONS, 5), (ACTIONS, 9), ("/x_mentoring_meeting/", 2),
])
@pytest.mark.parametrize("how", list(How))
def test_a_line_that_is_cut_is_made_good_by_the_next_run(line: Line, path: str, nth: int, how: How) -> None:
    """The connection breaks before a request, after it or within its answer, and the run with it."""
    club, cut = line.edited(), Cut(path, nth, how)
    with cutting(line.ground.odoo.url, cut) as url:
        crm = line.ground.connect(url, Patience(tries=1))
        with line.ground.open(crm=crm) as sides, pytest.raises(CrmAnswerLost):
            sides.cycle.run()
    assert cut.done
    assert line.end(club) == line.wanted


def test_a_run_outlives_a_line_that_is_cut(line: Line) -> None:
    """With the patience that it has in daily use, the same run goes on and ends as if nothing had been."""
    club, cut = line.edited(), Cut(ACTIONS, 5, How.TRUNCATED)
    with cutting(line.ground.odoo.url, cut) as url, line.ground.open(crm=line.ground.connect(url)) as sides:
        sides.cycle.run()
    assert cut.done
    assert line.end(club) == line.wanted
