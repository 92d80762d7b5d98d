"""A year's volunteer time for people: on the screen, as CSV, and as one page for the general assembly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

from mappings.choices import CATEGORIES, CONTRIBUTION_STATES
from mappings.vocabulary import Category
from sync_jobs.papers import bars, columns, gap, heading, paragraph, pdf, table
from sync_jobs.reports.hours import Hours, Minutes, Worth
from sync_jobs.screens import Screen

_MONTHS = ("Jan", "Fév", "Mar", "Avr", "Mai", "Juin", "Juil", "Août", "Sep", "Oct", "Nov", "Déc"), (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADERS = (
    ("Catégorie", "Category"), ("Bénévoles", "Volunteers"), ("Heures confirmées", "Hours confirmed"),
    ("Déclarées seulement", "Only declared"),
)


def show_hours(screen: Screen, hours: Hours, valued: Worth | None) -> None:
    """Show the figures as a table, with what stands apart below."""
    title = (f"Heures bénévoles {hours.year}", f"Volunteer hours {hours.year}")
    shown = screen.table(*_HEADERS, title=title)
    screen.rows(shown, list(_rows(screen, hours)))
    for line in _apart(screen, hours, valued):
        screen.print(line, line)


def hours_csv(screen: Screen, hours: Hours) -> str:
    """Write one line for each month, category and state. Only numbers and words of our own: no cell is a formula."""
    written = io.StringIO()
    lines = csv.writer(written, delimiter=";" if screen.language == "fr" else ",", lineterminator="\r\n")
    lines.writerow(screen.say(*name) for name in (
        ("année", "year"), ("mois", "month"), ("catégorie", "category"), ("état", "state"), ("minutes", "minutes")))
    for state, given in (("confirmed", hours.confirmed), ("declared", hours.declared)):
        for (category, month), minutes in sorted(given.items(), key=lambda one: (one[0][1], one[0][0])):
            labels = _english(CATEGORIES, category, screen), _english(CONTRIBUTION_STATES, state, screen)
            lines.writerow([hours.year, month, *labels, minutes])
    return written.getvalue()


def hours_page(screen: Screen, hours: Hours, valued: Worth | None, club: str) -> bytes:
    """Make the one page for the general assembly."""
    title = screen.say(f"Heures bénévoles {hours.year}", f"Volunteer hours {hours.year}")
    names = {category: _english(CATEGORIES, category, screen) for category in Category}
    by_month = {
        names[category]: [hours.confirmed.get((category, month), 0) / 60 for month in range(1, 13)]
        for category in Category
    }
    by_category = {names[category]: hours.of_category(category) / 60 for category in Category}
    volunteers, given = hours.volunteers, _as_hours(hours.total)
    return pdf(f"{club} – {title}", [
        heading(title), paragraph(club, size=11),
        paragraph(screen.say(f"{volunteers} bénévoles ont donné {given} de leur temps.",
                             f"{volunteers} volunteers gave {given} of their time."), size=12),
        heading(screen.say("Heures par catégorie", "Hours by category"), level=2),
        bars(by_category, width=170, height=38),
        heading(screen.say("Heures par mois", "Hours by month"), level=2),
        columns(_MONTHS[screen.language == "en"], by_month, width=170, height=62),
        gap(2),
        table([[screen.say(*header) for header in _HEADERS], *_rows(screen, hours)], [62, 34, 37, 37], size=8),
        gap(3),
        *(paragraph(line, size=8.5, space=3) for line in _apart(screen, hours, valued)),
    ], screen.say("Ces chiffres disent les moyens mis en œuvre, jamais les résultats d'une entreprise.",
                  "These figures tell of means, never of the results of a venture."))


def _rows(screen: Screen, hours: Hours) -> Iterator[list[str]]:
    def row(name: str, volunteers: int, confirmed: int, declared: int) -> list[str]:
        return [name, str(volunteers), _as_hours(confirmed), _as_hours(declared)]

    for category in Category:
        yield row(_english(CATEGORIES, category, screen), hours.volunteers_of.get(category, 0),
                  hours.of_category(category), hours.of_category(category, hours.declared))
    yield row("Total", hours.volunteers, hours.total, _sum(hours.declared))


def _apart(screen: Screen, hours: Hours, valued: Worth | None) -> Iterator[str]:
    met = sum(hours.met.values())
    if met:
        yield screen.say(
            f"Rencontres : {_as_hours(met)} de plus, de mentors sans heures de mentorat notées ; non comptées.",
            f"Meetings: {_as_hours(met)} more, of mentors who noted no mentoring hours; not counted.",
        )
    if valued:
        rate, amount = _euros(screen, valued.rate), _euros(screen, valued.amount)
        yield screen.say(
            f"Contributions volontaires en nature, à {rate} l'heure : 864 Personnel bénévole {amount}, "
            f"875 Bénévolat {amount}. Rien n'est facturé.",
            f"Voluntary contributions in kind, at {rate} an hour: 864 Volunteer staff {amount}, "
            f"875 Volunteering {amount}. Nothing is invoiced.",
        )


def _english(words: dict[str, tuple[str, str]], code: str, screen: Screen) -> str:
    """Pick a choice's label: the CRM's choices say English first."""
    english, french = words[code]
    return screen.say(french, english)


def _sum(minutes: Minutes) -> int:
    return sum(minutes.values())


def _as_hours(minutes: int) -> str:
    """Write minutes as hours and minutes, which loses nothing."""
    return f"{minutes // 60} h {minutes % 60:02}"


def _euros(screen: Screen, amount: Decimal) -> str:
    return screen.say(f"{amount:.2f}".replace(".", ","), f"{amount:.2f}") + " €"
