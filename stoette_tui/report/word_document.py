"""Renders a document as a Word file, to edit, print on A4 and sign."""

from __future__ import annotations

from itertools import accumulate, pairwise, zip_longest
from typing import TYPE_CHECKING

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm

from stoette_tui.base.sanitize import sanitize, sanitize_line
from stoette_tui.report import document as doc
from stoette_tui.report.picture import picture_tables
from stoette_tui.report.text_lines import count_lines
from stoette_tui.report.word_template import (
    CAPTION,
    CELL,
    EMPHASIS,
    TABLE,
    TINT,
    WIDTH,
    new_document,
    pack,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from docx.document import Document as WordDocument
    from docx.table import Table, _Cell, _Row

_ROOM_TO_WRITE = Mm(13)
"""The height of a row with room to write by hand."""
_MAX_LINES = 48
"""Lines in a block kept on one page, so that it fits: on one that does not, LibreOffice hangs."""
_DIGIT, _PADDING = Mm(2), Mm(4)
"""The width of a digit, and how much wider a cell is than its text."""


def render(document: doc.Document, made: datetime) -> bytes:
    """The document as a Word file with that creation time."""
    word = new_document(document.language, document.title, made)
    for block, after in zip_longest(document.blocks, document.blocks[1:]):
        _add(word, block, after)
        is_table = not isinstance(block, doc.Heading | doc.Paragraph | doc.BulletList)
        is_titled = isinstance(after, doc.Cells) and after.title
        if is_table and not (is_titled or isinstance(after, doc.Heading)):
            word.add_paragraph(style=CELL)  # adjacent tables would merge
    return pack(word)


def _add(word: WordDocument, block: doc.Block, after: doc.Block | None) -> None:
    match block:
        case doc.Heading():
            word.add_heading(sanitize_line(block.text), block.level)
        case doc.Paragraph():
            text = sanitize(block.text).strip()
            paragraph = word.add_paragraph(text, CAPTION if block.small else None)
            begins_section = isinstance(after, doc.Heading) and after.level < 3
            paragraph.paragraph_format.keep_with_next = not (after is None or begins_section)
        case doc.Fields():
            _add_fields(word, block)
        case doc.Cells():
            _add_cells(word, block)
        case doc.Table():
            _add_table(word, block)
        case doc.BulletList():
            for text, details in block.items:
                _add_bullet(word, text, details)
        case doc.Picture():
            for number, table in enumerate(picture_tables(block)):
                if number:
                    word.add_paragraph(style=CELL)
                _add_table(word, table)


def _add_fields(word: WordDocument, fields: doc.Fields) -> None:
    table = _empty_table(word, (30, 70))
    for label, value in fields.rows:
        name, cell = _row(table, None if value.text else _ROOM_TO_WRITE).cells
        _write(name, doc.Value(label), CAPTION)
        _write(cell, value, emphasis="Strong")
    _keep_together(table)


def _add_cells(word: WordDocument, cells: doc.Cells) -> None:
    """One table for all rows; its columns are narrow enough that each cell spans whole columns."""
    if cells.title:
        word.add_heading(sanitize_line(cells.title), 3)
    edges = [
        [round(100 * edge / sum(shares)) for edge in accumulate(shares, initial=0)]
        for shares in cells.shares or [[1] * len(row) for row in cells.rows]
    ]
    all_edges = sorted({edge for row in edges for edge in row})
    table = _empty_table(word, [end - start for start, end in pairwise(all_edges)])
    for row_edges, row in zip(edges, cells.rows, strict=True):
        is_to_fill = any(not value.text for _, value in row)
        columns = _row(table, _ROOM_TO_WRITE if is_to_fill else None).cells
        for (start, end), (label, value) in zip(pairwise(row_edges), row, strict=True):
            first, last = all_edges.index(start), all_edges.index(end) - 1
            cell = columns[first].merge(columns[last]) if last > first else columns[first]
            _write(cell, doc.Value(label), CAPTION)
            _write(cell, value)
    _keep_together(table, below=cells.title)


def _add_bullet(word: WordDocument, text: str, details: doc.Labelled) -> None:
    """The text, with a line for each detail; kept on one page if it fits."""
    paragraphs = [word.add_paragraph(sanitize_line(text), "List Bullet")]
    for label, value in details:
        paragraph = word.add_paragraph(style="List Continue")
        colon = "" if label.endswith("?") else ":"
        paragraph.add_run(f"{sanitize_line(label)}{colon} ", "Strong")
        paragraph.add_run(sanitize(value.text).strip(), EMPHASIS[value.kind])
        paragraphs.append(paragraph)
    if details:
        paragraphs[0].paragraph_format.space_after = 0
    if sum(count_lines(each.text, WIDTH / _DIGIT) for each in paragraphs) > _MAX_LINES:
        return
    for each in paragraphs:
        each.paragraph_format.keep_together = True
        each.paragraph_format.keep_with_next = each is not paragraphs[-1]


def _add_table(word: WordDocument, table: doc.Table) -> None:
    """The table, with a header row that repeats on each page."""
    others = len(table.head) - 1
    is_of_counts = table.kind == "counts"
    first = {"form": 30, "texts": 28}.get(table.kind, 40 if others < 6 else 24)
    drawn = _empty_table(word, [first, *[(100 - first) / others] * others])
    head = _row(drawn)
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for cell, title in zip(head.cells, table.head, strict=True):
        _write(cell, doc.Value(title), emphasis="Strong")
        shade = OxmlElement("w:shd")
        shade.set(qn("w:val"), "clear")
        shade.set(qn("w:fill"), TINT)
        cell._tc.get_or_add_tcPr().append(shade)
    for values in table.rows:
        row = _row(drawn, _ROOM_TO_WRITE if table.kind == "form" else None)
        is_total = table.has_total and values is table.rows[-1]
        for cell, value in zip(row.cells, values, strict=True):
            _write(cell, value, emphasis="Strong" if is_total else None)
    for row in drawn.rows if is_of_counts else ():
        for cell in row.cells[1:]:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _keep_together(drawn, whole=table.kind != "texts")


def _empty_table(word: WordDocument, shares: Sequence[float]) -> Table:
    """A table as wide as the text, with columns in hundredths of that; long words break in it."""
    table: Table = word.add_table(0, len(shares), TABLE)
    table.autofit = False
    for column, share in zip(table.columns, shares, strict=True):
        column.width = round(WIDTH * share / 100)
    return table


def _row(table: Table, height: Length | None = None) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    row.height = height
    return row


def _write(cell: _Cell, value: doc.Value, style: str = CELL, emphasis: str | None = None) -> None:
    """Adds a paragraph for each line of the value; the cell's existing paragraph is the first."""
    blank = [] if cell.text else cell.paragraphs
    for line in sanitize(value.text).strip().split("\n"):
        paragraph = blank.pop() if blank else cell.add_paragraph()
        paragraph.style = style
        if line:
            paragraph.add_run(line, emphasis or EMPHASIS[value.kind])


def _keep_together(table: Table, below: str = "", whole: bool = True) -> None:
    """Keeps each row on one page if it fits; with `whole`, all rows and what is above them."""
    rows = list(table.rows)
    lines = [
        max(count_lines(cell.text, (cell.width - _PADDING) / _DIGIT) for cell in row.cells)
        for row in rows
    ]
    is_kept = whole and count_lines(below, WIDTH / _DIGIT) + sum(lines) <= _MAX_LINES
    for row, needs in zip(rows, lines, strict=True):
        if needs <= _MAX_LINES:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell in row.cells if is_kept and row is not rows[-1] else ():
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True
