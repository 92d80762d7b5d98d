"""The texts of the workbook import, English then French, by code. No text has room for a value of a record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

Texts = tuple[str, str]

PLACE: Final[Mapping[str, Texts]] = {
    "headed": ("{sheet}, row {row}, column {letter} “{column}”", "{sheet}, ligne {row}, colonne {letter} « {column} »"),
    "column": ("{sheet}, row {row}, column {letter}", "{sheet}, ligne {row}, colonne {letter}"),
    "row": ("{sheet}, row {row}", "{sheet}, ligne {row}"),
    "sheet": ("{sheet}", "{sheet}"),
}

JOINT: Final[Texts] = ("{place}: {expected}", "{place} : {expected}")

CELLS: Final[Mapping[str, Texts]] = {
    "required": ("expected a value: this column is required", "attendu : une valeur, cette colonne est obligatoire"),
    "key": (
        "expected a key of 1 to {limit} characters on one line, without comma or semicolon",
        "attendu : une clé de 1 à {limit} caractères sur une ligne, sans virgule ni point-virgule",
    ),
    "text": ("expected text, not a date or a yes/no cell", "attendu : du texte, pas une date ni une case vrai/faux"),
    "hidden": (
        "expected text without control, invisible or direction-changing characters",
        "attendu : du texte sans caractère de contrôle, invisible ou changeant le sens de lecture",
    ),
    "long": ("expected at most {limit} characters", "attendu : {limit} caractères au plus"),
    "email": ("expected an e-mail address", "attendu : une adresse e-mail"),
    "phone": (
        "expected a phone number, French or international with its +",
        "attendu : un numéro de téléphone, français ou international avec son +",
    ),
    "day": (
        "expected a date: a date cell, 2026-03-02, or 02/03/2026 under French headers",
        "attendu : une date, en cellule de date ou écrite 02/03/2026 ou 2026-03-02",
    ),
    "day_range": ("expected a date between 1950 and 2100", "attendu : une date entre 1950 et 2100"),
    "day_time": ("expected a date without a time of day", "attendu : une date sans heure"),
    "whole": ("expected a whole number from {low} to {high}", "attendu : un nombre entier de {low} à {high}"),
    "yes_no": ("expected yes or no", "attendu : oui ou non"),
    "not_met": ("expected two people who met then", "attendu : deux personnes qui se sont rencontrées ce soir-là"),
    "not_seated": (
        "expected the key or the full name of one participant",
        "attendu : la clé ou le nom complet d'un participant",
    ),
    "choice": ("expected one of: {choices}", "attendu : l'une de ces valeurs : {choices}"),
    "formula": (
        "expected a value: replace the formula with its result (copy, then paste values)",
        "attendu : une valeur ; remplacez la formule par son résultat (copier, puis collage spécial des valeurs)",
    ),
    "error_cell": ("expected a value in place of the error", "attendu : une valeur à la place de l'erreur"),
    "invalid": ("expected a value that the register takes", "attendu : une valeur que le registre accepte"),
}

ROWS: Final[Mapping[str, Texts]] = {
    "duplicate": (
        "expected a key used once in this sheet: row {row} has the same",
        "attendu : une clé unique dans la feuille ; la ligne {row} porte la même",
    ),
    "erased": (
        "expected another key: what had this one was erased, and does not come back",
        "attendu : une autre clé ; ce qui portait celle-ci a été effacé et ne revient pas",
    ),
    "dangling": (
        "expected a key of the sheet “{target}” (looked for there and in the register)",
        "attendu : une clé de la feuille « {target} » (cherchée là et dans le registre)",
    ),
    "dangling_item": (
        "expected keys of the sheet “{target}” (item {item} is neither there nor in the register)",
        "attendu : des clés de la feuille « {target} » (l'élément {item} n'est ni là ni dans le registre)",
    ),
    "rejected_link": (
        "refers to a row that is set aside: sheet “{target}”, row {row}",
        "renvoie à une ligne mise de côté : feuille « {target} », ligne {row}",
    ),
    "loop": (
        "expected a link that does not come back to this row", "attendu : un lien qui ne revient pas à cette ligne",
    ),
    "two_people": ("expected two different people", "attendu : deux personnes différentes"),
    "role": (
        "expected a person whose roles include {role}", "attendu : une personne dont les rôles comprennent {role}",
    ),
    "needs_role": (
        "expected an empty cell, since the roles do not include {role}",
        "attendu : une cellule vide, puisque les rôles ne comprennent pas {role}",
    ),
    "before": ("expected a date not before “{other}”", "attendu : une date qui ne précède pas « {other} »"),
    "more": ("expected no more than “{other}”", "attendu : pas plus que « {other} »"),
    "state_needs": (
        "expected a value, since the status is “{state}”", "attendu : une valeur, puisque le statut est « {state} »",
    ),
    "state_forbids": (
        "expected an empty cell, since the status is “{state}”",
        "attendu : une cellule vide, puisque le statut est « {state} »",
    ),
    "same_company": (
        "rule 1: expected two people of different companies, parent companies counted",
        "règle 1 : attendu : deux personnes d'entreprises différentes, maisons mères comprises",
    ),
    "hierarchy": (
        "rule 2: expected two people of whom neither is the other's manager",
        "règle 2 : attendu : deux personnes sans lien hiérarchique",
    ),
    "conflict_of_interest": (
        "rule 3: expected a mentor without a conflict of interest with the mentee's venture",
        "règle 3 : attendu : un mentor sans conflit d'intérêts avec l'entreprise du mentoré",
    ),
    "not_accepted": (
        "rule 4: expected both acceptances, since no pair is imposed",
        "règle 4 : attendu : l'accord des deux, puisqu'aucun binôme n'est imposé",
    ),
    "charter_not_signed": (
        "rule 5: expected a charter of this pair, signed by both, since the pair is active",
        "règle 5 : attendu : une charte de ce binôme signée par les deux, puisqu'il est actif",
    ),
    "outlives_stay": (
        "rule 6: expected an end within the hosting stay", "règle 6 : attendu : une fin pendant l'hébergement",
    ),
    "over_capacity": (
        "rule 12: expected no more active pairs than the mentor's capacity",
        "règle 12 : attendu : pas plus de binômes actifs que la capacité du mentor",
    ),
}

HEADERS: Final[Mapping[str, Texts]] = {
    "unknown_sheet": (
        "unknown sheet; the nearest known one is “{nearest}”. Rename it, or empty it",
        "feuille inconnue ; la plus proche est « {nearest} ». Renommez-la ou videz-la",
    ),
    "twice_sheet": ("the same sheet is there twice, in English and French", "la même feuille est là deux fois"),
    "unknown_header": (
        "unknown header; the nearest known one is “{nearest}”. Rename the column, or remove it",
        "en-tête inconnu ; le plus proche est « {nearest} ». Renommez la colonne ou retirez-la",
    ),
    "no_header": ("expected a header above these values", "attendu : un en-tête au-dessus de ces valeurs"),
    "twice_header": ("the same header is in column {other} too", "le même en-tête est aussi en colonne {other}"),
    "confidential_header": (
        "what a pair says or writes does not enter by a workbook: remove the column",
        "ce qu'un binôme dit ou écrit n'entre pas par un classeur : retirez la colonne",
    ),
    "missing_header": ("the required column “{header}” is missing", "la colonne obligatoire « {header} » manque"),
}

EXPECTED: Final[Mapping[str, Texts]] = {**CELLS, **ROWS, **HEADERS}
"""What is expected, by the code of a problem."""

REFUSED: Final[tuple[Texts, Texts]] = (
    (
        "Problems in the workbook: {count}. Nothing was imported.",
        "Problèmes dans le classeur : {count}. Rien n'a été importé.",
    ),
    (
        "Correct them and import again, or set the bad rows aside with --skip-bad FILE.",
        "Corrigez-les et importez de nouveau, ou mettez les lignes fautives de côté avec --skip-bad FICHIER.",
    ),
)

_SAVE_AS: Final[Texts] = (
    "Save it as an Excel workbook (.xlsx) and import that file.",
    "Enregistrez-le comme classeur Excel (.xlsx) et importez ce fichier.",
)

FILE: Final[Mapping[str, tuple[Texts, Texts]]] = {
    "NotFound": (
        ("The file cannot be read.", "Le fichier ne peut pas être lu."),
        ("Check its name and that you may open it.", "Vérifiez son nom et que vous pouvez l'ouvrir."),
    ),
    "NotAWorkbook": (("The file is not an Excel workbook.", "Le fichier n'est pas un classeur Excel."), _SAVE_AS),
    "OldFormat": (
        ("The workbook is not in the .xlsx format.", "Le classeur n'est pas au format .xlsx."), _SAVE_AS,
    ),
    "Encrypted": (
        ("The workbook is protected by a password.", "Le classeur est protégé par un mot de passe."),
        ("Remove the password and save it again.", "Retirez le mot de passe et enregistrez-le de nouveau."),
    ),
    "WithMacros": (
        ("The workbook carries macros.", "Le classeur contient des macros."),
        ("Save it as .xlsx without macros.", "Enregistrez-le en .xlsx, sans macros."),
    ),
    "TooLarge": (
        ("The workbook unpacks to more than {limit} MB.", "Le classeur décompressé dépasse {limit} Mo."),
        ("Remove pictures and unused sheets, or split it.", "Retirez images et feuilles inutiles, ou divisez-le."),
    ),
    "TooManyRows": (
        ("The sheet “{sheet}” has more than {limit} rows.", "La feuille « {sheet} » a plus de {limit} lignes."),
        ("Split it and import each part in turn.", "Divisez-le et importez chaque partie à son tour."),
    ),
    "TooWide": (
        ("The sheet “{sheet}” has more than {limit} columns.", "La feuille « {sheet} » a plus de {limit} colonnes."),
        ("Remove what stands to the right of the table.", "Retirez ce qui se trouve à droite du tableau."),
    ),
    "EmptyWorkbook": (
        ("The workbook has no data in any known sheet.", "Le classeur n'a de données dans aucune feuille connue."),
        ("Start from the file that “binome template” writes.", "Partez du fichier qu'écrit « binome template »."),
    ),
    "NotWritten": (
        ("The file cannot be written.", "Le fichier ne peut pas être écrit."),
        ("See that its folder exists and has room. Nothing was imported.",
         "Vérifiez que son dossier existe et a de la place. Rien n'a été importé."),
    ),
    "AlreadyThere": (
        ("A file of that name is there already.", "Un fichier de ce nom existe déjà."),
        ("Choose another name, or remove that file first.", "Choisissez un autre nom ou retirez d'abord ce fichier."),
    ),
}
"""Why a file as a whole is refused and what to do, by the class of the error."""
