"""The external ids by which the rest of Binôme calls on the data module."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from mappings.destinations import MODULE

MODULE_VERSION = "1.4.0"
"""Raised with every change of the module's content; the CRM shows it after its own, as in ``19.0.1.0.0``."""

BINDINGS = "binome"
"""The module name under which the external ids of bound records live: they outlive an upgrade of ours."""

GROUP_EMPLOYEES = "base.group_user"
GROUP_COORDINATOR = f"{MODULE}.group_coordinator"
GROUP_SYNC = f"{MODULE}.group_sync"

ACTION_APPLY = f"{MODULE}.action_apply"
ACTION_BIND = f"{MODULE}.action_bind"
ACTION_ACTIVITIES = f"{MODULE}.action_activities"
ACTION_WITHDRAW = f"{MODULE}.action_withdraw"
ACTION_NOTES = f"{MODULE}.action_notes"
ACTION_MARK = f"{MODULE}.action_mark"
ACTION_PROBE = f"{MODULE}.action_probe"
ACTION_ERASE = f"{MODULE}.action_erase"
ACTION_PULL_BACK = f"{MODULE}.action_pull_back"
ACTIONS = (
    ACTION_APPLY, ACTION_BIND, ACTION_ACTIVITIES, ACTION_WITHDRAW, ACTION_NOTES, ACTION_MARK, ACTION_PROBE,
    ACTION_ERASE, ACTION_PULL_BACK,
)
"""What the sync calls to write, and the audit to ask who may read."""

ACTIVITY_TYPES: Mapping[str, str] = MappingProxyType({
    name: f"{MODULE}.activity_{name}"
    for name in (
        "charter_to_sign", "first_interview_due", "roadmap_due", "meeting_overdue", "meeting_to_confirm", "silence",
        "stay_ending", "club_session_due", "charter_superseded", "hours_to_declare", "conflict_to_decide",
    )
})
"""Every kind of activity that reminders schedule, with the external id of its ``mail.activity.type``."""

ACTIVITY_MEETING = "mail.mail_activity_data_meeting"
"""Odoo's own type "Meeting"."""

HEEDED = frozenset({*ACTIVITY_TYPES.values(), ACTIVITY_MEETING})
"""The types of activities that tell us something once staff have done them."""
