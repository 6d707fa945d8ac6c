"""Renders a round as CSV in the dialect of Excel in that language, with a row for each item.

Then come rows for the filled-in cells of the support map, and for items that the checklist does
not have.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import collapse_spaces, sanitize
from stoette_tui.content import cldr
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.review.compare import shift
from stoette_tui.review.progress import PLAN, Progress, RoundSummary, is_map_cell, local_date

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoette_tui.content.model import Checklist

_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
"""The start of a cell that a spreadsheet would evaluate as a formula, or even run."""


def render(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None
) -> bytes:
    """The CSV file, in UTF-8 with a byte order mark, by which Excel detects it.

    Separated by commas, or by semicolons where the comma is the decimal sign, as Excel expects.
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
    """The fields of each item, by their names in `ReportTexts`; blank ones as empty text.

    Then the filled-in cells of the map, and records for unknown items.
    """

    def record(item_id: str, group: str, text: str) -> dict[str, object]:
        state = progress.state(item_id)
        has_answer = not is_map_cell(item_id)
        earlier = before.answer(item_id) if before and has_answer else None
        return {
            "round": progress.round_name,
            "group": group,
            "item": collapse_spaces(text),
            "answer": getattr(ui.answers, state.answer) if has_answer else "",
            **{name: getattr(state, name) or "" for name in PLAN},
            "helped": ui.helped[state.helped] if state.helped else "",
            "changed": local_date(state.changed) if state.changed else "",
            "answer_before": getattr(ui.answers, earlier) if earlier else "",
            "shift": getattr(ui.compare, shift(earlier, state.answer)) if earlier else "",
            "id": item_id,
        }

    for group in checklist.groups:
        for item in group.items:
            yield record(item.id, group.title, item.text)
    for cell in checklist.map.cells:
        if progress.state(cell.id).note.strip():
            source = fill(ui.report.map_row, kind=cell.kind.title, giver=cell.giver.title)
            place = fill(ui.checklist.map_cell, giver=source, way=cell.way.title)
            yield record(cell.id, checklist.map.title, place)
    for item_id in progress.unknown_items(checklist.known_ids):
        yield record(item_id, "", item_id)


def _cell(value: object) -> str:
    """The value as sanitized text; an apostrophe keeps it from being read as a formula."""
    text = str(value)
    return sanitize(f"'{text}" if _FORMULA.match(text) else text)
