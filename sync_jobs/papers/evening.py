"""What is printed for an evening, in French: a page for each participant, and a page for each round for the host."""

from __future__ import annotations

from collections import defaultdict

from reportlab.platypus import PageBreak

from mappings.records import Encounter, Key
from sync_jobs.evenings import Evening
from sync_jobs.papers.page import Story, heading, paragraph, pdf, table

_WORDS = ("non", "peut-être", "oui", "absolument")
_BOXES = "   ".join(f"[  ] {word}" for word in _WORDS).replace(" ", "\N{NO-BREAK SPACE}")
_ADVICE = (
    "Après chaque tour, cochez une case. Votre réponse n'est lue que par la coordination, sert à proposer des binômes, "
    "puis est détruite. Un « non » est toujours respecté, et rien n'est imposé : chacun accepte ou refuse ensuite."
)


def evening_pdf(evening: Evening) -> bytes:
    """Print an evening: the host's page of each round, then each participant's own, by name."""
    story = _host(evening)
    for key in sorted((*evening.sides.mentors, *evening.sides.mentees), key=lambda one: (evening.name(one), one)):
        story += _own(evening, key)
    day = f"{evening.record.date:%d/%m/%Y}"
    return pdf(f"Speed-dating du {day}", story[:-1], f"Speed-dating du {day} · confidentiel")


def _host(evening: Evening) -> Story:
    rounds: defaultdict[int, list[Encounter]] = defaultdict(list)
    for seat in evening.seats:
        rounds[seat.round].append(seat)
    everybody = (*evening.sides.mentors, *evening.sides.mentees)
    story: Story = []
    for number, seats in rounds.items():
        seated = {key for seat in seats for key in (seat.mentor, seat.mentee)}
        waiting = sorted(evening.name(key) for key in everybody if key not in seated)
        rows = [[str(seat.table), evening.name(seat.mentor), evening.name(seat.mentee)] for seat in seats]
        story += [
            heading(f"Tour {number}"),
            paragraph(f"{evening.record.round_minutes} minutes"),
            table([["Table", "Mentor", "Mentoré"], *rows], [20, 75, 75]),
            *([paragraph("En attente : " + ", ".join(waiting))] if waiting else []),
            PageBreak(),
        ]
    return story


def _own(evening: Evening, key: Key) -> Story:
    rows, rounds = [], {}
    for seat in evening.seats:
        if key in (seat.mentor, seat.mentee):
            rounds[seat.round] = seat.table, seat.mentee if key == seat.mentor else seat.mentor
    for number in range(1, max(evening.record.rounds, *rounds, 0) + 1):
        at = rounds.get(number)
        rows.append([str(number), str(at[0]), evening.name(at[1]), _BOXES] if at else [str(number), "", "pause", ""])
    return [
        heading(evening.name(key)),
        paragraph(f"Speed-dating du {evening.record.date:%d/%m/%Y} · tours de {evening.record.round_minutes} minutes"),
        paragraph(_ADVICE),
        table([["Tour", "Table", "Avec", "Envie de travailler ensemble"], *rows], [14, 15, 53, 88]),
        PageBreak(),
    ]
