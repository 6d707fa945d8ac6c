"""Renders a round as CSV in the dialect of an Excel of the language, with a row for each item."""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import collapse_spaces, sanitize
from stoette_tui.content import cldr
from stoette_tui.review.compare import shift
from stoette_tui.review.progress import local_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.review.progress import Progress, RoundSummary

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""The start of a cell that a spreadsheet would evaluate as a formula, or even run."""


def render(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None
) -> bytes:
    """In UTF-8 with a byte order mark, by which Excel detects it.

    Commas, or semicolons in a language where the comma is the decimal sign, as Excel expects.
    """
    text = io.StringIO(newline="")
    delimiter = ";" if cldr.decimal_sign(ui.locale) == "," else ","
    records = list(item_records(checklist, ui, progress, before))
    head = [getattr(ui.report, name) for name in records[0]]
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [_cell(cell) for cell in row] for row in (head, *(each.values() for each in records))
    )
    return codecs.BOM_UTF8 + text.getvalue().encode()


def item_records(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None
) -> Iterator[dict[str, object]]:
    """Each item by the names that its fields have in `ReportTexts`; an empty text for none."""
    answers = ui.answers
    name = progress.round.name if progress.round else ""
    for group in checklist.groups:
        for item in group.items:
            state = progress.state(item.id)
            earlier = before.answer(item.id) if before else None
            yield {
                "round": name,
                "group": group.title,
                "item": collapse_spaces(item.text),
                "answer": getattr(answers, state.answer),
                "note": state.note,
                "action": state.action,
                "responsible": state.responsible,
                "due": state.due or "",
                "priority": state.priority or "",
                "done": state.done or "",
                "helped": ui.helped[state.helped] if state.helped else "",
                "changed": local_date(state.changed) if state.changed else "",
                "answer_before": getattr(answers, earlier) if earlier else "",
                "shift": getattr(ui.compare, shift(earlier, state.answer)) if earlier else "",
                "id": item.id,
            }


def _cell(value: object) -> str:
    """The value as sanitized text; an apostrophe prevents that it is read as a formula."""
    text = str(value)
    return sanitize(f"'{text}" if _FORMULA.match(text) else text)
