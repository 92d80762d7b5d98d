"""Who reads what they should not: the audit's second table, in words for staff."""

from __future__ import annotations

from sync_jobs.audit import Readers
from sync_jobs.screens.screen import Screen

WAYS = {
    "list": ("la liste du modèle s'ouvre", "the model's list opens"),
    "read": ("lecture", "reading"),
    "search": ("recherche de la valeur", "searching for the value"),
    "group": ("regroupement dans un tableau", "grouping in a figure"),
    "name": ("nom complété dans un lien", "a name completed in a link"),
    "export": ("export", "export"),
    "message": ("message du fil", "message of the chatter"),
    "tracking": ("valeur suivie dans le fil", "tracked value in the chatter"),
    "activity": ("activité", "activity"),
    "attachment": ("pièce jointe", "attachment"),
    "follower": ("abonné visible de tous", "follower whom all see"),
    "private": ("binôme privé d'un autre coordinateur", "private pair of another coordinator"),
    "unclear": ("Odoo échoue : à vérifier à la main", "Odoo fails: check by hand"),
    "implied": ("ce groupe donne celui des coordinateurs", "this group gives the coordinators'"),
    "everybody": ("tous les salariés sont coordinateurs", "all employees are coordinators"),
    "crowd": ("plus de coordinateurs que [audit] max_staff", "more coordinators than [audit] max_staff"),
    "changed_right": ("droit modifié", "changed right"),
    "added_right": ("droit ajouté par d'autres", "right added by others"),
}
"""Every way that the audit knows; docs/operations.md says what to do."""

KIND = {"internal": ("internes", "internal"), "portal": ("portail", "portal"), "public": ("public", "public")}


def show_readers(screen: Screen, found: Readers) -> None:
    """Show who reads too much, and how well it was looked."""
    if not found.tried:
        screen.print("! CRM d'essai : ses lecteurs ne sont pas vérifiés.", "! Sandbox: its readers are not tried.",
                     "yellow")
    elif not found.computed:
        screen.print(
            "! Sans administrateur ([crm] audit_user, BINOME_CRM_AUDIT_SECRET), les accès sont essayés, pas calculés.",
            "! Without an administrator ([crm] audit_user, BINOME_CRM_AUDIT_SECRET), access is tried, not computed.",
            "yellow",
        )
    if not found.leaks:
        if found.tried:
            screen.print("✓ Personne ne lit plus que prévu.", "✓ Nobody reads more than declared.", "green")
        return
    table = screen.table(
        ("Utilisateurs", "Users"), ("Modèle", "Model"), ("Champ", "Field"), ("Par où", "Way"),
        title=("Trop de lecteurs", "Too many readers"), style="red",
    )
    screen.rows(table, [
        (f"{leak.users} {screen.pick(KIND, leak.kind)} (n° {leak.user})" if leak.user else str(leak.users or "?"),
         leak.model, leak.field or "*", screen.pick(WAYS, leak.way))
        for leak in found.leaks
    ])
