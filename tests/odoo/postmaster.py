"""The PostgreSQL server process: its data folder, its start, and the keeper that stops it."""

import os
import pwd
import shutil
from dataclasses import dataclass
from pathlib import Path

from .cache import OdooUnavailable, Say
from .commands import CommandFailed, leave_running, run
from .network import free_port
from .packages import PostgresProgram

SUPERUSER = "binome"
"""The role that owns everything: Odoo refuses the role `postgres`."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "jit": "off",
    "max_connections": "300",
    "shared_buffers": "256MB",
}


def running_port(home: Path) -> int | None:
    """Return the port of the server on the data folder in `home`, or None when it does not run."""
    data = home / "data"
    try:
        pid, _folder, _start, port = (data / "postmaster.pid").read_text().splitlines()[:4]
        command = Path("/proc", pid, "cmdline").read_text()
    except (OSError, ValueError):
        return None
    # After a crash the pid may belong to a stranger.
    return int(port) if str(data) in command else None


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A PostgreSQL server on the data folder in `home`, run by an ordinary user."""

    home: Path
    program: PostgresProgram

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.home / "data"

    @property
    def account(self) -> pwd.struct_passwd | None:
        """The user that runs the server when we are root, which PostgreSQL refuses to be."""
        return pwd.getpwnam("nobody") if os.geteuid() == 0 else None

    def start(self, say: Say) -> int:
        """Start the server with its keeper and return the port; a data folder past repair is made anew."""
        try:
            return self._start_on_free_port()
        except CommandFailed:
            say("PostgreSQL does not start on its old data folder: making a new one…")
            shutil.rmtree(self.data, ignore_errors=True)
        try:
            return self._start_on_free_port()
        except CommandFailed as error:
            raise OdooUnavailable(f"PostgreSQL does not start: {error}") from error

    def _start_on_free_port(self) -> int:
        if not (self.data / "PG_VERSION").exists():
            self._make_data_folder()
        # A stale one, as `running_port` has told: its pid may be a stranger's by now and forbid the start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        port = free_port()
        settings = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        log = self.data / "server.log"
        self._pg("pg_ctl", "start", "--wait", f"--log={log}", f"--options=-p {port} {settings}")
        self._start_keeper()
        return port

    def _make_data_folder(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        if self.account:
            os.chown(self.data, self.account.pw_uid, self.account.pw_gid)
        encoding = ("--locale=C.UTF-8", "--encoding=UTF8")
        self._pg("initdb", "--auth=trust", *encoding, "--no-sync", f"--username={SUPERUSER}")

    def _start_keeper(self) -> None:
        """Start the process that stops the server once nobody holds the lock of the users."""
        wait = ("flock", "--exclusive", self.home / "users.lock")
        stop = (self.program.bin / "pg_ctl", "stop", f"--pgdata={self.data}", "--mode=fast", "--wait")
        leave_running(*wait, *stop, env=self.program.environment(), cwd=self.data, account=self.account)

    def _pg(self, tool: str, *words: str) -> None:
        # The folder stands in the command line, where `running_port` looks for it.
        words = (f"--pgdata={self.data}", *words)
        environment = self.program.environment()
        run(self.program.bin / tool, *words, env=environment, cwd=self.data, account=self.account)
