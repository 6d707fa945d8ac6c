"""The commands that change nothing stored. Each prints its result.

They raise `ProblemError` with the codes of content and store, and those listed in each docstring.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stoette_tui.base.encoding import transliterate
from stoette_tui.base.files import write_new_file
from stoette_tui.base.problems import ProblemError
from stoette_tui.cli.command import Command
from stoette_tui.cli.parameters import ChoiceType, PathType, by_cli_name
from stoette_tui.cli.printing import print_json, print_line, print_lines, width
from stoette_tui.content.ui_text import fill

if TYPE_CHECKING:
    from rich.text import Text

    from stoette_tui.cli.session import Session


def _formats(session: Session) -> dict[str, str]:
    from stoette_tui.report.export import FORMATS

    return {each: getattr(session.ui.export, each) for each in FORMATS}


@click.command(cls=Command)
@click.argument(
    "topic", required=False, type=ChoiceType("topic", lambda session: by_cli_name(session.ui.tabs))
)
@click.pass_obj
def show(session: Session, topic: str | None) -> None:
    """Prints one topic, or all of them."""
    from stoette_tui.pages import checklist as checklist_pages
    from stoette_tui.pages import reading as reading_pages
    from stoette_tui.pages.layout import MAX_WIDTH

    content, ui = transliterate((session.content, session.ui))
    room = min(width(), MAX_WIDTH)
    texts = {
        "fact-sheet": reading_pages.fact_sheet,
        "guldkorn": reading_pages.guldkorn,
        "links": reading_pages.links,
    }

    def page(topic: str) -> list[Text]:
        if topic != "checklist":
            return texts[topic](content, ui, room)
        progress = transliterate(session.checked_store.progress())
        return checklist_pages.checklist(content, ui, progress, room)

    for lines in [page(each) for each in ([topic] if topic else by_cli_name(ui.tabs))]:
        print_lines(lines)
        if not topic:
            print()


@click.command(cls=Command)
@click.option("--json", is_flag=True)
@click.pass_obj
def status(session: Session, json: bool) -> None:
    """Prints the counts, the groups and the items of the current round."""
    progress = session.checked_store.progress()
    if json:
        from stoette_tui.report.status import round_status

        print_json(round_status(session.checklist, progress))
        return
    from stoette_tui.pages import checklist as checklist_pages
    from stoette_tui.pages.layout import MAX_WIDTH

    checklist, ui, shown = transliterate((session.checklist, session.ui, progress))
    room = min(width(), MAX_WIDTH)
    print_lines(checklist_pages.status(checklist, ui, shown, room))


@click.command(cls=Command)
@click.option("--format", "format_", required=True, type=ChoiceType("format", _formats))
@click.option("-o", "--output", type=PathType("file"))
@click.pass_obj
def export(session: Session, format_: str, output: str | None) -> None:
    """Writes the current round to a file; prints it without one, or with `-`.

    Codes: `no_round`, `output_missing` (detail `format`), and those of `files`.
    """
    from stoette_tui.report.export import BINARY_FORMATS, export_round

    output = None if output == "-" else output
    if output is None and format_ in BINARY_FORMATS and sys.stdout.isatty():
        raise ProblemError.of("output_missing", format=format_)
    data = export_round(session.checked_store, format_, session.checklist, session.ui)
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_new_file(Path(output), data)
        print_line(fill(session.ui.export.written, file=output))


@click.command(cls=Command)
@click.argument("directory", required=False, type=PathType("dir"))
@click.pass_obj
def check(session: Session, directory: str | None) -> None:
    """Validates the content of every language; see `agreement.check` for what it raises."""
    from stoette_tui.content import agreement

    folder = Path(directory) if directory else session.content_folder
    languages = ", ".join(agreement.check(folder))
    print_line(fill(session.ui.command_line.content_valid, folder=folder, languages=languages))


@click.command(cls=Command)
@click.pass_obj
def paths(session: Session) -> None:
    texts, store = session.ui.command_line, session.store.path
    missing = "" if store.exists() else f" {texts.paths_missing}"
    print_line(f"{texts.paths_content} {session.content_folder}")
    print_line(f"{texts.paths_data} {session.data_folder}")
    print_line(f"{texts.paths_store} {store}{missing}")
    for backup in session.backups:
        day = session.ui.short_date(date.fromisoformat(backup.day))
        print_line(f"{fill(texts.paths_backup, date=day)} {backup.file}")
