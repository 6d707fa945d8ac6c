"""The commands that change what is stored. Each prints what it did, and returns the exit status.

They raise `ProblemError`: those of content and store, and what is said of each.
"""

from __future__ import annotations

import sys
from datetime import date as day
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stoette_tui.base.inert import one_line
from stoette_tui.base.letters import writable
from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.grammar import Command, Group
from stoette_tui.cli.printing import print_lines, print_text, width
from stoette_tui.cli.values import Choice, Place, Suggested, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stoette_tui.cli.session import Session
    from stoette_tui.review.progress import Change
    from stoette_tui.store import Store


def _items(session: Session) -> dict[str, str]:
    return {item.id: item.text for item in session.checklist.items}


@click.command(cls=Command)
@click.argument("item", type=Choice("item", _items))
@click.argument("answer", type=Choice("answer", lambda session: named(session.ui.answers)))
@click.pass_obj
def answer(session: Session, item: str, answer: str) -> int:
    """Answers one item of the current round."""
    from stoette_tui.pages import review as review_pages

    edits = {(item, "answer"): answer.replace("-", "_")}
    name = session.ui.round_name(day.today())
    state = session.answers.record(None, edits, name).state(item)
    row = next(each for each in writable(session.checklist).items if each.id == item)
    print_lines(review_pages.item_row(row, state, width(), session.ascii_only))
    return 0


def _round_names(session: Session) -> Mapping[str, str]:
    return dict.fromkeys(session.store.round_names(), "")


_round = click.argument("round_", type=Suggested("round", _round_names))


@click.group(cls=Group, invoke_without_command=True)
@click.pass_context
def rounds(context: click.Context) -> int:
    """Lists the rounds."""
    return 0 if context.invoked_subcommand else _list(context.obj)


@rounds.command("new")
@click.argument("round_")
@click.option("--carry", is_flag=True)
@click.pass_obj
def rounds_new(session: Session, round_: str, carry: bool) -> int:
    """Starts a round, with the open plans of the current one if asked to. Codes: see `Store`."""
    from stoette_tui.pages import review as review_pages

    store = _ready(session)
    before = store.progress()
    carry_from = before.round.id if before.round and carry else None
    store.new_round(round_, carry_from)
    if carry_from:
        print_text(review_pages.carried(before, store.progress(), session.ui))
    return _list(session)


@rounds.command("use")
@_round
@click.pass_obj
def rounds_use(session: Session, round_: str) -> int:
    """Makes a round the current one. Code: `round_unknown`."""
    store = _ready(session)
    store.open_round(_find(store, round_))
    return _list(session)


@rounds.command("rename")
@_round
@click.argument("new_name")
@click.pass_obj
def rounds_rename(session: Session, round_: str, new_name: str) -> int:
    """Gives a round another name. Codes: `round_unknown`, and see `Store`."""
    store = _ready(session)
    store.rename_round(_find(store, round_), new_name)
    return _list(session)


@rounds.command("archive")
@_round
@click.pass_obj
def rounds_archive(session: Session, round_: str) -> int:
    """Closes a round for writing. Code: `round_unknown`."""
    store = _ready(session)
    store.archive_round(_find(store, round_), True)
    return _list(session)


@rounds.command("unarchive")
@_round
@click.pass_obj
def rounds_unarchive(session: Session, round_: str) -> int:
    """Opens a round for writing again. Code: `round_unknown`."""
    store = _ready(session)
    store.archive_round(_find(store, round_), False)
    return _list(session)


def _ready(session: Session) -> Store:
    """The store, when all that is needed to list its rounds afterwards is there."""
    _ = session.checklist, session.ui
    return session.answers


def _list(session: Session) -> int:
    from stoette_tui.pages import rounds as round_pages

    rounds, ui = _ready(session).rounds(), writable(session.ui)
    print_lines(round_pages.rounds(writable(rounds), session.checklist.item_ids, ui))
    return 0


def _find(store: Store, name: str) -> str:
    """The id of the round that is named, whatever the case. Raises `ProblemError`."""
    wanted = name.strip().casefold()
    for summary in store.rounds():
        if summary.round.name.casefold() == wanted:
            return summary.round.id
    raise ProblemError.of("round_unknown", name=name)


@click.command("import", cls=Command)
@click.argument("file", type=Place("file"))
@click.pass_obj
def import_(session: Session, file: str) -> int:
    """Brings an exported round in. Codes: those of `transfer.decode` and `files.read_file`."""
    from stoette_tui.base.files import read_file
    from stoette_tui.report import transfer

    path = Path(file)
    changes = transfer.decode(read_file(path, transfer.LARGEST), str(path))
    return _bring_in(session, changes, session.answers)


def _days(session: Session) -> Mapping[str, str]:
    return dict.fromkeys((backup.day for backup in session.backups), "")


@click.command(cls=Command)
@click.argument("date", required=False, type=Suggested("date", _days))
@click.pass_obj
def restore(session: Session, date: str | None) -> int:
    """Brings the rounds of a backup in, the newest unless named.

    Codes: `backup_none`, `backup_unknown` (details `date`, `dates`), `backup_empty`, and
    `import_failed` (detail `reason`).
    """
    from stoette_tui.content import dates
    from stoette_tui.store import recovery

    known = session.backups
    if not known:
        raise ProblemError.of("backup_none", str(session.data_folder))
    wanted = date or known[0].day
    if parsed := dates.parse_date(wanted):
        wanted = parsed.isoformat()
    chosen = next((backup.file for backup in known if backup.day == wanted), None)
    if chosen is None:
        raise ProblemError.of("backup_unknown", date=wanted, dates=", ".join(_days(session)))
    try:
        changes = recovery.read(chosen)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ProblemError.of("import_failed", str(chosen), reason=reason) from None
    if not changes:
        raise ProblemError.of("backup_empty", str(chosen))
    return _bring_in(session, changes, session.store)


def _bring_in(session: Session, changes: Sequence[Change], store: Store) -> int:
    """Adds rounds, when all that is needed to say so is there, and says their names."""
    from stoette_tui.content.ui_text import fill

    words, known = session.ui.command_line, session.checklist.item_ids
    rounds = store.import_rounds(changes)
    for progress in rounds:
        name = progress.round.name if progress.round else ""
        print_text(one_line(fill(words.imported, round=name)))
    found = dict.fromkeys(item_id for progress in rounds for item_id in progress.items)
    if unknown := ", ".join(item_id for item_id in found if item_id not in known):
        print_text(one_line(fill(words.unknown_items, items=unknown)))
    return 0


@click.command(cls=Command)
@click.option("--yes", is_flag=True)
@click.pass_obj
def erase(session: Session, yes: bool) -> int:
    """Deletes all that was ever stored, after a yes. Codes: `erase_unsure`, `erase_failed`."""
    from stoette_tui.content.ui_text import fill
    from stoette_tui.store import folder as data

    words, folder = session.ui.command_line, session.data_folder.absolute()
    if not yes:
        if not all(stream and stream.isatty() for stream in (sys.stdin, sys.stdout)):
            raise ProblemError.of("erase_unsure", str(folder))
        print_text(one_line(fill(words.erase_ask, folder=folder, yes=words.erase_yes)), end=" ")
        sys.stdout.flush()
        said = sys.stdin.buffer.readline().decode(errors="replace").strip()
        if said.casefold() != words.erase_yes.casefold():
            print_text(words.erase_not)
            return 0
    is_any = False
    for removed in data.erase(folder):
        is_any = True
        print_text(one_line(fill(words.erased, file=removed)))
    if not is_any:
        print_text(one_line(fill(words.erase_nothing, folder=folder)))
    return 0
