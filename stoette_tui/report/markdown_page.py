"""Renders a document as Markdown. Text is escaped, so that no character in it is markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import sanitize, sanitize_line
from stoette_tui.report import document as doc
from stoette_tui.report.picture import picture_tables

if TYPE_CHECKING:
    from collections.abc import Iterable

_BACKSLASH = "\\"
_ROOM_TO_WRITE = "…" * 20
_MARKUP = re.compile(
    r"[\\`*_\[\]<>~|#^$]"  # emphasis, code, links, HTML, tables, headings, formulas
    r"|&(?=[#\w]+;)|={2,}"  # entities, marked text
    r"|(?<=\w):(?=//)|(?<=/)/|(?<=\S)\.(?=[^\W\d_])|@+"  # bare addresses
)
_LINE_START = re.compile(r"[-+:]|=(?!=)|\d+(?=[.)])")
"""The start of a line that would make a list, a heading of the line above, or a definition."""


def render(document: doc.Document) -> str:
    return "\n\n".join(map(_block, document.blocks)) + "\n"


def _block(block: doc.Block) -> str:
    match block:
        case doc.Heading():
            return f"{'#' * block.level} {_inline(block.text)}"
        case doc.Paragraph():
            return f"*{_inline(block.text)}*" if block.small else _lines(block.text, "")
        case doc.Fields():
            return "\n".join(_details(block.rows))
        case doc.Cells():
            title = [f"### {_inline(block.title)}\n"] if block.title else []
            return "\n".join([*title, *_details(cell for row in block.rows for cell in row)])
        case doc.Table(kind="texts"):  # multi-line text does not fit in a table
            columns = block.head[1:]
            return _bullets(
                (name.text, zip(columns, values, strict=True)) for name, *values in block.rows
            )
        case doc.Table():
            return _table(block)
        case doc.BulletList():
            return _bullets(block.items)
        case doc.Picture():
            return "\n\n".join(map(_table, picture_tables(block)))


def _table(table: doc.Table) -> str:
    rows = (table.head, *([value.text for value in row] for row in table.rows))
    first, *lines = [f"| {' | '.join(map(_inline, row))} |" for row in rows]
    delimiter = "---|" if table.kind == "form" else "---:|"  # numbers are right-aligned
    return "\n".join([first, f"|---|{delimiter * (len(table.head) - 1)}", *lines])


def _bullets(items: Iterable[tuple[str, Iterable[tuple[str, doc.Value]]]]) -> str:
    """A list of texts, each with its details nested below it."""
    return "\n".join(
        "\n".join([f"- {_line(sanitize_line(text))}", *_details(details, "  ")])
        for text, details in items
    )


def _details(details: Iterable[tuple[str, doc.Value]], indent: str = "") -> Iterable[str]:
    """A list of labelled values, or blanks to fill in; indented to nest in the item above."""
    for label, value in details:
        text = _lines(value.text, f"{indent}  ", starts_line=False) or _ROOM_TO_WRITE
        if value.kind:
            text = f"*{text}*"
        colon = "" if label.endswith("?") else ":"
        yield f"{indent}- **{_inline(label)}{colon}** {text}"


def _lines(text: str, indent: str, starts_line: bool = True) -> str:
    """A text of several lines and paragraphs, indented after the first line."""
    paragraphs = [part.split("\n") for part in re.split(r"\n\s*\n", sanitize(text).strip("\n "))]
    rendered = (
        [_line(line, starts_line or above + number > 0) for number, line in enumerate(lines)]
        for above, lines in enumerate(paragraphs)
    )
    return f"\n\n{indent}".join(f"  \n{indent}".join(lines) for lines in rendered)


def _line(line: str, starts_line: bool = True) -> str:
    """One line; leading spaces become no-break spaces, or they would make it code."""
    text = line.strip(" ")
    indent = "\N{NO-BREAK SPACE}" * (len(line.rstrip(" ")) - len(text))
    start = _LINE_START.match(text) if starts_line else None
    number = start[0] if start and start[0].isdecimal() else ""
    return f"{indent}{number}{_BACKSLASH if start else ''}{_inline(text.removeprefix(number))}"


def _inline(text: str) -> str:
    return _MARKUP.sub(_escape, sanitize_line(text))


def _escape(match: re.Match[str]) -> str:
    # GitHub links anything that looks like a mail address or a name, even when escaped.
    if match[0].startswith("@"):
        return f"`{match[0]}`"
    return "".join(_BACKSLASH + char for char in match[0])
