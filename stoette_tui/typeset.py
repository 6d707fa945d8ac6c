"""Sets content as lines of text, for the screen and for `show` alike.

A line is a `rich.text.Text` whose spans carry style names (`heading`, `strong`, `muted`, …), never
colours: the terminal's or the theme's are put on where the line is shown. A span that leads
somewhere carries the target as style meta, see `target_style`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from stoette_tui.inert import inert
from stoette_tui.markdown import Items, Paragraph, Quotation, Rule, Table, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from stoette_tui.markdown import Block

MEASURE = 72
"""Cells in the longest line of running text: what an eye finds its way back from."""

WIDEST = MEASURE + 20
"""Cells in the longest line of a list or a printed page, whose running text keeps to `MEASURE`."""

DEEPEST_INLINE = 3
"""Emphasis and links in each other; what is deeper in is text."""

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

_INLINE = re.compile(
    r"""\\(?P<sign>[!-/:-@\[-`{-~])
    | `(?P<code>[^`]+)`
    | (?<!\*)\*\*(?P<strong>[^\s*](?:.{0,999}?\S)?)\*\*
    | (?<!\*)\*(?P<emphasis>[^\s*](?:.{0,999}?[^\s*])?)\*(?!\*)
    | (?<!\w)__(?P<strong_>[^\s_](?:.{0,999}?\S)?)__(?!\w)
    | (?<!\w)_(?P<emphasis_>[^\s_](?:.{0,999}?[^\s_])?)_(?!\w)
    | <(?P<address>https?://[^\s<>]+)>
    | (?P<picture>!)?\[(?P<label>[^\[\]]*)\]
      \(\s*<?(?P<to>(?:[^\s<>()]|\([^\s<>()]*\))*)>?(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)
    """,
    re.VERBOSE,
)
"""Text that is set in another way than the text around it; nothing of it is very long."""


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
    text = Text(" ".join(text.split())) if isinstance(text, str) else text
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
    """A Markdown body: paragraphs, lists, small tables, emphasis, links. Anything else is text."""
    return list(_blocks(parse(inert(text)), width))


def _blocks(blocks: Iterable[Block], width: int) -> Iterator[Text]:
    """The blocks, with an empty line between two."""
    for number, block in enumerate(blocks):
        if number:
            yield Text()
        yield from _block(block, width)


def _block(block: Block, width: int) -> list[Text]:
    match block:
        case Paragraph(text):
            return paragraph(_inline(text), width)
        case Items():
            return list(_items(block, width))
        case Table(rows):
            return list(_table(rows, width))
        case Quotation(blocks):
            indent = _indent("  ", width)
            lines = _blocks(blocks, width - len(indent))
            return [Text.assemble(indent, line) for line in lines]
        case Rule():
            return [Text("─" * width, "rule")]


def _indent(sign: str, width: int) -> str:
    """The sign, or nothing where it would leave too little room beside it."""
    return sign if width - len(sign) >= NARROWEST else ""


def _items(items: Items, width: int) -> Iterator[Text]:
    for number, item in enumerate(items.items):
        mark = "• " if items.start is None else f"{items.start + number}. "
        mark = _indent(mark, width)
        lines: list[Text] = []
        for block in item:
            if lines and isinstance(block, Paragraph):
                lines.append(Text())
            lines += _block(block, width - len(mark))
        for position, line in enumerate(lines):
            yield Text.assemble((mark, "muted") if position == 0 else " " * len(mark), line)


def _table(cells: list[list[str]], width: int) -> Iterator[Text]:
    """Columns as wide as their text, or, where that is too much, as an even share allows.

    Where there is no room even for two cells in each, the rows are set as paragraphs.
    """
    gap = 2
    rows = [[_inline(cell) for cell in row] for row in cells]
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


def _inline(text: str, depth: int = 0) -> Text:
    """The text with what is set in another way; `depth` is how much of that it is in itself."""
    if depth > DEEPEST_INLINE:
        return Text(text)
    line, end = Text(), 0
    for match in _INLINE.finditer(text):
        line.append(text[end : match.start()]).append_text(_piece(match, depth))
        end = match.end()
    return line.append(text[end:])


def _piece(match: re.Match[str], depth: int) -> Text:
    kind = (match.lastgroup or "").rstrip("_")
    if kind == "sign":
        return Text(match["sign"])
    if kind == "code":
        return _styled(Text(match["code"]), "code")
    if kind in ("strong", "emphasis"):
        return _styled(_inline(match[match.lastindex or 0], depth + 1), kind)
    label = match["address"] or match["label"]
    linked, to = _inline(label, depth + 1), match["address"] or match["to"]
    if to.startswith(("#", "http://", "https://")) and not match["picture"]:  # else to nowhere
        linked = _styled(linked, "link")
        linked.stylize(target_style(f"section:{to[1:]}" if to.startswith("#") else to))
    return linked


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text
