"""What staff read for each word of the programme's vocabularies: English, French."""

PROFILE_STATES = {
    "prospect": ("Prospect", "Prospect"), "active": ("Active", "Actif"),
    "paused": ("Paused", "En pause"), "left": ("Left", "Parti"),
}
PAIR_STATES = {
    "proposed": ("Proposed", "Proposé"), "accepted": ("Accepted", "Accepté"),
    "charter_pending": ("Charter to sign", "Charte à signer"), "active": ("Active", "Actif"),
    "paused": ("Paused", "En pause"), "ended": ("Ended", "Terminé"), "declined": ("Declined", "Décliné"),
}
END_CODES = {
    "stay_ended": ("Hosting stay ended", "Fin de l'hébergement"), "completed": ("Completed", "Mené à son terme"),
    "early_mentor": ("Early, by the mentor", "Anticipée, par le mentor"),
    "early_mentee": ("Early, by the mentee", "Anticipée, par le mentoré"), "other": ("Other", "Autre"),
}
CHARTER_STATES = {
    "draft": ("Draft", "Brouillon"), "sent": ("Sent", "Envoyée"),
    "signed_by_mentor": ("Signed by the mentor", "Signée par le mentor"),
    "signed_by_mentee": ("Signed by the mentee", "Signée par le mentoré"), "signed": ("Signed", "Signée"),
    "superseded": ("Superseded", "Remplacée"), "terminated": ("Terminated", "Résiliée"),
}
MEETING_KINDS = {
    "first_interview": ("First interview", "Premier entretien"), "regular": ("Regular", "Régulière"),
    "closing": ("Closing", "Clôture"),
}
MEETING_STATES = {
    "planned": ("Planned", "Prévue"), "held": ("Held", "Tenue"), "postponed": ("Postponed", "Reportée"),
    "cancelled": ("Cancelled", "Annulée"), "missed": ("Missed", "Manquée"),
}
SESSION_STATES = {
    "planned": ("Planned", "Prévue"), "held": ("Held", "Tenue"), "cancelled": ("Cancelled", "Annulée"),
}
CATEGORIES = {
    "breakfast": ("Breakfast", "Petit-déjeuner"), "workshop": ("Workshop", "Atelier"),
    "advice_desk": ("Free advice desk", "Permanence conseil"), "group_support": ("Group support", "Appui collectif"),
    "mentoring": ("Mentoring", "Mentorat"),
}
CONTRIBUTION_STATES = {"declared": ("Declared", "Déclarée"), "confirmed": ("Confirmed", "Confirmée")}
ROLES = {"mentor": ("Mentor", "Mentor"), "mentee": ("Mentee", "Mentoré")}
SIGNATURE_WAYS = {
    "paper": ("On paper", "Sur papier"), "electronic": ("Electronic signature", "Signature électronique"),
    "scan": ("Scan sent back", "Copie numérisée renvoyée"),
}
RANKS = {
    "no": ("No", "Non"), "maybe": ("Maybe", "Peut-être"), "yes": ("Yes", "Oui"),
    "absolutely": ("Absolutely", "Absolument"),
}
HEALTHS = {"green": ("Within its cadence", "Dans la cadence"), "amber": ("Late", "En retard"),
           "red": ("Very late", "Très en retard")}
CONFIRMATIONS = {"none": ("Not confirmed", "Non confirmée"),
                 "one_side": ("Confirmed by one side only", "Confirmée d'un seul côté"),
                 "both": ("Confirmed by both", "Confirmée par les deux")}
