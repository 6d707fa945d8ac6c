"""Renders a round as an Excel workbook: a sheet with the plan, and one with all items.

What people wrote is in cells of the type *text*, and stays text when edited, whatever it begins
with. A text that is taller than the tallest possible row continues in the next row.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from io import BytesIO
from itertools import zip_longest
from typing import TYPE_CHECKING, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from stoette_tui.base.sanitize import sanitize, sanitize_line
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.report.spreadsheet import item_records
from stoette_tui.report.text_lines import count_lines, split_lines
from stoette_tui.review.plans import plan_order
from stoette_tui.review.progress import plan_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from xlsxwriter.format import Format

    from stoette_tui.content.model import Checklist
    from stoette_tui.review.progress import Progress, RoundSummary

_PLAN: Final = {
    "priority": 9,
    "group": 18,
    "item": 32,
    "note": 36,
    "action": 36,
    "responsible": 16,
    "due": 12,
    "done": 12,
    "helped": 12,
}
"""The columns of the plan, with their widths in digits."""
_ITEMS: Final = {
    "group": 18,
    "item": 32,
    "answer": 13,
    "note": 30,
    "action": 30,
    "responsible": 14,
    "due": 12,
    "priority": 9,
    "done": 12,
    "helped": 11,
    "changed": 12,
    "answer_before": 13,
    "shift": 13,
}
_KINDS: Final = {
    **dict.fromkeys(plan_fields("priority"), "number"),
    **dict.fromkeys((*plan_fields("date"), "changed"), "date"),
}
"""The columns that do not hold text."""
_ONCE: Final = plan_fields("text")
"""The columns left blank in rows that continue an item's text."""

_TITLE, _HEAD, _FIRST = range(3)
"""The rows of a sheet."""
_MAX_LINES, _LINE_HEIGHT = 20, 15
"""The lines in a row, which Excel limits to 409 points, and the points of a line."""
_SAFETY_FACTOR = 0.9
"""The share of a column used to lay out text, as fonts may be wider than expected."""
_FIRST_DATE = date(1900, 3, 1)
"""All programs number the days from here on alike; an earlier date is written as text."""
_MAX_SHEET_NAME_LENGTH = 31
_BORDER, _TINT, _QUIET = "#A8A294", "#F3F0E8", "#5A5750"


class _Sheet(Worksheet):  # type: ignore[misc]
    """Rows with a set height that is not marked as custom: they grow as text is entered.

    Excel would compute the height itself; LibreOffice does not.
    """

    def _xml_start_tag_unencoded(
        self, tag: str, attributes: Iterable[tuple[str, object]] = ()
    ) -> None:
        given = [each for each in attributes if each[0] != "customHeight"]
        super()._xml_start_tag_unencoded(tag, given)


def render(
    checklist: Checklist,
    ui: UiText,
    progress: Progress,
    before: RoundSummary | None,
    made: datetime,
) -> bytes:
    """The workbook, with a creation time, but no author or place."""
    texts, content = ui.report, BytesIO()
    title = fill(texts.page_title, round=progress.round_name)
    records = {str(each["id"]): each for each in item_records(checklist, ui, progress, before)}
    plan = [records[each] for each in plan_order(progress, checklist.item_ids)]
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(content, options) as book:
        book.set_properties({"title": sanitize_line(title), "created": made})
        formats = _formats(book)
        for name, columns, rows in (
            (texts.sheet_plan, _PLAN, plan or [{"item": texts.plan_none}]),
            (texts.sheet_items, _ITEMS, records.values()),
        ):
            sheet = book.add_worksheet(_sheet_name(name, book), _Sheet)
            titles = [sanitize_line(getattr(texts, each)) for each in columns]
            sheet.write_string(_TITLE, 0, sanitize_line(title), formats["title"])
            for column, each in enumerate(titles):
                sheet.write_string(_HEAD, column, each, formats["head"])
            _write_rows(sheet, columns, rows, formats)
    return content.getvalue()


def _formats(book: Workbook) -> dict[str, Format]:
    """The format of a cell, by its kind; cells that repeat the one above are muted."""
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": _BORDER}
    head = {**cell, "bold": True, "bg_color": _TINT, "num_format": "@"}
    kinds = {"text": "@", "number": "0", "date": 14}  # 14: the short date of the reader's locale
    formats = {
        "title": book.add_format({"bold": True, "font_size": 12, "num_format": "@"}),
        "head": book.add_format(head),
    }
    for kind, shown in kinds.items():
        form = {**cell, "num_format": shown, "align": "left"}
        formats[kind] = book.add_format(form)
        formats[f"repeated {kind}"] = book.add_format({**form, "font_color": _QUIET})
    return formats


def _write_rows(
    sheet: Worksheet,
    columns: Mapping[str, int],
    records: Iterable[Mapping[str, object]],
    formats: Mapping[str, Format],
) -> None:
    """The cells below the head; then the settings of the sheet as a whole."""
    row, last = _HEAD, len(columns) - 1
    for record in records:
        for number, cells in enumerate(_rows(record, columns)):
            row += 1
            lines = [
                count_lines(str(value), width * _SAFETY_FACTOR)
                for value, width in zip(cells, columns.values(), strict=True)
            ]
            sheet.set_row(row, max(lines) * _LINE_HEIGHT)
            for column, (name, value) in enumerate(zip(columns, cells, strict=True)):
                prefix = "repeated " if number and name not in _ONCE else ""
                form = formats[prefix + _KINDS.get(name, "text")]
                _write(sheet, row, column, value, form)
    for column, width in enumerate(columns.values()):
        sheet.set_column(column, column, width)
    sheet.autofilter(_HEAD, 0, row, last)
    sheet.freeze_panes(_FIRST, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.print_area(_TITLE, 0, row, last)
    sheet.repeat_rows(_TITLE, _HEAD)
    sheet.set_footer("&R&P / &N")


def _write(sheet: Worksheet, row: int, column: int, value: object, form: Format) -> None:
    if isinstance(value, date) and value >= _FIRST_DATE:
        sheet.write_datetime(row, column, value, form)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, form)
    elif value:
        sheet.write_string(row, column, str(value), form)
    else:
        sheet.write_blank(row, column, None, form)


def _rows(record: Mapping[str, object], columns: Mapping[str, int]) -> Iterator[list[object]]:
    """The cells of an item, in several rows if a text is too long for one."""
    cells = [
        split_lines(sanitize(value).strip(), width * _SAFETY_FACTOR, _MAX_LINES)
        if isinstance(value, str)
        else [value]
        for value, width in ((record.get(name, ""), width) for name, width in columns.items())
    ]
    for row in zip_longest(*cells):
        yield [
            value if value is not None or name in _ONCE or len(parts) > 1 else parts[0]
            for name, value, parts in zip(columns, row, cells, strict=True)
        ]


def _sheet_name(text: str, book: Workbook) -> str:
    """The name without characters that Excel forbids; Excel's default name if it is taken."""
    name = re.sub(r"[\[\]:*?/\\']", " ", sanitize_line(text))
    units = name.encode("utf-16-le")[: 2 * _MAX_SHEET_NAME_LENGTH]
    name = units.decode("utf-16-le", "ignore").strip()
    taken = [each.name.lower() for each in book.worksheets()]
    return "" if name.lower() in taken else name
