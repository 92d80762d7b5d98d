"""Mutations: break the product on purpose, one place at a time, and see that the named test fails.

``python -m tests.mutations`` works on a copy of the sources; ``docs/quality.md`` lists the same. Part of ``make soak``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way to break the product: in ``file``, ``old`` becomes ``new``; ``test`` must notice."""

    promise: str
    file: str
    old: str
    new: str
    test: str


MUTATIONS = (
    Mutation(
        "an edit here goes there", "sync_jobs/engine/merge.py", "return Verdict.TAKE_LOCAL\n        case (False",
        "return Verdict.TAKE_REMOTE\n        case (False", "tests/unit/test_merge.py",
    ),
    Mutation(
        "two edits are a conflict", "sync_jobs/engine/merge.py", "case _:\n            return Verdict.CONFLICT",
        "case _:\n            return Verdict.TAKE_LOCAL", "tests/sync/test_conflicts.py",
    ),
    Mutation(
        "readings overlap", "sync_jobs/cycle.py", "OVERLAP = dt.timedelta(minutes=5)", "OVERLAP = dt.timedelta(0)",
        "tests/sync/test_observation.py",
    ),
    Mutation(
        "a creation is known by its external id", "mappings/egress.py", "entity.external_id(record.key), entity.model",
        "entity.external_id(__import__('uuid').uuid4()), entity.model", "tests/sync/test_rules.py",
    ),
    Mutation(
        "a creation sent twice is one", "connector/crm/sandbox/batch.py", '"existing"', '"created"',
        "tests/contract/test_create.py",
    ),
    Mutation(
        "writes compare first", "sync_jobs/outward.py", "{c: raw[c] for c in columns}", "{}",
        "tests/sync/test_observation.py",
    ),
    Mutation(
        "what is sent is noted first", "sync_jobs/outward.py", "self.state.advance(scope.entity.kind, marks)", "pass",
        "tests/property/test_cycle.py",
    ),
    Mutation(
        "the CRM's side is read as it is when it is written", "sync_jobs/outward.py",
        "if current.get(_key(change)) == scope.local[_key(change)]:", "if True:", "tests/sync/test_observation.py",
    ),
    Mutation(
        "who lost the lease writes no more", "sync_jobs/lease.py", "raise LeaseLost", "pass",
        "tests/sync/test_observation.py",
    ),
    Mutation(
        "one run at a time", "sync_jobs/lease.py", "raise LeaseHeld(", "print(", "tests/sync/test_observation.py"
    ),
    Mutation(
        "three listings before a deletion counts", "sync_jobs/engine/compare.py", "LISTINGS = 3", "LISTINGS = 1",
        "tests/sync/test_identity.py",
    ),
    Mutation(
        "hidden is not deleted", "sync_jobs/observe.py", "Absence(name in bound,", "Absence(False,",
        "tests/sync/test_identity.py",
    ),
    Mutation(
        "a restored database is noticed", "sync_jobs/marks.py", "not in known\n", "in ()\n",
        "tests/sync/test_identity.py",
    ),
    Mutation(
        "rules are kept", "sync_jobs/rulings.py", "            if not broken:", "            if True:",
        "tests/sync/test_rules.py",
    ),
    Mutation(
        "a done activity counts once", "sync_jobs/watch.py", "asked -= set(found.scalars())", "found.scalars()",
        "tests/sync/test_rules.py",
    ),
    Mutation(
        "consents count when it leaves", "mappings/base.py",
        "if (item.twin or item.field not in self._always) and self.withheld(item, record):", "if False:",
        "tests/unit/test_plan_consents.py",
    ),
    Mutation(
        "the guard asks", "sync_jobs/engine/guard.py", "if number > cap]", "if False]", "tests/unit/test_guard.py"
    ),
    Mutation(
        "other maps ask", "sync_jobs/cycle.py", "reasons.insert(0, MAPS_CHANGED)", "pass",
        "tests/sync/test_observation.py",
    ),
)


def survives(mutation: Mutation, copy: Path) -> str:
    """Break one place, run its test, mend it; say what is wrong if nothing failed."""
    path = copy / mutation.file
    sound = path.read_text(encoding="utf-8")
    if sound.count(mutation.old) < 1:
        return "its place is not there any more"
    path.write_text(sound.replace(mutation.old, mutation.new), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not odoo", mutation.test]
    try:
        done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)  # noqa: S603 - no shell
    finally:
        path.write_text(sound, encoding="utf-8")
    return "" if done.returncode == 1 else f"no test failed (pytest ended with {done.returncode})"


def main(wanted: str = "") -> int:
    """Try all mutations, or those whose file or promise holds ``wanted``; give the number that nothing noticed."""
    unnoticed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "binome"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".venv", ".git", "*_cache", ".hypothesis"))
        for mutation in MUTATIONS:
            if wanted in f"{mutation.file} {mutation.promise}":
                problem = survives(mutation, copy)
                unnoticed += bool(problem)
                sys.stdout.write(f"{'✗' if problem else '✓'} {mutation.promise}: {problem or mutation.test}\n")
                sys.stdout.flush()
    return unnoticed


if __name__ == "__main__":
    sys.exit(min(main(*sys.argv[1:2]), 1))
