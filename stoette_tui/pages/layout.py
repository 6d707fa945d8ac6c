"""Layout of text as lines of a given width.

A line is a `rich.text.Text` whose spans have style names (`heading`, `strong`, `muted`, …) and no
colours: those of the terminal or the theme are applied when the line is rendered. A link keeps its
target in the meta of its style; see `target_style`.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from stoette_tui.base.encoding import draws_ascii
from stoette_tui.base.sanitize import collapse_spaces
from stoette_tui.content.markdown import blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.tree import SyntaxTreeNode

MEASURE = 72
"""Cells in the longest line of running text, for legibility."""

MAX_WIDTH = MEASURE + 20
"""Cells in the longest line of a list or a printed page."""

MIN_WIDTH = 8
"""Cells that an indent must leave for text; otherwise it is omitted."""

TERMINAL_STYLES = {
    "title": "bold yellow",
    "lead": "italic",
    "heading": "bold yellow",
    "strong": "bold",
    "emphasis": "italic",
    "code": "cyan",
    "link": "underline",
    "level": "yellow",
    "muted": "dim",
    "bright": "none",
    "rule": "dim",
    "in_place": "green",
    "missing": "bold red",
    "not_relevant": "dim",
    "unanswered": "none",
    "overdue": "bold red",
}
"""The style names that a line may use, with their styles in the terminal's own colours."""
STYLES = tuple(TERMINAL_STYLES)

_MARKS = {"in_place": "☑", "missing": "☒", "not_relevant": "⊘", "unanswered": "☐"}
_ASCII_MARKS = {"in_place": "[x]", "missing": "[!]", "not_relevant": "[-]", "unanswered": "[ ]"}

_GAP = re.compile(" {2,}")
_INLINE_STYLES = {"strong": "strong", "em": "emphasis", "code_inline": "code"}


class Layout(Struct, frozen=True):
    """A page or a part of one, laid out for a width.

    `sections` has the index of the first line of each section, by id.
    """

    lines: list[Text]
    sections: dict[str, int] = {}


def mark(answer: str) -> str:
    """The symbol for an answer; each has a shape of its own."""
    return (_ASCII_MARKS if draws_ascii() else _MARKS)[answer]


def fold_sign(is_unfolded: bool) -> str:
    """The symbol before a line that unfolds what is below it."""
    return ("-+" if draws_ascii() else "▾▸")[not is_unfolded]


def target_style(target: str) -> Style:
    """The style of a link to a target: an address, or a kind and an id, such as `section:ID`."""
    return Style.from_meta({"target": target})


def target_of(style: str | Style) -> str | None:
    """The target of a style from `target_style`; None for any other."""
    return None if isinstance(style, str) else style.meta.get("target")


def styled(lines: list[Text], style: str) -> list[Text]:
    """The lines, modified in place, with `style` beneath the styles of their spans."""
    for line in lines:
        line.stylize_before(style)
    return lines


def linked(line: Text, target: str) -> Text:
    """The line, modified in place, with a link to a target; see `target_style`."""
    line.stylize(target_style(target))
    return line


def pointer(label: str, target: str, width: int) -> list[Text]:
    """A link on lines of its own."""
    return [linked(line, target) for line in paragraph(Text(label, "link"), width, "→ ")]


def at_both_ends(left: Text, right: Text, width: int) -> list[Text]:
    """A line with a text at each end, or two lines if there is no room."""
    gap = width - left.cell_len - right.cell_len
    if gap >= 2:
        return [Text.assemble(left, " " * gap, right)]
    return [*paragraph(left, width), *paragraph(right, width)]


def side_by_side(texts: list[Text], width: int) -> list[Text]:
    """Short texts on one line, or on one line each if there is no room."""
    line = Text("   ").join(texts)
    return [line] if line.cell_len <= width else texts


def packed(texts: Iterable[Text], width: int, gap: str) -> list[Text]:
    """Short texts on as few lines as they fit on, broken only between them."""
    lines = list[Text]()
    for text in texts:
        if lines and lines[-1].cell_len + len(gap) + text.cell_len <= width:
            lines[-1].append(gap).append_text(text)
        else:
            lines += paragraph(text, width)
    return lines


def in_columns(cells: Iterable[Text], widths: Iterable[int], gap: int) -> Text:
    """A line of short texts in columns of these widths."""
    line = Text()
    for cell, width in zip(cells, widths, strict=True):
        line.append_text(cell).append(" " * (width - cell.cell_len + gap))
    line.rstrip()
    return line


def paragraph(text: Text | str, width: int, indent: Text | str = "") -> list[Text]:
    """The text wrapped at `width` cells, with `indent` before it and spaces below that."""
    hang = " " * cell_len(str(indent))
    text = Text(collapse_spaces(text)) if isinstance(text, str) else text
    room = max(width - len(hang), 1)
    fits = text.cell_len <= room and "\n" not in text.plain
    # `wrap` is slow. It uses its console only to justify.
    wrapped = [text.copy()] if fits else text.wrap(None, room)  # type: ignore[arg-type]
    lines = []
    for number, line in enumerate(wrapped):
        line.rstrip()
        lines.append(Text.assemble(hang if number else indent, line))
    return lines


def append_right(lines: list[Text], text: Text, width: int, indent: str = "") -> None:
    """Adds the text at the right end of the last line, or below it if there is no room.

    A text too long for one line is wrapped, below the `indent`.
    """
    gap = width - lines[-1].cell_len - text.cell_len
    if gap >= 2:
        lines[-1].append(" " * gap).append_text(text)
    elif text.cell_len <= width - len(indent):
        lines.append(Text.assemble(" " * (width - text.cell_len), text))
    else:
        lines += paragraph(text, width, indent)


def plain_text(line: Text) -> str:
    """The text of a line; a point separates the cells of a table row."""
    return _GAP.sub(" · ", line.plain.strip())


def markdown(text: str, width: int) -> list[Text]:
    """The lines of a Markdown text: paragraphs, lists, small tables, emphasis and links.

    Other markup is kept as text; blocks nested deeper than 20 levels are left out.
    """
    return list(_blocks(blocks(text), width))


def _blocks(nodes: Iterable[SyntaxTreeNode], width: int) -> Iterator[Text]:
    """The blocks, separated by blank lines."""
    for number, node in enumerate(nodes):
        if number:
            yield Text()
        yield from _block(node, width)


def _block(node: SyntaxTreeNode, width: int) -> list[Text]:
    match node.type:
        case "paragraph" | "heading":
            return paragraph(_inline(node), width)
        case "bullet_list" | "ordered_list":
            return list(_list(node, width))
        case "table":
            return list(_table(node, width))
        case "blockquote":
            indent = _indent("  ", width)
            lines = _blocks(node.children, width - len(indent))
            return [Text.assemble(indent, line) for line in lines]
        case "hr":
            return [Text("─" * width, "rule")]
        case other:
            raise ValueError(other)


def _indent(indent: str, width: int) -> str:
    """The indent, or nothing if it would leave too little room for text."""
    return indent if width - len(indent) >= MIN_WIDTH else ""


def _list(node: SyntaxTreeNode, width: int) -> Iterator[Text]:
    """The items of a list; a blank line precedes a paragraph that is not the first of its item."""
    first = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, first):
        marker = _indent("• " if node.type == "bullet_list" else f"{number}. ", width)
        lines: list[Text] = []
        for block in item.children:
            if lines and block.type == "paragraph":
                lines.append(Text())
            lines += _block(block, width - len(marker))
        for position, line in enumerate(lines or [Text()]):
            yield Text.assemble((marker, "muted") if position == 0 else " " * len(marker), line)


def _table(node: SyntaxTreeNode, width: int) -> Iterator[Text]:
    """Columns as wide as their text, or, if that is too wide, equal shares of the width.

    Without two cells for each column, the rows become paragraphs.
    """
    gap = 2
    rows = [
        [_inline(cell) for cell in row.children] for part in node.children for row in part.children
    ]
    available = width - gap * (len(rows[0]) - 1)
    if available < 2 * len(rows[0]):
        for row in rows:
            yield from paragraph(Text(" ").join(row), width)
        return
    widths = _column_widths(rows, available)
    for cell in rows[0]:
        cell.stylize("strong")
    for number, row in enumerate(rows):
        wrapped = [cell.wrap(None, wide) for cell, wide in zip(row, widths, strict=True)]  # type: ignore[arg-type]
        for cells in zip_longest(*wrapped, fillvalue=Text()):
            yield in_columns(cells, widths, gap)
        if number == 0:
            yield Text("─" * min(sum(widths) + gap * (len(widths) - 1), width), "rule")


def _column_widths(rows: Sequence[Sequence[Text]], available: int) -> list[int]:
    natural = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    widths: dict[int, int] = {}
    for left, column in enumerate(sorted(range(len(natural)), key=natural.__getitem__)):
        share = (available - sum(widths.values())) // (len(natural) - left)
        widths[column] = max(min(natural[column], share), 1)
    return [widths[column] for column in range(len(natural))]


def _inline(node: SyntaxTreeNode) -> Text:
    """The text of a node, with its emphasis and links as spans."""
    return Text().join(map(_span, node.children))


def _span(node: SyntaxTreeNode) -> Text:
    match node.type:
        case "text" | "code_inline":
            text = Text(node.content)
        case "softbreak":
            text = Text(" ")
        case "hardbreak":
            text = Text("\n")
        case _:
            text = _inline(node)
    if node.type == "link":
        target = str(node.attrs["href"])
        if target.startswith(("#", "http://", "https://")):  # others remain text
            text.stylize("link")
            is_section = target.startswith("#")
            linked(text, f"section:{target[1:]}" if is_section else target)
    elif style := _INLINE_STYLES.get(node.type):
        text.stylize(style)
    return text
