"""The commands that change the store. Each prints what it did.

They raise `ProblemError` with the codes of content and store, and those listed in each docstring.
"""

from __future__ import annotations

import shlex
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stoette_tui.base import data_folder
from stoette_tui.base.encoding import transliterate
from stoette_tui.base.files import read_file
from stoette_tui.base.problems import ProblemError, reason_of
from stoette_tui.cli.command import Command
from stoette_tui.cli.parameters import ChoiceType, PathType, SuggestedType, ValueType, by_cli_name
from stoette_tui.cli.printing import ask, can_ask, print_line, print_lines, width
from stoette_tui.content import phrases, plan_form
from stoette_tui.content.ui_text import fill
from stoette_tui.review.progress import PLAN, Answer, Change
from stoette_tui.store import Store, recovery
from stoette_tui.store.review_service import OlderChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stoette_tui.cli.session import Session


_ITEM = ChoiceType("item", lambda session: {i.id: i.text for i in session.checklist.items})


@click.command(cls=Command)
@click.argument("item", type=_ITEM)
@click.argument(
    "answer", type=ChoiceType("answer", lambda session: by_cli_name(session.ui.answers))
)
@click.pass_obj
def answer(session: Session, item: str, answer: str) -> None:
    session.review.answer(item, Answer(answer.replace("-", "_")))
    _print_item(session, item)


def _print_item(session: Session, item_id: str) -> None:
    from stoette_tui.pages import checklist as checklist_pages

    checklist, ui, progress = transliterate(
        (session.checklist, session.ui, session.review.progress)
    )
    item, state = checklist.by_id[item_id], progress.state(item_id)
    print_lines(checklist_pages.item_row(item, state, ui, width()))


_FIELDS = [click.Option([f"--{each}"], type=ValueType()) for each in PLAN]


@click.command(cls=Command, params=[click.Argument(["item"], type=_ITEM), *_FIELDS])
@click.pass_obj
def plan(session: Session, /, item: str, **texts: str | None) -> None:
    """Writes the given fields of an item's plan, and prints the plan.

    Code: `plan_value_wrong` (details `option`, `value`, `reason`).
    """
    from stoette_tui.pages.item import plan_lines

    review, ui = session.review, session.ui
    given = {name: text for name, text in texts.items() if text is not None}
    for name, text in given.items():
        if reason := plan_form.problem(name, text, ui):
            raise ProblemError.of("plan_value_wrong", option=f"--{name}", value=text, reason=reason)
    if given:
        review.write_plan(
            item, {name: plan_form.value(name, text, ui) for name, text in given.items()}
        )
    else:
        review.refresh()
    _print_item(session, item)
    ui, state = transliterate((ui, review.progress.state(item)))
    lines = plan_lines(state, ui, width())
    print_lines(lines)
    if not lines:
        print_line(ui.command_line.no_plan)


@click.command(cls=Command)
@click.pass_obj
def undo(session: Session) -> None:
    """Takes back the newest change of the current round. Code: `nothing_to_undo`."""
    session.review.refresh()
    done = session.review.undo()
    if isinstance(done, OlderChange) or not done:
        raise ProblemError.of("nothing_to_undo")
    print_line(phrases.describe_undone(done, session.checklist, session.ui))


@click.command("import", cls=Command)
@click.argument("file", type=PathType("file"))
@click.option("--again", is_flag=True)
@click.pass_obj
def import_(session: Session, file: str, again: bool) -> None:
    """Imports an exported round; one that is already here needs `again` or a confirmation.

    Codes: those of `transfer.decode` and `files.read_file`, and `import_known` (detail `name`).
    """
    from stoette_tui.report import transfer

    path, store = Path(file), session.checked_store
    changes = transfer.decode(read_file(path, transfer.MAX_BYTES), str(path))
    try:
        _import(session, changes, store, again=again)
        return
    except ProblemError as error:
        known = error.problems[0]
        if known.code != "import_known":
            raise
        if not can_ask():
            raise ProblemError.of(known.code, str(path), **known.details) from None
    texts = session.ui.command_line
    yes, name = texts.confirmation, known.details["name"]
    if ask(fill(texts.import_again, round=name, yes=yes), yes):
        _import(session, changes, store, again=True)
    else:
        print_line(texts.not_imported)


def _days(session: Session) -> Mapping[str, str]:
    return dict.fromkeys((backup.day for backup in session.backups), "")


@click.command(cls=Command)
@click.argument("date", required=False, type=SuggestedType("date", _days))
@click.pass_obj
def restore(session: Session, date: str | None) -> None:
    """Imports the rounds of a backup, by default of the newest one.

    Codes: `no_backup`, `backup_unknown` (details `date`, `dates`, as the reader writes them),
    `backup_empty`, and `import_failed` (detail `reason`).
    """
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
    _import(session, changes, session.store, again=True)


def _import(session: Session, changes: Sequence[Change], store: Store, *, again: bool) -> None:
    """Imports rounds, and prints their names and the ids of items missing from the content."""
    # Loaded before anything is written, as it may fail.
    texts, known = session.ui.command_line, session.checklist.known_ids
    rounds = store.import_rounds(changes, again=again)
    current = store.progress().round_id
    for progress in rounds:
        template = texts.imported if progress.round_id == current else texts.imported_beside
        name = progress.round_name
        print_line(fill(template, round=name, argument=shlex.quote(name)))
    unknown = dict.fromkeys(each for progress in rounds for each in progress.unknown_items(known))
    if unknown:
        print_line(fill(texts.unknown_items, items=", ".join(unknown)))


@click.command(cls=Command)
@click.option("--yes", is_flag=True)
@click.pass_obj
def erase(session: Session, yes: bool) -> None:
    """Deletes all stored data after confirmation. Codes: `erase_not_confirmed`, `erase_failed`."""
    texts, folder = session.ui.command_line, session.data_folder.absolute()
    if not yes:
        if not can_ask():
            raise ProblemError.of("erase_not_confirmed", str(folder))
        prompt = fill(texts.erase_prompt, folder=folder, yes=texts.confirmation)
        if not ask(prompt, texts.confirmation):
            print_line(texts.erase_cancelled)
            return
    removed = None
    for removed in data_folder.erase(folder):
        print_line(fill(texts.erased, file=removed))
    if removed is None:
        print_line(fill(texts.nothing_to_erase, folder=folder))
