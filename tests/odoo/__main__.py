"""`python -m tests.odoo`: prepare, start, look at and clean up the real Odoo."""

import argparse
import fcntl
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from .cache import OdooUnavailable, cache_folder, exclusive, open_folder
from .packages import odoo_program
from .postgres import Cluster, owned_databases
from .postmaster import running_port
from .server import RealOdoo
from .template import template


def say(message: str) -> None:
    """Tell the person at the terminal."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201 - a command's own output


def prepare() -> None:
    """Fetch and build everything that a test session needs, so that it then starts in seconds."""
    program = odoo_program(say)
    with Cluster.join(say) as cluster:
        template(cluster, program, say)
    say(f"A real Odoo {program.version} is ready in {cache_folder()}.")


def up(
    port: int | None = None,
    db: str | None = None,
    *,
    keep: bool = False,
    furnish: Callable[[RealOdoo], None] | None = None,
) -> None:
    """Run an Odoo until Ctrl-C or SIGTERM; `furnish` may put something into it before the address is told."""

    def end(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, end)
    try:
        with RealOdoo.start(db, port=port, keep=keep, say=say) as odoo:
            if furnish:
                furnish(odoo)
            say(f"Odoo:     {odoo.url}")
            say(f"login:    {odoo.login} / {odoo.password}")
            say(f"database: {odoo.database}")
            say(f"log:      {odoo.log_path}")
            say(f"Ctrl-C ends it{'' if keep else ' and drops the database'}.")
            code = odoo.wait()
            say(f"Odoo ended by itself with {code}: see the end of its log.\n{odoo.log_tail()}")
    except KeyboardInterrupt:
        say("Ended.")


def club(port: int | None = None, pictures: Path | None = None) -> None:
    """Run an Odoo with the example club in it until Ctrl-C; with `pictures`, take the screenshots there and end."""
    from .club import COORDINATOR, PASSWORD, furnish

    if pictures is None:
        up(port, furnish=lambda odoo: furnish(odoo, say))
        return
    with RealOdoo.start(port=port, say=say) as odoo:
        furnish(odoo, say)
        take = [sys.executable, "docs/screenshots/take.py", "--url", odoo.url, "--database", odoo.database,
                "--login", COORDINATOR, "--password", PASSWORD, "--out", str(pictures)]
        subprocess.run(take, check=True)  # noqa: S603 - our own script


def clusters() -> list[Path]:
    """Return the folders of the PostgreSQL clusters in the cache."""
    return sorted(path for path in open_folder().glob("postgres-*") if path.is_dir())


def status() -> None:
    """Tell what is prepared and what runs."""
    say(f"cache:      {cache_folder()}")
    unpacked = (cache_folder() / "odoo-19" / "root" / ".done").exists()
    say(f"Odoo:       {'unpacked' if unpacked else 'not fetched yet'}")
    for home in clusters():
        port = running_port(home)
        say(f"{home.name}: {f'running on port {port}' if port else 'not running'}")
        with exclusive(home / "cluster.lock"):  # looking at a lease takes it for a moment
            databases = list(owned_databases(home))
        for name, owner_lives in databases:
            kept = (home / "databases" / name / "keep").exists()
            say(f"  {name}: {'in use' if owner_lives else 'kept' if kept else 'left by a run that crashed'}")


def clean() -> None:
    """Remove everything that was fetched or built, kept databases too; refuses while a run uses it."""
    for home in clusters():
        with (home / "users.lock").open("ab") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OdooUnavailable(f"{home} is in use: end the other run first") from None
            shutil.rmtree(home)
    for folder in (cache_folder() / "odoo-19", *open_folder().glob("postgresql*")):
        shutil.rmtree(folder, ignore_errors=True)
    say("Removed.")


def main(words: list[str] | None = None) -> int:
    """Run one command; 0 done, 1 this machine cannot."""
    parser = argparse.ArgumentParser(prog="python -m tests.odoo", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare", help="fetch Odoo and build the template").set_defaults(act=prepare)
    commands.add_parser("status", help="tell what is prepared and what runs").set_defaults(act=status)
    commands.add_parser("clean", help="remove everything that was fetched or built").set_defaults(act=clean)
    start = commands.add_parser("up", help="run an Odoo until Ctrl-C")
    start.add_argument("--port", type=int, help="a free one by default")
    start.add_argument("--db", help="the database's name; one that was kept is opened again")
    start.add_argument("--keep", action="store_true", help="leave the database for next time")
    start.set_defaults(act=up)
    example = commands.add_parser("club", help="run an Odoo with the example club until Ctrl-C")
    example.add_argument("--port", type=int, help="a free one by default")
    example.add_argument("--pictures", type=Path, help="take the screenshots into this folder, then end")
    example.set_defaults(act=club)
    options = vars(parser.parse_args(words))
    act = options.pop("act")
    del options["command"]
    try:
        act(**options)
    except OdooUnavailable as reason:
        say(f"No real Odoo: {reason}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
