"""Commands run with a clean environment and no shell."""

import os
import pwd
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict


class CommandFailed(RuntimeError):
    """A command that we ran ended with an error; the message holds its last words."""


class Identity(TypedDict):
    """Who runs a command, as `subprocess` wants to be told."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


def identity(account: pwd.struct_passwd | None) -> Identity:
    """Return the identity of an account, ourselves where there is none."""
    if account is None:
        return Identity(user=None, group=None, extra_groups=None)
    return Identity(user=account.pw_uid, group=account.pw_gid, extra_groups=[])


def run(
    *command: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: str = "",
    account: pwd.struct_passwd | None = None,
) -> str:
    """Run a command to its end and return what it printed; `CommandFailed` if it fails."""
    done = subprocess.run(  # noqa: S603 - no shell, and every caller names its command
        [str(word) for word in command],
        env=env,
        cwd=cwd,
        input=stdin,
        text=True,
        capture_output=True,
        check=False,
        **identity(account),
    )
    if done.returncode:
        last_words = "\n".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-15:])
        raise CommandFailed(f"{Path(command[0]).name} ended with {done.returncode}: {last_words}")
    return done.stdout


def leave_running(
    *command: str | Path, env: Mapping[str, str], cwd: Path, account: pwd.struct_passwd | None = None
) -> None:
    """Start a command that is to outlive us, in a session of its own and holding none of our files."""
    subprocess.run(  # noqa: S603 - no shell, and every caller names its command
        ["setsid", "--fork", *(str(word) for word in command)],  # noqa: S607 - wherever util-linux is
        env=env,
        cwd=cwd,
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **identity(account),
    )


def clean_environment(**more: str) -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL, Odoo or another Python behind our back."""
    steering = re.compile(r"PG[A-Z]+|ODOO_.*|OPENERP_.*|PYTHON.*|VIRTUAL_ENV|LD_LIBRARY_PATH")
    kept = {name: value for name, value in os.environ.items() if not steering.fullmatch(name)}
    return kept | {"LC_ALL": "C.UTF-8"} | more
