"""The charter of a pair: made, sent, signed by each, filed, told again, and replaced by a new version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from mappings.choices import CHARTER_STATES
from mappings.records import Charter
from mappings.vocabulary import SignatureWay
from sync_jobs.charters.desk import LARGEST, Desk, Side
from sync_jobs.club import opened
from sync_jobs.commands.options import AsJson, Config, screen_for
from sync_jobs.commands.pair import AsPerson, ThePair
from sync_jobs.failures import PERSON
from sync_jobs.naming import labels
from sync_jobs.new_files import write_new
from sync_jobs.pair_texts import admit, os_user
from sync_jobs.refused import FileExists, FileUnfit, OptionMissing
from sync_jobs.screens import Screen

app = typer.Typer(no_args_is_help=True)

OnDay = Annotated[dt.datetime | None, typer.Option("--on", metavar="DAY", formats=["%Y-%m-%d"],
                                                   help="On which day; today unless told.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it into this new file.")]


@app.command()
def make(pair: ThePair, config: Config = None, as_json: AsJson = False, out: Out = None) -> None:
    """Make a pair's charter in the club's version and language, or fill its draft anew; --out writes the PDF."""
    screen = screen_for(config, as_json=as_json)
    with _desk(config) as desk:
        charter, page = desk.make(pair)
    if out:
        write_new(out, page, FileExists(file=out))
    _show(screen, charter, file=out)


@app.command()
def sent(pair: ThePair, config: Config = None, as_json: AsJson = False, on: OnDay = None) -> None:
    """Note that the charter was sent to both."""
    screen = screen_for(config, as_json=as_json)
    with _desk(config) as desk:
        charter = desk.sent(pair, _day(on))
    _show(screen, charter)


@app.command()
def sign(
    pair: ThePair,
    by: Annotated[Side, typer.Option(help="Whose signature came in.")],
    config: Config = None,
    as_json: AsJson = False,
    on: OnDay = None,
    way: Annotated[SignatureWay, typer.Option(help="How it was signed.")] = SignatureWay.PAPER,
    recorded_by: Annotated[str, typer.Option(help="Who records it; this system's user unless told.")] = "",
) -> None:
    """Record one of the two signatures; once both are in, the charter is signed and the pair may become active."""
    screen = screen_for(config, as_json=as_json)
    with _desk(config) as desk:
        charter = desk.sign(pair, by, recorded_by=recorded_by or os_user(), on=_day(on), way=way)
    _show(screen, charter)


@app.command()
def file(
    pair: ThePair,
    given: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The file that both signed.")] = None,
    config: Config = None,
    as_json: AsJson = False,
    out: Out = None,
    person: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who of the two takes it back.")] = "",
) -> None:
    """Seal the signed file in the vault; or, with --out and --as, give it back to one of the two."""
    screen = screen_for(config, as_json=as_json)
    if given is None and not (out and person):
        raise OptionMissing(option="file", others="FILE, --out + --as")
    if given is not None and (out or person):
        raise OptionMissing(option="--out", others="--as")
    with _desk(config, with_vault=True) as desk:
        if given is not None:
            charter = desk.file(pair, _content(given))
            _show(screen, charter)
            return
        content = desk.filed(admit(desk.register, pair, person))
    _give(screen, out or Path(), content)


@app.command()
def annex(
    pair: ThePair, person: AsPerson,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Write it into this new file.")],
    config: Config = None, as_json: AsJson = False,
) -> None:
    """Write the pair's own clauses as a PDF, for one of the two."""
    screen = screen_for(config, as_json=as_json)
    with _desk(config, with_vault=True) as desk:
        content = desk.annex(admit(desk.register, pair, person))
    _give(screen, out, content)


@app.command()
def verify(
    given: Annotated[Path, typer.Argument(metavar="FILE", help="A file that should be a charter.")],
    config: Config = None, as_json: AsJson = False,
) -> None:
    """Tell whether a file is a charter of this club, blank or signed, and of which pair; exit 3 where it is not."""
    screen = screen_for(config, as_json=as_json)
    with _desk(config) as desk:
        told = desk.tell(_content(given))
    if told is None:
        screen.show({"known": False}, lambda: screen.print(
            "✗ Ce fichier n'est aucune charte de ce club, vierge ou signée.",
            "✗ This file is no charter of this club, blank or signed.", "bold red"))
        raise typer.Exit(PERSON)
    name = told.pair.ref or told.pair.key.hex
    signed, empty = ("signed", "charte signée", "signed charter"), ("blank", "charte vierge", "blank charter")
    words = signed if told.signed else empty
    document = {"known": True, "file": words[0], "pair": name, **_document(told.charter)}

    def render() -> None:
        screen.print(f"✓ C'est la {words[1]} du binôme {name}.", f"✓ This is the {words[2]} of pair {name}.", "green")
        _lines(screen, told.charter)

    screen.show(document, render)


@app.command()
def supersede(
    config: Config = None, as_json: AsJson = False,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without this it is only shown.")] = False,
) -> None:
    """Ask every pair that is not over for new signatures, once the club's charter_version changed."""
    screen = screen_for(config, as_json=as_json)
    with _desk(config) as desk:
        drafts = desk.supersede(apply=apply)
        keys = [draft.pair for draft in drafts]
        refs = {key: one.ref for key, one in desk.register.many("pair", keys).items() if one.ref}
    names = sorted(labels(keys, refs).values())

    def render() -> None:
        screen.rows(screen.table(("Binôme", "Pair")), [(name,) for name in names])
        if apply:
            screen.print(f"✓ {len(names)} nouvelles chartes à signer, version {desk.version}.",
                         f"✓ {len(names)} new charters to sign, version {desk.version}.", "green")
        else:
            screen.print("Rien n'est changé. `binome charter supersede --apply` le fait.",
                         "Nothing is changed. `binome charter supersede --apply` does it.")

    screen.show({"version": desk.version, "pairs": names, "applied": apply}, render)


@contextmanager
def _desk(config: Path | None, *, with_vault: bool = False) -> Iterator[Desk]:
    with opened(config, with_vault=with_vault) as club:
        ours = club.settings.club
        yield Desk(club.register, ours.charter_version, ours.name, ours.language, club.today())


def _day(given: dt.datetime | None) -> dt.date | None:
    return given.date() if given else None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise FileUnfit(most=LARGEST // 2**20) from None


def _give(screen: Screen, out: Path, content: bytes) -> None:
    write_new(out, content, FileExists(file=out))
    screen.show({"file": str(out)}, lambda: screen.print(f"✓ Écrit : {out}", f"✓ Written: {out}", "green"))


def _document(charter: Charter) -> dict[str, Any]:
    """Give what staff may know of a charter."""
    return charter.model_dump(mode="json", exclude={"active", "ref", "signed_file", "own_clauses", "pair"})


def _show(screen: Screen, charter: Charter, file: Path | None = None) -> None:
    def render() -> None:
        _lines(screen, charter)
        if file:
            screen.print(f"✓ Écrit : {file}", f"✓ Written: {file}", "green")

    screen.show({**_document(charter), **({"file": str(file)} if file else {})}, render)


def _lines(screen: Screen, charter: Charter) -> None:
    english, french = CHARTER_STATES[charter.state]
    state = screen.say(french, english)
    screen.print(f"Charte {charter.version} : {state}", f"Charter {charter.version}: {state}")
    days = (
        ("envoyée le", "sent on", charter.sent_on),
        ("signée par le mentor le", "signed by the mentor on", charter.mentor_signed_on),
        ("signée par le mentoré le", "signed by the mentee on", charter.mentee_signed_on),
    )
    for french, english, day in days:
        if day:
            screen.print(f"  {french} {day:%d/%m/%Y}", f"  {english} {day}")
    for french, english, found in (
        ("empreinte de la page vierge", "hash of the blank page", charter.document_hash),
        ("empreinte du fichier signé", "hash of the signed file", charter.signed_hash),
    ):
        if found:
            screen.print(f"  {french} : {found}", f"  {english}: {found}", "dim")
