"""The commented configuration file that ``binome init`` writes."""

from __future__ import annotations


def template() -> str:
    """Give its text, with every key of every table at its default."""
    return _TEMPLATE


_TEMPLATE = """\
# Binôme's configuration. Every key can be set by the environment instead: BINOME_<TABLE>_<KEY>, as BINOME_CRM_URL.
# Secrets never stand here. The CRM's API key (or password) comes from BINOME_CRM_SECRET, from a file of mode 600 named
# by BINOME_CRM_SECRET_FILE, or from the keyring (`keyring set binome crm_secret`); the vault's key likewise, from
# BINOME_VAULT_KEY, BINOME_VAULT_KEY_FILE, or `keyring set binome vault_key`.

[register]
# The programme's own database: SQLite by default; for PostgreSQL postgresql+psycopg://USER@HOST/NAME
# (a password belongs in BINOME_REGISTER_URL, not here).
url = "sqlite:///binome.db"

[crm]
# The Odoo that staff use. "sandbox:" is a CRM in memory, to try things out.
url = "sandbox:"
# Its database, and the login of the user that Binôme works as.
database = ""
user = ""
# auto, json2 (Odoo 19 and later, needs an API key) or jsonrpc (17 to 21, API key or password).
transport = "auto"
# Plain http to another machine shows key and contacts on the way: for closed test networks only.
allow_insecure = false
# Seconds to wait for an answer.
timeout = 60.0
# Login of an administrator whose rights `binome audit` may read with, by BINOME_CRM_AUDIT_SECRET.
audit_user = ""

[club]
name = "Club de mentorat"
timezone = "Europe/Paris"
language = "fr"
# The common charter that pairs sign today. Raise it when its text changes.
charter_version = "2026-1"

[limits]
# What one run may do without approval (`binome sync --approve HASH`), in records and as a share of those known.
max_creates = 500
max_updates = 500
max_archives = 20
max_share = 0.2

[audit]
# More coordinators than this are a finding of `binome audit`.
max_staff = 10

[jobs]
# What `binome daemon` does, and how often.
sync_minutes = 5
# After how many hours a sync compares every record, not only what changed.
full_hours = 24
# When the night's work begins: full comparison, then audit, retention (Sundays) and reminders; the club's time.
nightly_at = "02:30"

[retention]
# What `binome retention` lets go of on both sides: ratings so many days after the speed-dating, pairs so many months
# after their end, people who stayed prospects so many months after the last change. 0 keeps for ever.
ratings_days = 30
pairs_months = 60
prospects_months = 36

[reminders]
# When `binome reminders` puts an activity on a coordinator's list, in days; 0, or [] for a list, turns one off.
# A charter that was sent and is not signed by both.
charter_days = [3, 10]
# The first interview, after both have signed; the roadmap, after the first interview.
first_interview_days = 14
roadmap_days = 7
# A meeting, after the pair's cadence has run out; again with every cadence that passes.
overdue_days = 1
# No meeting held for so long: somebody calls. It takes the place of the meeting that is overdue.
silence_days = 90
# Before the end of the stay; from closing_days on, a pair without a closing meeting is told of instead.
ending_days = [90, 30, 7]
closing_days = 30
# Before the end of a quarter for which no club session is planned.
session_days = 45
# Before the end of a month for which an active mentor has declared no hours.
hours_days = 3
# A signed charter that is not of club.charter_version, while the new one has not been sent.
superseded = true
# How long a coordinator has: the deadline of every activity.
answer_days = 7
"""
