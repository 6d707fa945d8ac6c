"""The commands that change the store. Each prints what it did and returns the exit status.

They raise `ProblemError` with the codes of content and store, and those that each lists.
"""

from __future__ import annotations

import sys
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.problems import ProblemError, reason_of
from stoette_tui.cli.command import Command, Group
from stoette_tui.cli.parameters import ChoiceType, PathType, SuggestedType, by_cli_name
from stoette_tui.cli.printing import print_line, print_lines, width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stoette_tui.cli.session import Session
    from stoette_tui.review.progress import Change
    from stoette_tui.store import Store


def _items(session: Session) -> dict[str, str]:
    return {item.id: item.text for item in session.checklist.items}


@click.command(cls=Command)
@click.argument("item", type=ChoiceType("item", _items))
@click.argument(
    "answer", type=ChoiceType("answer", lambda session: by_cli_name(session.ui.answers))
)
@click.pass_obj
def answer(session: Session, item: str, answer: str) -> int:
    """Answers one item of the current round."""
    from stoette_tui.pages import review as review_pages

    edits = {(item, "answer"): answer.replace("-", "_")}
    name = session.ui.round_name(day.today())
    state = session.checked_store.record(None, edits, name).state(item)
    row = next(each for each in transliterate(session.checklist).items if each.id == item)
    print_lines(review_pages.item_row(row, state, width(), session.ascii_only))
    return 0


def _round_names(session: Session) -> Mapping[str, str]:
    return dict.fromkeys(session.store.round_names(), "")


_round = click.argument("round_", type=SuggestedType("round", _round_names))


@click.group(cls=Group, invoke_without_command=True)
def rounds() -> None:
    """Lists the rounds, also after each of its subcommands."""


@rounds.result_callback()
@click.pass_obj
def _list_rounds(session: Session, _: None) -> int:
    from stoette_tui.pages import rounds as round_pages

    rounds, ui = _store_for_rounds(session).rounds(), transliterate(session.ui)
    given = transliterate(rounds), session.checklist.item_ids, ui, session.ascii_only
    print_lines(round_pages.rounds_table(*given))
    return 0


@rounds.command("new")
@click.argument("round_")
@click.option("--carry", is_flag=True)
@click.pass_obj
def rounds_new(session: Session, round_: str, carry: bool) -> None:
    """Starts a round, with the open plans of the current one if `carry`. Codes: see `Store`."""
    from stoette_tui.pages.changes import describe_carried_plans

    store = _store_for_rounds(session)
    before = store.progress()
    carry_from = before.round.id if before.round and carry else None
    store.new_round(round_, carry_from)
    if carry_from:
        print_line(describe_carried_plans(before, store.progress(), session.ui))


@rounds.command("use")
@_round
@click.pass_obj
def rounds_use(session: Session, round_: str) -> None:
    """Makes a round the current one. Code: `round_unknown`."""
    store = _store_for_rounds(session)
    store.open_round(_find(store, round_))


@rounds.command("rename")
@_round
@click.argument("new_name")
@click.pass_obj
def rounds_rename(session: Session, round_: str, new_name: str) -> None:
    """Renames a round. Codes: `round_unknown`, and see `Store`."""
    store = _store_for_rounds(session)
    store.rename_round(_find(store, round_), new_name)


@rounds.command("archive")
@_round
@click.pass_obj
def rounds_archive(session: Session, round_: str) -> None:
    """Makes a round read-only. Code: `round_unknown`."""
    store = _store_for_rounds(session)
    store.archive_round(_find(store, round_), True)


@rounds.command("unarchive")
@_round
@click.pass_obj
def rounds_unarchive(session: Session, round_: str) -> None:
    """Makes a round writable again. Code: `round_unknown`."""
    store = _store_for_rounds(session)
    store.archive_round(_find(store, round_), False)


def _store_for_rounds(session: Session) -> Store:
    """The store, once all that the list of rounds needs is loaded."""
    _ = session.checklist, session.ui
    return session.checked_store


def _find(store: Store, name: str) -> str:
    """The id of the round with that name, in any case. Code: `round_unknown`."""
    wanted = name.strip().casefold()
    for summary in store.rounds():
        if summary.round.name.casefold() == wanted:
            return summary.round.id
    raise ProblemError.of("round_unknown", name=name)


@click.command("import", cls=Command)
@click.argument("file", type=PathType("file"))
@click.pass_obj
def import_(session: Session, file: str) -> int:
    """Imports an exported round. Codes: those of `transfer.decode` and `files.read_file`."""
    from stoette_tui.base.files import read_file
    from stoette_tui.report import transfer

    path = Path(file)
    changes = transfer.decode(read_file(path, transfer.LARGEST), str(path))
    return _import(session, changes, session.checked_store)


def _days(session: Session) -> Mapping[str, str]:
    return dict.fromkeys((backup.day for backup in session.backups), "")


@click.command(cls=Command)
@click.argument("date", required=False, type=SuggestedType("date", _days))
@click.pass_obj
def restore(session: Session, date: str | None) -> int:
    """Imports the rounds of a backup, by default the newest.

    Codes: `no_backup`, `backup_unknown` (details `date`, `dates`, as the reader writes them),
    `backup_empty`, and `import_failed` (detail `reason`).
    """
    from stoette_tui.store import recovery

    backups = session.backups
    if not backups:
        raise ProblemError.of("no_backup", str(session.data_folder))
    wanted = date or backups[0].day
    if parsed := session.ui.read_date(wanted, day.today(), past=True):
        wanted = parsed.isoformat()
    chosen = next((backup.file for backup in backups if backup.day == wanted), None)
    if chosen is None:
        shown = session.ui.short_date
        known = ", ".join(shown(day.fromisoformat(each)) for each in _days(session))
        unknown = shown(parsed) if parsed else wanted
        raise ProblemError.of("backup_unknown", date=unknown, dates=known)
    try:
        changes = recovery.read(chosen)
    except OSError as error:
        raise ProblemError.of("import_failed", str(chosen), reason=reason_of(error)) from None
    if not changes:
        raise ProblemError.of("backup_empty", str(chosen))
    return _import(session, changes, session.store)


def _import(session: Session, changes: Sequence[Change], store: Store) -> int:
    """Imports rounds, and prints their names and the ids of items that are not in the content."""
    from stoette_tui.content.ui_text import fill

    # Loaded before anything is written, as it may fail.
    texts, known = session.ui.command_line, session.checklist.known_ids
    rounds = store.import_rounds(changes)
    current = store.progress().round
    for round_ in (progress.round for progress in rounds):
        is_open = round_ is not None and current is not None and round_.id == current.id
        template = texts.imported if is_open else texts.imported_beside
        print_line(fill(template, round=round_.name if round_ else ""))
    unknown = dict.fromkeys(each for progress in rounds for each in progress.unknown_items(known))
    if unknown:
        print_line(fill(texts.unknown_items, items=", ".join(unknown)))
    return 0


@click.command(cls=Command)
@click.option("--yes", is_flag=True)
@click.pass_obj
def erase(session: Session, yes: bool) -> int:
    """Deletes all stored data, once confirmed. Codes: `erase_not_confirmed`, `erase_failed`."""
    from stoette_tui.content.ui_text import fill
    from stoette_tui.store import folder as data

    texts, folder = session.ui.command_line, session.data_folder.absolute()
    if not yes:
        if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise ProblemError.of("erase_not_confirmed", str(folder))
        prompt = fill(texts.erase_prompt, folder=folder, yes=texts.erase_confirmation)
        print_line(prompt, end=" ")
        sys.stdout.flush()
        reply = sys.stdin.buffer.readline().decode(errors="replace").strip()
        if reply.casefold() != texts.erase_confirmation.casefold():
            print_line(texts.erase_cancelled)
            return 0
    removed = None
    for removed in data.erase(folder):
        print_line(fill(texts.erased, file=removed))
    if removed is None:
        print_line(fill(texts.nothing_to_erase, folder=folder))
    return 0
