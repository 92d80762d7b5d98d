"""What codes are called on the screen, in French and in English."""

from __future__ import annotations

KINDS = {
    "organisation": ("organisation", "organisation"),
    "person": ("personne", "person"),
    "stay": ("hébergement", "hosting stay"),
    "card": ("coordonnées", "contact details"),
    "mentor": ("mentor", "mentor"),
    "mentee": ("mentoré", "mentee"),
    "pair": ("binôme", "pair"),
    "charter": ("charte", "charter"),
    "roadmap": ("feuille de route", "roadmap"),
    "meeting": ("rencontre", "meeting"),
    "club_session": ("réunion du club", "club session"),
    "contribution": ("heures bénévoles", "volunteer time"),
}
OPERATIONS = {
    "create": ("création", "create"),
    "update": ("mise à jour", "update"),
    "archive": ("archivage", "archive"),
}
SIDES = {"crm": ("→ CRM", "→ CRM"), "register": ("← registre", "← register")}
CODES = {
    "gone_from_crm": ("n'est plus dans le CRM", "is gone from the CRM"),
    "unknown_to_register": ("lié au CRM, inconnu du registre", "bound in the CRM, unknown to the register"),
    "links_to_stranger": (
        "renvoie à une fiche que le registre ne connaît pas",
        "links to a record the register does not know",
    ),
    "refused_by_crm": ("refusé par le CRM", "refused by the CRM"),
    "refused_by_register": ("refusé par le registre", "refused by the register"),
    "merged_in_crm": ("fusionné dans le CRM", "merged in the CRM"),
    "external_id_taken": ("identifiant externe pris par une autre fiche", "external id taken by another record"),
    "changed_meanwhile": ("modifié entre-temps", "changed meanwhile"),
    "link_not_there_yet": ("attend la fiche liée", "waits for the record it links to"),
    "made_before": ("déjà créé", "made before"),
    "approval_needed": ("attend une approbation", "waits for approval"),
    "changed_since": ("modifié depuis", "changed since"),
    "image_gone": (
        "l'état d'avant n'est plus gardé",
        "what stood before is not kept any more",
    ),
    "never_agreed": (
        "les deux côtés ne s'étaient jamais accordés",
        "the two sides had never agreed before",
    ),
    "set_back": ("remis en place par le côté qui en décide", "set back by the side that decides it"),
    "consent_withdrawn": (
        "seule la personne redonne un accord retiré",
        "only the person gives a withdrawn consent again",
    ),
    "consent_decides": ("un accord en décide", "a consent decides it"),
    "not_archivable": ("ne s'archive pas", "cannot be archived"),
    "gone_from_register": ("retiré du registre", "taken out of the register"),
    "open": ("modifié des deux côtés", "changed on both sides"),
    "keep_register": ("on garde le registre", "the register's value stands"),
    "keep_crm": ("on garde le CRM", "the CRM's value stands"),
    "conflict": ("modifié des deux côtés", "changed on both sides"),
}
