"""Content and progress, made ready to be taken elsewhere: pure functions, no files touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from stoette_tui.report import (
    calendar_file,
    markdown_page,
    review,
    spreadsheet,
    web_page,
)
from stoette_tui.report.status import status
from stoette_tui.review.progress import local_date

if TYPE_CHECKING:
    from datetime import datetime

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Progress, RoundSummary

__all__ = ["FORMATS", "render", "status"]

FORMATS: Final = ("md", "html", "csv", "ics")


def render(
    format_: str,
    checklist: Checklist,
    ui: UiText,
    progress: Progress,
    before: RoundSummary | None,
    now: datetime,
) -> bytes:
    """The report in one of `FORMATS`, as it is to stand in a file.

    `progress` has a round; `before` is the round to compare it with, `now` an aware time.
    """
    if format_ == "csv":
        return spreadsheet.write(checklist, ui, progress, before)
    if format_ == "ics":
        return calendar_file.write(checklist, ui, progress, now)
    document = review.compose(checklist, ui, progress, before, local_date(now))
    writers = {"md": markdown_page.write, "html": web_page.write}
    return writers[format_](document).encode()
