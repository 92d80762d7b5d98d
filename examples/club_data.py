"""The invented club around Grenoble that ``make_club.py`` writes: nobody and nothing here is real."""

from __future__ import annotations

from typing import Final, NamedTuple


class Venture(NamedTuple):
    """A hosted venture, its stay and its founders (name and job title)."""

    name: str
    city: str
    sector: str
    start: str
    planned_end: str
    end: str
    founders: tuple[tuple[str, str], ...]
    parent: str = ""


class MentorLine(NamedTuple):
    """A mentor and their company, empty for the retired."""

    name: str
    title: str
    company: str
    city: str
    sector: str
    expertise: str
    capacity: int = 1
    state: str = "active"
    parent: str = ""


class PairPlan(NamedTuple):
    """A pair and what became of it."""

    ref: str
    mentor: str
    mentee: str
    state: str
    proposed: str
    start: str = ""
    planned_end: str = ""
    end: str = ""
    end_code: str = ""
    cadence: int = 30
    charter: str = ""


class MeetingPlan(NamedTuple):
    """How many meetings a pair has, and the day of the last one."""

    count: int
    last: str


PARENT: Final = ("Groupe Grand Pic", "Grenoble", "Holding")

VENTURES: Final = (
    Venture("L’Atelier du Vercors", "Villard-de-Lans", "Éco-matériaux", "2025-09-01", "2027-08-31", "",
            (("Léa Charvet", "Cofondatrice"), ("Hugo Charvet", "Cofondateur"))),
    Venture("Néphélé Santé", "La Tronche", "Dispositifs médicaux", "2025-11-03", "2027-10-31", "",
            (("Amélie Durand-Roche", "Fondatrice"),)),
    Venture("Drac Énergies", "Grenoble", "Énergie", "2025-10-01", "2027-09-30", "", (("Thomas Perrin", "Fondateur"),)),
    Venture("Ruches & Cimes", "Saint-Égrève", "Agroalimentaire", "2026-01-05", "2027-12-31", "",
            (("Élodie Favre", "Fondatrice"),)),
    Venture("Lumen Alpin", "Meylan", "Photonique", "2025-12-01", "2027-11-30", "", (("Karim Benali", "Fondateur"),)),
    Venture("Cargo Doux", "Grenoble", "Logistique", "2026-01-12", "2028-01-11", "",
            (("Chloé Martin", "Cofondatrice"), ("Maël Le Goff", "Responsable des opérations"))),
    Venture("Oisans Données", "Le Bourg-d’Oisans", "Logiciel", "2024-10-01", "2026-09-30", "2026-09-30",
            (("Jérôme Guillot", "Fondateur"),)),
    Venture("Fil d’Isère", "Voiron", "Textile technique", "2025-03-03", "2027-02-28", "",
            (("Marie-Ève Perrin", "Fondatrice"),)),
    Venture("La Sonothèque", "Échirolles", "Édition sonore", "2026-03-02", "2028-02-28", "",
            (("Noémie Brun", "Fondatrice"),)),
    Venture("Chartreuse Enzymes", "Saint-Laurent-du-Pont", "Biotechnologie", "2026-04-01", "2028-03-31", "",
            (("Étienne Morel", "Fondateur"),)),
    Venture("Kiosque Trente-Huit", "Fontaine", "Commerce", "2026-05-04", "2028-04-30", "",
            (("Fatoumata Diallo", "Fondatrice"),)),
    Venture("Les Toits Verts", "Eybens", "Bâtiment", "2026-02-02", "2028-01-31", "",
            (("Jean-Baptiste Rolland", "Cofondateur"), ("Inès Rolland", "Cofondatrice"))),
    Venture("Hydrocime", "Crolles", "Eau", "2026-06-01", "2028-05-31", "", (("Gaël Ferrand", "Fondateur"),)),
    Venture("Prisme Éducation", "Grenoble", "Éducation", "2026-06-15", "2028-06-14", "",
            (("Zoé Lefèvre", "Fondatrice"),)),
    Venture("Mécanique du Trièves", "Mens", "Mécanique", "2026-07-01", "2028-06-30", "",
            (("Loïc Durand", "Fondateur"),)),
    Venture("Papilles d’Altitude", "Chamrousse", "Restauration", "2026-09-01", "2028-08-31", "",
            (("Françoise Blanc-Gonnet", "Fondatrice"),)),
    Venture("Vélo Solaire", "Seyssinet-Pariset", "Mobilité", "2026-09-01", "2028-08-31", "",
            (("Anaïs Martin", "Fondatrice"),)),
    Venture("Cœur de Noyer", "Vinay", "Agroalimentaire", "2026-09-14", "2028-09-13", "",
            (("Rémi Nœuvéglise", "Fondateur"),)),
    Venture("Argile & Compagnie", "Vizille", "Artisanat", "2026-10-01", "2028-09-30", "",
            (("Océane Muñoz", "Cofondatrice"), ("Yannick Faure", "Cofondateur"))),
    Venture("Belledonne Robotique", "Montbonnot-Saint-Martin", "Robotique", "2026-10-05", "2028-10-04", "",
            (("Sébastien Nguyen", "Fondateur"),), "Groupe Grand Pic"),
)

MENTORS: Final = (
    MentorLine("Jean-Noël Perrin", "Gérant", "Menuiserie Perrin & Filles", "Sassenage", "Menuiserie",
               "Stratégie, recrutement", 2),
    MentorLine("Geneviève Charvet", "Présidente", "Charvet Emballages", "Moirans", "Emballage",
               "Industrialisation, achats", 2),
    MentorLine("Bertrand Joly-Vallier", "Directeur général", "Grand Pic Ingénierie", "Grenoble", "Ingénierie",
               "Bureau d’études, propriété industrielle", 1, "active", "Groupe Grand Pic"),
    MentorLine("Hélène Marchand", "Directrice financière", "Grand Pic Ingénierie", "Grenoble", "Ingénierie",
               "Finance, levée de fonds", 1, "active", "Groupe Grand Pic"),
    MentorLine("Abdelkader Mansouri", "Fondateur", "Logistique des Deux Rives", "Fontaine", "Logistique",
               "Logistique, export"),
    MentorLine("Marie-Claude Bérard", "Ancienne dirigeante", "", "", "", "Gouvernance, transmission", 2),
    MentorLine("Philippe Durand", "Gérant", "Imprimerie des Trois Roses", "Saint-Martin-d’Hères", "Imprimerie",
               "Vente, gestion de trésorerie"),
    MentorLine("Solène Guichard", "Présidente", "Laboratoire Guichard-Rey", "Meylan", "Santé",
               "Affaires réglementaires", 1),
    MentorLine("Olivier Martin", "Associé", "Toitures Martin Frères", "Vif", "Bâtiment", "Chantier, sous-traitance"),
    MentorLine("Nathalie Roux-Delmas", "Directrice générale", "Textiles de la Bièvre", "La Côte-Saint-André",
               "Textile", "Production, ressources humaines"),
    MentorLine("Stéphane Kowalski", "Fondateur", "Kowalski Logiciels", "Grenoble", "Logiciel",
               "Logiciel, tarification", 2),
    MentorLine("Béatrice Faure", "Gérante", "Fromagerie du Sornin", "Engins", "Agroalimentaire",
               "Distribution, marque"),
    MentorLine("Xavier de Montjoie", "Ancien dirigeant", "", "", "", "Négociation, international", 1, "paused"),
    MentorLine("Aïcha Traoré", "Présidente", "Traoré Formation", "Échirolles", "Formation", "Pédagogie, réseau"),
    MentorLine("Guy Lefèvre", "Gérant", "Hôtel des Quatre Lacs", "Chamrousse", "Hôtellerie",
               "Hôtellerie, accueil", 1, "prospect"),
)

COACHES: Final = (
    ("Clémence Aubry", "Aubry Écoute", "Grenoble", "Coaching"),
    ("Jean-François Petitjean", "Cap & Sillage", "Voiron", "Coaching"),
)

MANAGERS: Final = {"Maël Le Goff": "Chloé Martin", "Hélène Marchand": "Bertrand Joly-Vallier"}
"""Who depends on whom."""

CONFLICTS: Final = {
    "Geneviève Charvet": ("Papilles d’Altitude",), "Olivier Martin": ("Les Toits Verts", "L’Atelier du Vercors"),
    "Béatrice Faure": ("Ruches & Cimes",),
}
"""Ventures that a mentor supplies or is bound to."""

PAIRS: Final = (
    PairPlan("b-01", "Jean-Noël Perrin", "Léa Charvet", "active", "2025-11-20", "2025-12-15", "2027-08-31",
             charter="signed"),
    PairPlan("b-02", "Geneviève Charvet", "Amélie Durand-Roche", "active", "2025-12-04", "2026-01-12", "2027-10-31",
             charter="signed"),
    PairPlan("b-03", "Abdelkader Mansouri", "Chloé Martin", "active", "2026-02-05", "2026-03-02", "2028-01-11",
             charter="signed"),
    PairPlan("b-04", "Stéphane Kowalski", "Karim Benali", "active", "2026-01-15", "2026-02-02", "2027-11-30",
             cadence=60, charter="signed"),
    PairPlan("b-05", "Marie-Claude Bérard", "Thomas Perrin", "active", "2026-03-12", "2026-04-07", "2027-09-30",
             charter="signed"),
    PairPlan("b-06", "Nathalie Roux-Delmas", "Marie-Ève Perrin", "paused", "2026-02-05", "2026-03-09", "2027-02-28",
             cadence=45, charter="signed"),
    PairPlan("b-07", "Philippe Durand", "Jérôme Guillot", "ended", "2025-09-18", "2025-10-06", "2026-09-30",
             "2026-09-30", "stay_ended", charter="signed"),
    PairPlan("b-08", "Béatrice Faure", "Noémie Brun", "ended", "2026-03-12", "2026-04-13", "2028-02-28",
             "2026-07-17", "early_mentee", charter="terminated"),
    PairPlan("b-09", "Olivier Martin", "Anaïs Martin", "charter_pending", "2026-10-08", "", "2028-08-31",
             charter="sent"),
    PairPlan("b-10", "Hélène Marchand", "Étienne Morel", "charter_pending", "2026-10-08", "", "2028-03-31",
             charter="signed_by_mentor"),
    PairPlan("b-11", "Solène Guichard", "Gaël Ferrand", "charter_pending", "2026-10-08", "", "2028-05-31",
             cadence=60, charter="signed_by_mentee"),
    PairPlan("b-12", "Aïcha Traoré", "Zoé Lefèvre", "accepted", "2026-11-05", "", "2028-06-14", charter="draft"),
    PairPlan("b-13", "Marie-Claude Bérard", "Océane Muñoz", "proposed", "2026-11-19"),
    PairPlan("b-14", "Bertrand Joly-Vallier", "Loïc Durand", "declined", "2026-10-08"),
)

MEETINGS: Final = {
    "b-01": MeetingPlan(12, "2026-12-08"), "b-02": MeetingPlan(11, "2026-12-03"), "b-03": MeetingPlan(7, "2026-09-10"),
    "b-04": MeetingPlan(6, "2026-12-15"), "b-05": MeetingPlan(7, "2026-10-06"), "b-06": MeetingPlan(5, "2026-08-27"),
    "b-07": MeetingPlan(9, "2026-09-24"), "b-08": MeetingPlan(3, "2026-07-09"),
}

SPECIAL: Final = {
    ("b-01", 5): "postponed", ("b-02", 3): "cancelled", ("b-02", 7): "postponed", ("b-03", 4): "missed",
    ("b-05", 6): "missed", ("b-06", 5): "cancelled", ("b-07", 4): "postponed", ("b-07", 6): "cancelled",
}
"""Meetings, counted from 1, that were not held."""

SESSIONS: Final = (
    ("club-2026-t1", "2026-03-12", "held", "Clémence Aubry"), ("club-2026-t2", "2026-06-11", "held", "Clémence Aubry"),
    ("club-2026-t3", "2026-09-17", "held", "Jean-François Petitjean"),
    ("club-2026-t4", "2026-11-19", "held", "Clémence Aubry"),
    ("club-2027-t1", "2027-01-21", "planned", "Jean-François Petitjean"),
)
