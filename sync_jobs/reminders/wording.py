"""What each reminder says to staff: constant wording, and the kind of activity that it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connector.crm.module.names import ACTIVITY_TYPES

SAYS: Mapping[str, tuple[str, str]] = MappingProxyType({
    "charter_to_sign": ("Charte envoyée, pas encore signée par les deux", "Charter sent, not yet signed by both"),
    "charter_superseded": ("La charte a changé : envoyer la nouvelle version", "The charter changed: send the new one"),
    "first_interview_due": ("Premier entretien à tenir", "First interview to be held"),
    "roadmap_due": ("Feuille de route à faire depuis le premier entretien", "Roadmap due since the first interview"),
    "meeting_overdue": ("Rencontre en retard : demander la prochaine date", "Meeting overdue: ask for the next date"),
    "silence": ("Aucune rencontre depuis longtemps : appeler le binôme", "No meeting for long: call the pair"),
    "stay_ending": ("Fin d'hébergement proche : préparer la suite", "Stay ending: prepare what follows"),
    "closing_meeting": (
        "Fin d'hébergement proche et aucune rencontre de clôture prévue",
        "Stay ending, and no closing meeting is planned",
    ),
    "club_session_due": (
        "Aucune réunion du club n'est prévue ce trimestre : fixer une date",
        "No club session is planned this quarter: set a date",
    ),
    "hours_to_declare": ("Heures bénévoles du mois à déclarer", "Volunteer hours of the month to be declared"),
})
"""The summary of each reminder, French then English."""

ACTIVITY: Mapping[str, str] = MappingProxyType(
    {name: ACTIVITY_TYPES["stay_ending" if name == "closing_meeting" else name] for name in SAYS}
)
"""The activity type of each reminder."""
