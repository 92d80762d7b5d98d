"""``binome template``: an empty workbook that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from sync_jobs.migrations.container import MAX_ROWS
from sync_jobs.migrations.problems import AlreadyThere, NotWritten
from sync_jobs.migrations.columns import Column, Language, Type
from sync_jobs.migrations.sheets import README_TITLES, SHEETS
from sync_jobs.migrations.writing import DAY_FORMAT, HEADER_FONT, REQUIRED_FILL, add_sheet, new_workbook

TAKES: Final[dict[Type, tuple[str, str]]] = {
    Type.KEY: ("a key, used once in the sheet", "une clé, unique dans la feuille"),
    Type.LINK: ("a key of “{target}”", "une clé de « {target} »"),
    Type.LINKS: ("keys of “{target}”", "des clés de « {target} »"),
    Type.TEXT: ("text, up to {high} characters", "texte, {high} caractères au plus"),
    Type.EMAIL: ("an e-mail address", "une adresse e-mail"),
    Type.PHONE: ("a phone number", "un numéro de téléphone"),
    Type.DAY: ("a date", "une date"),
    Type.WHOLE: ("a whole number, {low} to {high}", "un nombre entier, de {low} à {high}"),
    Type.YES_NO: ("yes or no; no when empty", "oui ou non ; non si vide"),
    Type.CHOICE: ("one of: {choices}", "au choix : {choices}"),
    Type.CHOICES: ("any of: {choices}", "parmi : {choices}"),
}
"""What each type of column takes, in plain words."""

_INTRO: Final = (
    (
        "This workbook brings a club into Binôme. Fill in the sheets you need, then: binome import FILE.xlsx",
        "One row, one thing. The column “Key” holds a short name of your own choosing; other sheets refer to it.",
        "Dark headers are required. An empty cell means nothing is known; a column that you remove is left as it is.",
        "Import the corrected file as often as you like: rows with a known key are updated, no row is ever deleted.",
        "Any problem imports nothing, and every problem is listed. No formulas, no macros.",
        "What a pair says or writes has no column here, and must not be written elsewhere in the workbook.",
    ),
    (
        "Ce classeur fait entrer un club dans Binôme. Remplissez les feuilles utiles : binome import FICHIER.xlsx",
        "Une ligne, une chose. La colonne « Clé » porte un nom court de votre choix ; les autres feuilles y renvoient.",
        "En-têtes foncés : obligatoires. Une cellule vide : rien de connu ; une colonne retirée : rien ne change.",
        "Importez le fichier corrigé autant que vous voulez : une clé connue est mise à jour, rien n'est supprimé.",
        "Le moindre problème n'importe rien, et tous les problèmes sont listés. Ni formules, ni macros.",
        "Ce qu'un binôme dit ou écrit n'a pas de colonne ici et ne doit pas être écrit ailleurs dans le classeur.",
    ),
)
TABLE: Final = (("Column", "Required", "Takes", "Help"), ("Colonne", "Obligatoire", "Contenu", "Aide"))
_YES: Final = ("yes", "oui")
_NO: Final = ("no", "non")
_LISTED: Final = ("Choose one of the list.", "Choisissez dans la liste.")
_DATED: Final = ("A date, such as 2026-03-02.", "Une date, par exemple 02/03/2026.")


def write_template(path: Path, language: Language = "fr") -> None:
    """Write the empty template. Raises AlreadyThere rather than replace a file that somebody may have filled in."""
    if path.exists():
        raise AlreadyThere(language)
    book = new_workbook()
    ranges = _write_readme(book, language)
    for sheet in SHEETS.values():
        page = add_sheet(book, sheet, language)
        for position, column in enumerate(sheet.columns, start=1):
            _guide(page, position, column, language, ranges)
    try:
        book.save(path)
    except OSError:
        raise NotWritten(language) from None


def describe(column: Column, language: Language) -> tuple[str, str, str, str]:
    """Explain a column: header, whether required, what it takes, help."""
    which = _which(language)
    target = SHEETS[column.target].title(language) if column.target else ""
    choices = " · ".join(both[which] for both in column.choices.values())
    takes = TAKES[column.type][which].format(target=target, choices=choices, low=column.low, high=column.high)
    required = _YES[which] if column.required else ""
    return column.header(language), required, takes, column.help_fr if language == "fr" else column.help


def _which(language: Language) -> int:
    return 1 if language == "fr" else 0


def _write_readme(book: Workbook, language: Language) -> dict[tuple[str, ...], str]:
    """Write the explaining sheet, and give the range where each list of choices stands."""
    which = _which(language)
    page: Worksheet = book.create_sheet(README_TITLES[which])
    for text in _INTRO[which]:
        page.append([text])
    page["A1"].font = Font(bold=True)
    for sheet in SHEETS.values():
        page.append([])
        page.append([sheet.title(language), None, sheet.help_fr if language == "fr" else sheet.help])
        page.cell(page.max_row, 1).font = Font(bold=True, size=13)
        page.append(list(TABLE[which]))
        for cell in page[page.max_row]:
            cell.font, cell.fill = HEADER_FONT, REQUIRED_FILL
        for column in sheet.columns:
            page.append(list(describe(column, language)))
            for cell in page[page.max_row]:
                cell.alignment = Alignment(vertical="top", wrap_text=True)
    for letter_, width in zip("ABCD", (30, 13, 60, 60), strict=True):
        page.column_dimensions[letter_].width = width
    return _write_choices(page, language)


def _write_choices(page: Worksheet, language: Language) -> dict[tuple[str, ...], str]:
    """Write each list of choices in a column of its own: labels have commas, so no list fits into a validation."""
    which = _which(language)
    lists = {tuple(c.choices): c for s in SHEETS.values() for c in s.columns if c.type is Type.CHOICE}
    options = {codes: [both[which] for both in column.choices.values()] for codes, column in lists.items()}
    options[_YES] = [_YES[which], _NO[which]]
    ranges = {}
    for position, (codes, labels) in enumerate(options.items(), start=7):
        for number, label in enumerate(labels, start=1):
            page.cell(number, position, label)
        at = get_column_letter(position)
        page.column_dimensions[at].hidden = True
        ranges[codes] = f"{quote_sheetname(page.title)}!${at}$1:${at}${len(labels)}"
    return ranges


def _guide(
    page: Worksheet, position: int, column: Column, language: Language, ranges: dict[tuple[str, ...], str],
) -> None:
    """Help whoever types: lists to choose from, dates as dates, keys and phones as text."""
    which, at = _which(language), get_column_letter(position)
    whole = f"{at}2:{at}{MAX_ROWS + 1}"
    validation: DataValidation | None = None
    if column.type in {Type.CHOICE, Type.YES_NO}:
        listed = ranges[tuple(column.choices) or _YES]
        validation = DataValidation("list", formula1=listed, allow_blank=True, error=_LISTED[which])
    elif column.type is Type.LINK:
        target = quote_sheetname(SHEETS[column.target].title(language))
        listed = f"{target}!$A$2:$A${MAX_ROWS + 1}"
        # A warning only: the key may be one that the register knows from an earlier import.
        validation = DataValidation("list", formula1=listed, error=_LISTED[which], errorStyle="warning")
    elif column.type is Type.DAY:
        page.column_dimensions[at].number_format = DAY_FORMAT
        validation = DataValidation("date", operator="between", formula1="18264", formula2="73415",
                                    allow_blank=True, error=_DATED[which])
    elif column.type in {Type.KEY, Type.PHONE, Type.TEXT, Type.LINKS}:
        page.column_dimensions[at].number_format = "@"
    if validation is not None:
        validation.showErrorMessage = True
        validation.add(whole)
        page.add_data_validation(validation)
