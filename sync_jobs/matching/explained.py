"""Why two people are proposed to each other, and why somebody is not: constant words, and never a rating."""

from __future__ import annotations

from sync_jobs.matching.eligible import Barrier, Circle, Couple
from sync_jobs.matching.stable import Alone

Wording = tuple[str, str]
"""In French and in English."""

MUTUAL: Wording = ("chacun souhaite travailler avec l'autre", "each wishes to work with the other")
TWO_COMPANIES: Wording = ("deux sociétés différentes", "two different companies")
COMPANY_UNKNOWN: Wording = (
    "une société n'est pas renseignée : à vérifier", "one company is not recorded: to be checked"
)
FREE: Wording = (
    "aucun lien hiérarchique ni conflit d'intérêts connu ; le mentor a une place libre",
    "no hierarchical tie nor conflict of interest known; the mentor has a free place",
)

BARRIERS: dict[Barrier, Wording] = {
    Barrier.NOT_ACTIVE: ("l'un des deux profils n'est pas actif", "one of the two profiles is not active"),
    Barrier.SAME_COMPANY: ("même société ou même groupe (règle 1)", "same company or group (rule 1)"),
    Barrier.HIERARCHY: ("lien hiérarchique (règle 2)", "hierarchical relation (rule 2)"),
    Barrier.CONFLICT_OF_INTEREST: ("conflit d'intérêts déclaré (règle 3)", "declared conflict of interest (rule 3)"),
    Barrier.ALREADY_A_PAIR: ("forment déjà un binôme", "are a pair already"),
}

ALONE: dict[Alone, Wording] = {
    Alone.NO_PROFILE: ("n'a pas de profil actif", "has no active profile"),
    Alone.NO_PLACE: ("n'a plus de place libre", "has no free place left"),
    Alone.HAS_MENTOR: ("a déjà un mentor, ou une proposition", "has a mentor already, or a proposal"),
    Alone.NOBODY_ELIGIBLE: ("les règles n'autorisent personne", "the rules allow nobody"),
    Alone.NO_RATINGS: ("n'a pas rendu d'appréciation", "gave no ratings"),
    Alone.NO_MUTUAL_WISH: ("pas de souhait réciproque", "no mutual wish"),
    Alone.OTHERS_TAKEN: (
        "les personnes au souhait réciproque sont toutes engagées", "all with a mutual wish are taken"
    ),
}


def explanation(circle: Circle, couple: Couple) -> Wording:
    """Say in one line why this pair is proposed."""
    known = all(circle.people[key].organisation for key in couple)
    company = TWO_COMPANIES if known else COMPANY_UNKNOWN
    return f"{MUTUAL[0]} ; {company[0]} ; {FREE[0]}", f"{MUTUAL[1]}; {company[1]}; {FREE[1]}"
