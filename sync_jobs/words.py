"""What codes are called on the screen, in French and in English."""

from __future__ import annotations

from typing import Literal

from sync_jobs.engine.guard import Reason

Language = Literal["fr", "en"]

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
    "speed_dating": ("speed-dating", "speed-dating"),
    "encounter": ("tour de speed-dating", "speed-dating round"),
    "rating": ("appréciation", "rating"),
    "known_mentor": ("annuaire", "directory"),
    "known_pair": ("binôme connu", "known pair"),
}
OPERATIONS = {
    "create": ("création", "create"),
    "update": ("mise à jour", "update"),
    "archive": ("archivage", "archive"),
    "merge": ("fusion", "merge"),
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
    "hidden_in_crm": ("caché dans le CRM", "hidden in the CRM"),
    "erased": ("effacé, encore lié au CRM", "erased, still bound in the CRM"),
    "recreate_asked": ("sera recréé dans le CRM", "will be made anew in the CRM"),
    "gone_from_register": ("retiré du registre", "taken out of the register"),
    "open": ("modifié des deux côtés", "changed on both sides"),
    "keep_register": ("on garde le registre", "the register's value stands"),
    "keep_crm": ("on garde le CRM", "the CRM's value stands"),
    "conflict": ("modifié des deux côtés", "changed on both sides"),
}
LEFT_CODES = {
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
}
"""Why an undo leaves a field as it is."""
TODO = {
    "gone_from_crm": (
        "`binome parked --recreate CLÉ` le recrée dans le CRM, `binome parked --archive CLÉ` l'archive ici.",
        "`binome parked --recreate KEY` makes it anew in the CRM, `binome parked --archive KEY` archives it here.",
    ),
    "hidden_in_crm": (
        "Dans Odoo, donnez à l'utilisateur de Binôme le droit de le voir (société, règles d'accès).",
        "In Odoo, let Binôme's user see it (company, access rules).",
    ),
    "recreate_asked": ("`binome sync` le recrée dans le CRM.", "`binome sync` makes it anew in the CRM."),
    "erased": (
        "`binome erase CLÉ` l'efface aussi du CRM ; rien ne revient au registre.",
        "`binome erase KEY` erases it in the CRM too; nothing comes back into the register.",
    ),
    "unknown_to_register": (
        "Un autre registre, ou une sauvegarde plus récente, l'a créé : restaurez-la, ou archivez-le dans Odoo.",
        "Another register, or a later backup, made it: restore that, or archive it in Odoo.",
    ),
    "links_to_stranger": (
        "Dans Odoo, liez-le à un contact du programme.",
        "In Odoo, link it to a contact of the programme.",
    ),
    "refused_by_crm": (
        "Corrigez les champs nommés dans le registre, puis `binome sync`.",
        "Correct the named fields in the register, then `binome sync`.",
    ),
    "refused_by_register": (
        "Corrigez les champs nommés dans Odoo, puis `binome sync`.",
        "Correct the named fields in Odoo, then `binome sync`.",
    ),
    "merged_in_crm": (
        "Les deux personnes d'un binôme sont devenues un seul contact : recréez l'autre dans Odoo.",
        "The two people of a pair became one contact: make the other anew in Odoo.",
    ),
    "external_id_taken": (
        "Dans Odoo (mode développeur), regardez les identifiants externes de cette fiche.",
        "In Odoo (developer mode), look at this record's external ids.",
    ),
    "approval_needed": (
        "`binome plan`, puis `binome sync --approve EMPREINTE`.",
        "`binome plan`, then `binome sync --approve HASH`.",
    ),
    "gone_from_register": (
        "Restaurez le registre, ou archivez la fiche dans Odoo.",
        "Restore the register, or archive the record in Odoo.",
    ),
    "changed_meanwhile": ("`binome sync` s'en charge.", "`binome sync` settles it."),
    "link_not_there_yet": ("`binome sync` s'en charge.", "`binome sync` settles it."),
    "made_before": ("`binome sync` s'en charge.", "`binome sync` settles it."),
}
"""What to do about a record that is set aside, by its code."""

_PLACES = {"crm": ("dans le CRM", "in the CRM"), "register": ("dans le registre", "in the register")}
_REASONS = {
    "creates": (
        "{number} fiches seraient créées {place} ; le plafond est {cap}",
        "{number} records would be created {place}; the cap is {cap}",
    ),
    "updates": (
        "{number} fiches seraient modifiées {place} ; le plafond est {cap}",
        "{number} records would be updated {place}; the cap is {cap}",
    ),
    "archives": (
        "{number} fiches seraient archivées {place} ; le plafond est {cap}",
        "{number} records would be archived {place}; the cap is {cap}",
    ),
    "share": (
        "{number} fiches sur {bound} changeraient {place} ; le plafond est {cap:.0%}",
        "{number} of {bound} records would change {place}; the cap is {cap:.0%}",
    ),
    "maps_changed": (
        "les correspondances ont changé depuis la dernière synchronisation",
        "the maps have changed since the last sync",
    ),
    "restored": (
        "le CRM ou le registre a été restauré d'une sauvegarde, ou n'est pas celui de la dernière synchronisation",
        "the CRM or the register was restored from a backup, or is not the one of the last sync",
    ),
}


def reason_text(reason: Reason, language: Language) -> str:
    """Say in one sentence why a plan waits for a person."""
    at = 0 if language == "fr" else 1
    place = _PLACES[reason.side][at] if reason.side else ""
    return _REASONS[reason.code][at].format(number=reason.number, cap=reason.cap, bound=reason.bound, place=place)


FAILURES = {
    "SettingsError": (
        "La configuration ne peut pas être utilisée.",
        "Le détail ci-dessous nomme ce qui manque (binome.toml, l'environnement ou le trousseau) ; puis recommencez.",
    ),
    "CrmUnreachable": (
        "Personne ne répond à l'adresse du CRM ; rien n'a été envoyé.",
        "Vérifiez [crm] url dans binome.toml et que le CRM s'ouvre dans un navigateur, puis `binome status`.",
    ),
    "CrmBusy": (
        "Le CRM est occupé et n'a rien fait.",
        "Attendez quelques minutes et relancez la même commande : rien n'est perdu.",
    ),
    "CrmAnswerLost": (
        "La réponse du CRM s'est perdue : l'appel a peut-être été fait.",
        "Relancez la même commande : ce qui est fait est reconnu, rien n'est fait deux fois.",
    ),
    "CrmCredentials": (
        "Le CRM ne reconnaît pas la clé ou le mot de passe.",
        "Faites une nouvelle clé API dans Odoo pour l'utilisateur de Binôme, et donnez-la par BINOME_CRM_SECRET.",
    ),
    "CrmPermissionError": (
        "Le CRM connaît l'utilisateur de Binôme mais ne le laisse pas faire cela.",
        "Un administrateur d'Odoo lui donne le groupe de synchronisation du mentorat.",
    ),
    "CrmModuleError": (
        "Le module de Binôme manque dans le CRM, ou n'est pas de la bonne version.",
        "Lancez `binome install` avec un compte d'administrateur (`binome install --check` montre ce qui changerait).",
    ),
    "CrmNotOdoo": (
        "Ce qui répond à l'adresse du CRM n'est pas Odoo.",
        "Ouvrez [crm] url dans un navigateur : elle doit mener droit à Odoo. Corrigez-la dans binome.toml.",
    ),
    "RegisterMissing": (
        "Il n'y a pas de registre là où la configuration le dit.",
        "Lancez `binome init` pour en faire un, ou corrigez `[register] url`.",
    ),
    "RegisterOutdated": (
        "Ce registre a été fait par un Binôme plus ancien.",
        "Sauvegardez le registre, puis lancez `binome init` : il le met à niveau et garde ce qu'il contient.",
    ),
    "RegisterLocked": (
        "Le registre est tenu par un autre programme, ou son serveur ne répond pas ; rien n'a été enregistré.",
        "Voyez si une autre commande est bloquée et si le serveur marche, puis relancez.",
    ),
    "VaultKeyMissing": (
        "Il faut ici la clé du coffre, et aucune n'a été donnée.",
        "Donnez-la par BINOME_VAULT_KEY, par un fichier (BINOME_VAULT_KEY_FILE) ou par le trousseau de clés.",
    ),
    "VaultKeyWrong": (
        "La clé du coffre n'est pas une clé, ou n'est pas celle qui ouvre ces textes.",
        "Donnez la bonne clé par BINOME_VAULT_KEY : la plus récente d'abord, puis les anciennes.",
    ),
    "VaultShredded": (
        "La clé de ces textes a été détruite quand la fiche a été effacée.",
        "Ils sont perdus pour toujours, et aucun ne peut y être ajouté.",
    ),
    "LeaseHeld": (
        "Une autre synchronisation de ce club est au travail.",
        "Attendez qu'elle ait fini. Si son processus est mort, le bail s'éteint de lui-même à l'heure dite.",
    ),
    "LeaseLost": (
        "Une autre synchronisation a pris la suite de celle-ci, restée trop longtemps muette.",
        "Regardez `binome status`, puis relancez `binome sync`.",
    ),
}
"""What the commonest failures are in French, and what to do, by the name of the class."""

RULES = {
    1: (
        "les deux personnes relèvent d'une même entreprise ou d'un même groupe. Choisissez un mentor d'ailleurs.",
        "mentor and mentee belong to one company or group. Choose a mentor from elsewhere.",
    ),
    2: (
        "l'une des deux personnes est responsable de l'autre. Choisissez quelqu'un hors de la ligne hiérarchique.",
        "one of the two is the other's manager. Choose somebody outside the reporting line.",
    ),
    3: (
        "le mentor a un lien déclaré avec l'entreprise du mentoré. Choisissez un autre mentor, ou corrigez le lien.",
        "the mentor has a declared tie with the mentee's company. Choose another mentor, or correct the tie.",
    ),
    4: (
        "les deux n'ont pas encore accepté. Notez d'abord les deux accords : aucun binôme n'est imposé.",
        "the two have not both accepted. Record both acceptances first: no pair is imposed.",
    ),
    5: (
        "la charte ne porte pas encore les deux signatures. Notez d'abord les deux signatures.",
        "the charter does not carry both signatures yet. Record both signatures first.",
    ),
    6: (
        "la fin prévue dépasse celle de l'hébergement. Choisissez une date qui ne la dépasse pas.",
        "the planned end is later than the hosting stay's. Choose a day that is not.",
    ),
    12: (
        "le mentor a déjà autant de binômes qu'il en a accepté. Choisissez un autre mentor, ou relevez sa capacité.",
        "the mentor has as many pairs as agreed to. Choose another mentor, or raise the capacity.",
    ),
}
"""Why a rule of the programme keeps a pair out or sets its field back, and what to do: no name, no value."""

CODES |= {
    f"rule_{number}": (f"contre la règle {number} du programme", f"against rule {number} of the programme")
    for number in RULES
}
TODO |= {
    f"rule_{number}": (french[0].upper() + french[1:], english[0].upper() + english[1:])
    for number, (french, english) in RULES.items()
}
