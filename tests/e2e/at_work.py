"""What tests of the command line do: run it, read its one document, and work in the sandbox CRM as staff."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connector.crm.sandbox import SandboxCrm

Run = Callable[..., tuple[int, str, str]]


@contextmanager
def staff(tmp_path: Path) -> Iterator[Any]:
    """Work in the sandbox CRM as staff do."""
    crm = SandboxCrm.open(str(tmp_path / "crm.db"))
    yield crm.as_staff()
    crm.close()


def document(run: Run, *words: str, code: int = 0) -> Any:
    """Run with --json: exactly one document on stdout."""
    found, out, _ = run(*words, "--json")
    assert found == code, out
    return json.loads(out)
