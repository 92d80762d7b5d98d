"""A real Odoo server on a fresh copy of the template."""

import atexit
import os
import signal
import subprocess
import time
from contextlib import suppress
from http import HTTPStatus
from typing import Self

import requests

from .cache import Say, quiet
from .client import OdooClient
from .commands import run
from .network import free_port
from .packages import OdooProgram, odoo_program
from .postgres import Cluster, Database, fresh_name
from .template import odoo_options, template

START_TIMEOUT = 90
STOP_TIMEOUT = 15


class RealOdoo(OdooClient):
    """An Odoo server of ours: the process, its database and its files.

    It ends with `stop`, at the end of the program, or, by the kernel's hand, when the program is killed.
    (The kernel watches the thread that started it, so start it from one that lasts.)
    """

    def __init__(
        self, database: Database, program: OdooProgram, port: int, workers: int, *, keep: bool
    ) -> None:
        """Use `start` instead."""
        super().__init__(f"http://127.0.0.1:{port}", database.name)
        self.port = port
        self.data_dir = database.folder / "data"
        self.log_path = database.folder / "odoo.log"
        self._database = database
        self._program = program
        self._workers = workers
        self._keep = keep
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def start(
        cls,
        db_name: str | None = None,
        *,
        port: int | None = None,
        workers: int = 0,
        keep: bool = False,
        say: Say = quiet,
    ) -> Self:
        """Start a server on a new copy of the template, or on the database of this name that was kept.

        `workers=0` is one threaded process. With `keep`, `stop` leaves the database for a later `start`.
        """
        program = odoo_program(say)
        cluster = Cluster.join(say)
        try:
            database = _database(cluster, program, db_name or fresh_name("odoo"), say)
            odoo = cls(database, program, port or free_port(), workers, keep=keep)
        except BaseException:
            cluster.leave()
            raise
        atexit.register(odoo.stop)
        try:
            odoo._launch()
        except BaseException:
            odoo.stop()
            raise
        return odoo

    @property
    def pg(self) -> str:
        """The address of the database in PostgreSQL, without a driver."""
        return self._database.url

    @property
    def running(self) -> bool:
        """Whether the server process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the server and drop its database, unless it is to be kept; a second time does nothing."""
        atexit.unregister(self.stop)
        self._end(signal.SIGTERM)
        if self._database.lease.held:
            if self._keep:
                self._database.keep()
            else:
                self._database.drop()
        self._database.cluster.leave()

    def kill(self) -> None:
        """End the server as a crash would; the database stays, for `restart` or `stop`."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """End the server, if it runs, and start it again on the same database and port."""
        self._end(signal.SIGTERM)
        self._launch()

    def wait(self) -> int:
        """Wait until the server ends by itself and return its exit code."""
        return self._process.wait() if self._process else 0

    def log_tail(self, lines: int = 30) -> str:
        """Return the last lines of the server's log."""
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def shell(self, script: str) -> str:
        """Run Python in `odoo shell` and return what it printed; what it changes needs `env.cr.commit()`."""
        options = [*self._options(), "--no-http", "--log-level=warn"]
        return run(*self._program.command("shell"), *options, env=self._program.environment(), stdin=script)

    def psql(self, sql: str) -> str:
        """Run SQL in the database and return the rows, one a line, columns parted by `|`."""
        return self._database.psql(sql)

    def __enter__(self) -> Self:
        """Use the server inside a `with` block."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Stop."""
        self.stop()

    def _options(self) -> list[str]:
        return odoo_options(self._database.cluster, self.database, self.data_dir)

    def _launch(self) -> None:
        """Start the process and wait until it serves the login page."""
        options = [
            *self._options(),
            f"--db-filter=^{self.database}$",
            "--http-interface=127.0.0.1",
            f"--http-port={self.port}",
            f"--gevent-port={free_port()}",
            f"--workers={self._workers}",
            "--max-cron-threads=0",
        ]
        # The kernel ends the server when we are killed and can no longer do so ourselves.
        command = ["setpriv", "--pdeathsig=TERM", *self._program.command("server"), *options]
        with self.log_path.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - no shell, and a command of our own
                command,
                env=self._program.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us, and a signal of ours reaches all workers
            )
        self._wait_until_it_serves()

    def _wait_until_it_serves(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline:
            if not self.running:
                raise RuntimeError(f"Odoo ended while it started:\n{self.log_tail()}")
            try:
                answer = requests.get(f"{self.url}/web/login", timeout=START_TIMEOUT, allow_redirects=False)
            except requests.ConnectionError:
                time.sleep(0.05)
                continue
            if answer.status_code == HTTPStatus.OK and self.running:
                return
            time.sleep(0.1)
        raise RuntimeError(f"Odoo does not serve its login page:\n{self.log_tail()}")

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self.running:
            self._process.send_signal(how)
            try:
                self._process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        # Workers outlive their master by a moment, and would hold on to the database.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process = None


def _database(cluster: Cluster, program: OdooProgram, name: str, say: Say) -> Database:
    """Return the kept database of this name, or a new copy of the template."""
    original = template(cluster, program, say)
    if not cluster.exists(name):
        return original.copy(cluster, name)
    return cluster.take(name)
