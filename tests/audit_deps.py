"""`make audit-deps`: known weaknesses of what is installed here, and whether anybody could tell.

pip-audit says "no known vulnerabilities" too where its service knew none of the packages. So a release that everybody
knows to be weak is asked about first: where it passes for sound, nothing was audited.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

CANARY = "requests==2.19.0"
"""Weak since 2018 (CVE-2018-18074). It is only asked about, never installed."""

Found = Mapping[str, Any]


def asked(*words: str) -> list[Found]:
    """Ask pip-audit; nothing where it did not get to an answer, or is not installed."""
    with TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "-f", "json", "-o", str(answer)]
        subprocess.run([*command, *words], capture_output=True, check=False)  # noqa: S603 - no shell
        return json.loads(answer.read_text(encoding="utf-8"))["dependencies"] if answer.exists() else []


def canary() -> list[Found]:
    """Ask about the release that is known to be weak."""
    with TemporaryDirectory() as folder:
        wanted = Path(folder) / "canary.txt"
        wanted.write_text(CANARY, encoding="ascii")
        return asked("--requirement", str(wanted), "--no-deps", "--disable-pip")


def verdict(known: Sequence[Found], installed: Sequence[Found], *, required: bool) -> tuple[int, list[str]]:
    """Give the exit code, and what to say."""
    if not installed or not any(one.get("vulns") for one in known):
        said = "NOT AUDITED: no service that knows weaknesses answered here. This proves nothing."
        return int(required), [said]
    weak = [f"{one['name']} {one['version']}: {each['id']}" for one in installed for each in one.get("vulns", ())]
    skipped = sorted(one["name"] for one in installed if "skip_reason" in one)
    counted = f"{len(installed) - len(skipped)} packages audited, {len(weak)} known weaknesses."
    return int(bool(weak)), [*weak, counted, *([f"Not audited: {', '.join(skipped)}"] if skipped else [])]


if __name__ == "__main__":
    required = bool(os.environ.get("BINOME_REQUIRE_AUDIT"))
    code, lines = verdict(canary(), asked("--local", "--skip-editable"), required=required)
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(code)
