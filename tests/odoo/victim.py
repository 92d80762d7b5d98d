"""A sync that kills itself, as `kill -9` does, at one step: python victim.py STEP NTH before|after."""

from __future__ import annotations

import os
import signal
import sys

from sync_jobs.club import Club, opened
from sync_jobs.state import State
from tests.property.mortal import Fate, MortalCrm, MortalRegister, Step


def main(what: str, nth: str, when: str) -> None:
    """Run one sync of the club that the environment names, up to that step."""
    fate = Fate(Step(what, int(nth)), done=when == "after", end=lambda: os.kill(os.getpid(), signal.SIGKILL))
    with opened(None) as club, MortalRegister.opened(club.settings.register.url, fate) as register:
        mortal = Club(club.settings, register, State(register, club.state.digests))
        mortal.cycle(MortalCrm(club.crm(), fate)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
