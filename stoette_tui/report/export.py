"""Exports a round in any of the formats, and finds the file that it is written to."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stoette_tui.base.problems import ProblemError
from stoette_tui.report import calendar_file, markdown_page, spreadsheet, transfer, web_page
from stoette_tui.report.sections import Report
from stoette_tui.review.compare import earlier_rounds
from stoette_tui.review.progress import Progress, Round, RoundSummary, local_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.store import Store

FORMATS: Final = ("html", "docx", "xlsx", "ics", "md", "csv", "json")
"""The formats, those first that most people have a program for."""
BINARY_FORMATS: Final = ("docx", "xlsx")
"""The formats that are not text."""


def export_round(
    store: Store, format_: str, checklist: Checklist, ui: UiText, round_id: str | None = None
) -> bytes:
    """The bytes of a file with a round in one of `FORMATS`; with the current one unless named.

    Raises `ProblemError` with the codes of the store, or `no_round` if there is none yet.
    """
    progress = store.progress(round_id)
    if progress.round is None:
        raise ProblemError.of("no_round")
    now = datetime.now(UTC)
    if format_ in ("ics", "json"):
        log = store.log(progress.round.id)
        if format_ == "json":
            return transfer.encode(log)
        return calendar_file.render(checklist, ui, log, now)
    earlier = earlier_rounds(store.rounds(), progress.round.id)
    return render_report(format_, checklist, ui, progress, earlier, now)


def render_report(
    format_: str,
    checklist: Checklist,
    ui: UiText,
    progress: Progress,
    earlier: Sequence[RoundSummary],
    now: datetime,
) -> bytes:
    """The bytes of a file with the report, in one of `FORMATS` but for `ics` and `json`.

    `progress` must have a round; `earlier` are those before it, oldest first; `now` is aware.
    """
    before = earlier[-1] if earlier else None
    if format_ == "csv":
        return spreadsheet.render(checklist, ui, progress, before)
    today = local_date(now)
    # The day alone, as the time of day is private.
    made = datetime.combine(max(today, date(1970, 1, 1)), time())
    if format_ == "xlsx":
        from stoette_tui.report import workbook  # its library is only imported when used

        return workbook.render(checklist, ui, progress, before, made)
    document = Report(checklist, ui, progress, earlier, today).document()
    if format_ == "docx":
        from stoette_tui.report import word_document

        return word_document.render(document, made)
    renderers = {"md": markdown_page.render, "html": web_page.render}
    return renderers[format_](document).encode()


def suggested_name(round_: Round, ui: UiText) -> str:
    """A file name derived from the round's name, without an extension."""
    return "-".join((ui.export.file_name, *re.findall(r"\w+", round_.name.lower())))


def find_file(name: str, format_: str) -> tuple[Path, bool]:
    """The full path of the file that is meant, and whether it exists.

    `~` is the reader's home, and a name without an extension gets that of the format.

    An inaccessible path is not reported here, but when the file is written.
    """
    file, is_there = Path(name), False
    with contextlib.suppress(OSError, RuntimeError):
        file = file.expanduser().absolute()
        if not file.suffix and not file.is_dir():
            file = file.with_name(f"{file.name}.{format_}")
        is_there = file.is_file()
    return file, is_there
