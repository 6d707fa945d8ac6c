"""A document as Markdown. Text from people stays text: no sign in it makes any markup."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import sanitize, sanitize_line
from stoette_tui.report.document import (
    Facts,
    Figures,
    Form,
    Heading,
    Paragraph,
    Plan,
    Points,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stoette_tui.report.document import Block, Document

_ESCAPE = "\\"
_ROOM = "…" * 20
"""Where something can be written by hand."""
_MARKUP = re.compile(
    r"[\\`*_\[\]<>~|#^$]"  # what stands for emphasis, code, links, HTML, tables, headings, formulas
    r"|&(?=[#\w]+;)|={2,}"  # entities, marked text
    r"|(?<=\w):(?=//)|(?<=/)/|(?<=\S)\.(?=[^\W\d_])|@+"  # bare addresses
)
_LINE_START = re.compile(r"[-+:]|=(?!=)|\d+(?=[.)])")
"""What makes a list, a heading above it, or a definition, at the start of a line."""


def write(document: Document) -> str:
    """The whole page."""
    return "\n\n".join(map(_block, document.blocks)) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_inline(block.text)}"
        case Paragraph(small=True):
            return f"*{_inline(block.text)}*"
        case Paragraph():
            return _lines(block.text, "")
        case Facts():
            return "\n".join(
                f"- **{_inline(label)}:** {_inline(text) or _ROOM}" for label, text in block.rows
            )
        case Figures():
            return _table(block.head, block.rows, "|---|" + "---:|" * (len(block.head) - 1))
        case Form():
            empty = [""] * (len(block.head) - 1)
            rows = [(row, *empty) for row in block.rows]
            return _table(block.head, rows, "|---" * len(block.head) + "|")
        case Points():
            return "\n".join(
                "\n".join([f"- {_line(sanitize_line(point.text))}", *_details(point.details, "  ")])
                for point in block.points
            )
        case Plan():
            entries = (
                "\n".join(
                    [f"### {_inline(text)}\n", *_details(zip(block.head, cells, strict=True), "")]
                )
                for text, cells in block.points
            )
            return "\n\n".join(entries)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], rule: str) -> str:
    lines = [f"| {' | '.join(map(_inline, row))} |" for row in (head, *rows)]
    return "\n".join([lines[0], rule, *lines[1:]])


def _details(details: Iterable[tuple[str, Words]], indent: str) -> Iterable[str]:
    """A list of labelled texts, indented to belong to what stands above it."""
    for label, words in details:
        text = _lines(words.text, f"{indent}  ", begins_line=False)
        if words.tone:
            text = f"*{text}*"
        yield f"{indent}- **{_inline(label)}:** {text}"


def _lines(text: str, indent: str, begins_line: bool = True) -> str:
    """A text of several lines and paragraphs; the indent begins all lines but the first."""
    paragraphs = [part.split("\n") for part in re.split(r"\n\s*\n", sanitize(text).strip("\n "))]
    written = (
        [_line(line, begins_line or above + number > 0) for number, line in enumerate(lines)]
        for above, lines in enumerate(paragraphs)
    )
    return f"\n\n{indent}".join(f"  \n{indent}".join(lines) for lines in written)


def _line(line: str, begins_line: bool = True) -> str:
    """One line; spaces before it are made to last, as they mean code to Markdown."""
    text = line.strip(" ")
    indent = "\N{NO-BREAK SPACE}" * (len(line.rstrip(" ")) - len(text))
    start = _LINE_START.match(text) if begins_line else None
    number = start[0] if start and start[0].isdecimal() else ""
    return f"{indent}{number}{_ESCAPE if start else ''}{_inline(text.removeprefix(number))}"


def _inline(text: str) -> str:
    return _MARKUP.sub(_escaped, sanitize_line(text))


def _escaped(match: re.Match[str]) -> str:
    # What GitHub takes for an address of mail is one, however its letters are escaped.
    if match[0].startswith("@"):
        return f"`{match[0]}`"
    return "".join(_ESCAPE + char for char in match[0])
