"""An audit of dependencies that could not look does not pass for a clean one."""

from __future__ import annotations

import pytest

from tests.audit_deps import verdict

WEAK = {"name": "requests", "version": "2.19.0", "vulns": [{"id": "CVE-2018-18074"}]}
SOUND = {"name": "rich", "version": "15", "vulns": []}
SKIPPED = {"name": "rich", "skip_reason": "not found"}


@pytest.mark.parametrize("known", [[], [SKIPPED], [{**WEAK, "vulns": []}]], ids=["silent", "ignorant", "blind"])
@pytest.mark.parametrize("required", [False, True])
def test_a_service_that_misses_the_known_weakness_audits_nothing(known: list[object], required: bool) -> None:
    """Where the release known to be weak is not told, the audit says so, and fails where one is required."""
    code, lines = verdict(known, [SOUND], required=required)  # type: ignore[arg-type]
    assert code == int(required)
    assert lines[0].startswith("NOT AUDITED")


def test_a_weakness_fails_and_what_was_skipped_is_named() -> None:
    """A known weakness is code 1 by its number; packages that nobody knew are listed."""
    assert verdict([WEAK], [SOUND], required=True) == (0, ["1 packages audited, 0 known weaknesses."])
    code, lines = verdict([WEAK], [WEAK, SKIPPED], required=False)
    assert code == 1
    assert lines == [
        "requests 2.19.0: CVE-2018-18074", "1 packages audited, 1 known weaknesses.", "Not audited: rich",
    ]
