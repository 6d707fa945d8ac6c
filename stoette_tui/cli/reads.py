"""The commands that change nothing. Each prints, and returns the exit status.

They raise `ProblemError`: those of content and store, and what is said of each.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stoette_tui.base.inert import one_line
from stoette_tui.base.letters import writable
from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.grammar import Command
from stoette_tui.cli.printing import print_lines, print_text, width
from stoette_tui.cli.values import Choice, Place, named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.text import Text

    from stoette_tui.base.problems import Problem
    from stoette_tui.cli.session import Session


def _formats(session: Session) -> dict[str, str]:
    from stoette_tui.report.export import FORMATS

    return {each: getattr(session.ui.export, each) for each in FORMATS}


@click.command(cls=Command)
@click.argument("topic", required=False, type=Choice("topic", lambda each: named(each.ui.tabs)))
@click.pass_obj
def show(session: Session, topic: str | None) -> int:
    """Prints one tab, or all of them."""
    from stoette_tui.pages import reading as reading_pages
    from stoette_tui.pages import review as review_pages
    from stoette_tui.pages.typeset import WIDEST

    content, ui = writable(session.content), writable(session.ui)
    room = min(width(), WIDEST)
    shown: dict[str, Callable[[], Iterable[Text]]] = {
        "fact-sheet": lambda: reading_pages.fact_sheet(content, ui, room).lines,
        "guldkorn": lambda: reading_pages.guldkorn(content, ui, room),
        "checklist": lambda: review_pages.checklist(
            content, ui, writable(session.answers.progress()), room, session.ascii_only
        ),
        "links": lambda: reading_pages.links(content, ui, room),
    }
    for lines in [list(shown[each]()) for each in ([topic] if topic else shown)]:
        print_lines(lines)
        if not topic:
            print()
    return 0


@click.command(cls=Command)
@click.option("--json", is_flag=True)
@click.pass_obj
def status(session: Session, json: bool) -> int:
    """Prints the counts, the groups and the items of the current round."""
    progress = session.answers.progress()
    if json:
        from stoette_tui.report.status import status
        from stoette_tui.report.transfer import as_json

        # In UTF-8 whatever the terminal shows: it is read by programs.
        sys.stdout.buffer.write(f"{as_json(status(session.checklist, progress))}\n".encode())
        return 0
    from stoette_tui.pages import review as review_pages
    from stoette_tui.pages.typeset import WIDEST

    checklist, ui, room = writable(session.checklist), writable(session.ui), min(width(), WIDEST)
    shown = writable(progress)
    print_lines(review_pages.status(checklist, ui, shown, room, session.ascii_only, with_ids=True))
    return 0


@click.command(cls=Command)
@click.option("--format", "format_", required=True, type=Choice("format", _formats))
@click.option("-o", "--output", type=Place("file"))
@click.pass_obj
def export(session: Session, format_: str, output: str | None) -> int:
    """Writes the current round to a file, or prints it. Codes: `round_none`, those of `files`."""
    from stoette_tui.base.files import write_new_file
    from stoette_tui.content.ui_text import fill
    from stoette_tui.report.export import export

    data = export(session.answers, format_, session.checklist, session.ui)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_new_file(Path(output), data)
        print_text(one_line(fill(session.ui.export.written, file=output)))
    return 0


@click.command(cls=Command)
@click.argument("directory", required=False, type=Place("dir"))
@click.pass_obj
def check(session: Session, directory: str | None) -> int:
    """Says that the content of every language is in order, or all that is wrong with it."""
    from stoette_tui.content import loader as content
    from stoette_tui.content import ui_text

    folder = Path(directory) if directory else session.content_folder
    languages = content.languages(folder)
    if not languages:
        raise ProblemError.of("content_missing", str(folder))
    problems: list[Problem] = []
    for language in languages:
        try:
            content.load(folder / language)
        except ProblemError as error:
            problems += error.problems
        problems += content.find_problems(folder / language / "ui.yaml", ui_text.UiText)
    if problems:
        raise ProblemError(problems)
    words = session.ui.command_line
    good = ui_text.fill(words.content_good, folder=folder, languages=", ".join(languages))
    print_text(one_line(good))
    return 0


@click.command(cls=Command)
@click.pass_obj
def paths(session: Session) -> int:
    """Prints where content, answers and backups lie."""
    from stoette_tui.content.ui_text import fill

    words, store = session.ui.command_line, session.store.path
    missing = "" if store.exists() else f" {words.paths_not_yet}"
    print_text(one_line(f"{words.paths_content} {session.content_folder}"))
    print_text(one_line(f"{words.paths_data} {session.data_folder}"))
    print_text(one_line(f"{words.paths_store} {store}{missing}"))
    for backup in session.backups:
        day = session.ui.short_date(date.fromisoformat(backup.day))
        print_text(one_line(f"{fill(words.paths_backup, date=day)} {backup.file}"))
    return 0
