"""Sets content as lines of text, for the screen and for `show` alike.

A line is a `rich.text.Text` whose spans carry style names (`heading`, `strong`, `muted`, …), never
colours: the terminal's or the theme's are put on where the line is shown. A span that leads
somewhere carries the target as style meta, see `target_style`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from stoette_tui.base.sanitize import collapse_spaces, sanitize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

MEASURE = 72
"""Cells in the longest line of running text: what an eye finds its way back from."""

WIDEST = MEASURE + 20
"""Cells in the longest line of a list or a printed page, whose running text keeps to `MEASURE`."""

NARROWEST = 8
"""Cells below which text is no longer indented."""

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
    "rule": "dim",
    "bar": "green",
    "in_place": "green",
    "missing": "bold red",
    "not_relevant": "dim",
    "unanswered": "none",
}
"""The style names a line may use, with what they are in a terminal's own colours."""
STYLES = tuple(TERMINAL_STYLES)

_MARKS = {"in_place": "☑", "missing": "☒", "not_relevant": "⊘", "unanswered": "☐"}
_ASCII_MARKS = {"in_place": "[x]", "missing": "[!]", "not_relevant": "[-]", "unanswered": "[ ]"}

_INLINE_STYLES = {"strong": "strong", "em": "emphasis", "code_inline": "code"}
_UNUSED_MARKDOWN = ("code", "fence", "lheading", "reference", "entity")
"""Rules of CommonMark that content does without: what they would match stays text."""


class Sheet(Struct, frozen=True):
    """A page or a part of one, set at some width: its lines, and where in them sections begin."""

    lines: list[Text]
    sections: dict[str, int] = {}


def joined(parts: Iterable[Sheet]) -> Sheet:
    """The parts of a page one after the other."""
    lines: list[Text] = []
    sections: dict[str, int] = {}
    for part in parts:
        sections |= {section: len(lines) + start for section, start in part.sections.items()}
        lines += part.lines
    return Sheet(lines, sections)


def mark(answer: str, ascii_only: bool) -> str:
    """The mark of an answer, told apart by its shape."""
    return (_ASCII_MARKS if ascii_only else _MARKS)[answer]


def bar(part: int, whole: int, width: int, ascii_only: bool) -> str:
    """A bar of `width` cells, filled as the part is of the whole; full only when all is there."""
    filled = part * width // whole if whole else 0
    full, empty = ("#", ".") if ascii_only else ("▓", "░")
    return full * filled + empty * (width - filled)


def target_style(target: str) -> Style:
    """The style of text that leads to a target: `section:ID`, `group:ID`, or an address."""
    return Style.from_meta({"target": target})


def target_of(style: str | Style) -> str | None:
    """The target a style leads to, if it leads anywhere."""
    return None if isinstance(style, str) else style.meta.get("target")


def styled(lines: list[Text], style: str) -> list[Text]:
    """The lines in that style, under the styles they have already."""
    for line in lines:
        line.stylize_before(style)
    return lines


def leading(line: Text, target: Style) -> Text:
    """The line, leading to a target: see `target_style`."""
    line.stylize(target)
    return line


def paragraph(
    text: Text | str, width: int, indent: str = "", hang: str | None = None
) -> list[Text]:
    """The text broken at `width` cells; `indent` begins the first line, `hang` the others."""
    hang = " " * cell_len(indent) if hang is None else hang
    text = Text(collapse_spaces(text)) if isinstance(text, str) else text
    room = max(width - cell_len(indent), 1)
    fits = text.cell_len <= room and "\n" not in text.plain
    # `wrap` takes its time. It asks its console only when it justifies, which it is not asked to.
    broken = [text.copy()] if fits else text.wrap(None, room)  # type: ignore[arg-type]
    lines = []
    for number, line in enumerate(broken):
        line.rstrip()
        lines.append(Text.assemble(hang if number else indent, line))
    return lines


def markdown(text: str, width: int) -> list[Text]:
    """A Markdown body: paragraphs, lists, small tables, emphasis, links. Anything else is text.

    Blocks nested deeper than 20 levels are left out.
    """
    from markdown_it.tree import SyntaxTreeNode

    return list(_blocks(SyntaxTreeNode(_parser().parse(sanitize(text))).children, width))


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(_UNUSED_MARKDOWN)


def _blocks(nodes: Iterable[SyntaxTreeNode], width: int) -> Iterator[Text]:
    """The blocks, with an empty line between two."""
    for number, node in enumerate(nodes):
        if number:
            yield Text()
        yield from _block(node, width)


def _block(node: SyntaxTreeNode, width: int) -> list[Text]:
    match node.type:
        case "paragraph" | "heading":
            return paragraph(_inline(node), width)
        case "bullet_list" | "ordered_list":
            return list(_items(node, width))
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


def _indent(sign: str, width: int) -> str:
    """The sign, or nothing where it would leave too little room beside it."""
    return sign if width - len(sign) >= NARROWEST else ""


def _items(node: SyntaxTreeNode, width: int) -> Iterator[Text]:
    """The items of a list; a paragraph after the first block of an item gets air above it."""
    first = int(node.attrs.get("start", 1))
    for number, item in enumerate(node.children, first):
        mark = _indent("• " if node.type == "bullet_list" else f"{number}. ", width)
        lines: list[Text] = []
        for block in item.children:
            if lines and block.type == "paragraph":
                lines.append(Text())
            lines += _block(block, width - len(mark))
        for position, line in enumerate(lines or [Text()]):
            yield Text.assemble((mark, "muted") if position == 0 else " " * len(mark), line)


def _table(node: SyntaxTreeNode, width: int) -> Iterator[Text]:
    """Columns as wide as their text, or, where that is too much, as an even share allows.

    Where there is no room even for two cells in each, the rows are set as paragraphs.
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
    for number, row in enumerate(rows):
        if number == 0:
            row = [_styled(cell, "strong") for cell in row]
        broken = [cell.wrap(None, wide) for cell, wide in zip(row, widths, strict=True)]  # type: ignore[arg-type]
        for height in range(max(map(len, broken))):
            line = Text()
            for lines, wide in zip(broken, widths, strict=True):
                part = lines[height] if height < len(lines) else Text()
                line.append_text(part)
                line.append(" " * (wide - part.cell_len + gap))
            line.rstrip()
            yield line
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
    """The text in a node, with its emphasis and links as spans."""
    line = Text()
    for child in node.children:
        line.append_text(_piece(child))
    return line


def _piece(node: SyntaxTreeNode) -> Text:
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
        if target.startswith(("#", "http://", "https://")):  # any other leads nowhere
            text = _styled(text, "link")
            is_section = target.startswith("#")
            text.stylize(target_style(f"section:{target[1:]}" if is_section else target))
    elif style := _INLINE_STYLES.get(node.type):
        text = _styled(text, style)
    return text


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text
