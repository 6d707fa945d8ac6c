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
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(
        [_cell(cell) for cell in row] for row in _rows(checklist, ui, progress, before)
    )
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _rows(
    checklist: Checklist, ui: UiText, progress: Progress, before: RoundSummary | None
) -> Iterator[list[object]]:
    texts, answers = ui.report, ui.answers
    yield [
        *(texts.round, texts.group, texts.item, texts.answer, texts.note, texts.action),
        *(texts.responsible, texts.due, texts.priority, texts.done, texts.helped),
        *(texts.changed, texts.answer_before, texts.shift, texts.id),
    ]
    name = progress.round.name if progress.round else ""
    for group in checklist.groups:
        for item in group.items:
            state = progress.state(item.id)
            earlier = before.answer(item.id) if before else None
            yield [
                name,
                group.title,
                collapse_spaces(item.text),
                getattr(answers, state.answer),
                *(state.note, state.action, state.responsible),
                state.due or "",
                state.priority or "",
                state.done or "",
                ui.helped[state.helped] if state.helped else "",
                local_date(state.changed) if state.changed else "",
                getattr(answers, earlier) if earlier else "",
                getattr(ui.compare, shift(earlier, state.answer)) if earlier else "",
                item.id,
            ]


def _cell(value: object) -> str:
    """The value as sanitized text; an apostrophe prevents that it is read as a formula."""
    text = str(value)
    return sanitize(f"'{text}" if _FORMULA.match(text) else text)
