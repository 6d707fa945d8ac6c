"""Sets content as lines of text, for the screen and for `show` alike.

A line is a `rich.text.Text` whose spans carry style names (`heading`, `strong`, `muted`, …), never
colours: the terminal's or the theme's are put on where the line is shown. A span that leads
somewhere carries the target as style meta, see `target_style`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import mistune
from msgspec import Struct
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text

from stoette_tui.inert import inert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

MEASURE = 72
"""Cells in the longest line of running text: what an eye finds its way back from."""

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

Token = dict[str, Any]


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
    return list(_blocks(_parse(text), width))


@cache
def _parser() -> Callable[[str], Any]:
    return mistune.create_markdown(renderer=None, plugins=["table"])


def _parse(text: str) -> list[Token]:
    tokens: list[Token] = _parser()(inert(text))
    return tokens


def _blocks(tokens: Iterable[Token], width: int) -> Iterator[Text]:
    """The blocks, with an empty line between two."""
    first = True
    for token in tokens:
        if token["type"] == "blank_line":
            continue
        if not first:
            yield Text()
        first = False
        yield from _block(token, width)


def _block(token: Token, width: int) -> list[Text]:
    match token["type"]:
        case "list":
            return list(_list(token, width))
        case "table":
            return list(_table(token, width))
        case "block_quote":
            indent = _indent("  ", width)
            lines = _blocks(token["children"], width - len(indent))
            return [Text.assemble(indent, line) for line in lines]
        case "blank_line":
            return []
        case "thematic_break":
            return [Text("─" * width, "rule")]
        case _:
            children = token.get("children")
            inline = _inline(children) if children else Text(token.get("raw", "").rstrip())
            return paragraph(inline, width)


def _indent(sign: str, width: int) -> str:
    """The sign, or nothing where it would leave too little room beside it."""
    return sign if width - len(sign) >= NARROWEST else ""


def _list(token: Token, width: int) -> Iterator[Text]:
    start = token["attrs"].get("start", 1)
    for number, item in enumerate(token["children"]):
        mark = f"{start + number}. " if token["attrs"]["ordered"] else "• "
        mark = _indent(mark, width)
        lines: list[Text] = []
        for block in item["children"]:
            if lines and block["type"] == "paragraph":
                lines.append(Text())
            lines += _block(block, width - len(mark))
        for position, line in enumerate(lines):
            yield Text.assemble((mark, "muted") if position == 0 else " " * len(mark), line)


def _table(token: Token, width: int) -> Iterator[Text]:
    """Columns as wide as their text, or, where that is too much, as an even share allows.

    Where there is no room even for two cells in each, the rows are set as paragraphs.
    """
    gap = 2
    head, *bodies = token["children"]
    rows = [[_inline(cell["children"]) for cell in head["children"]]]
    rows += [
        [_inline(c["children"]) for c in row["children"]] for b in bodies for row in b["children"]
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
        cells = [cell.wrap(None, wide) for cell, wide in zip(row, widths, strict=True)]  # type: ignore[arg-type]
        for height in range(max(map(len, cells))):
            line = Text()
            for lines, wide in zip(cells, widths, strict=True):
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


def _inline(tokens: Iterable[Token]) -> Text:
    line = Text()
    for token in tokens:
        match token["type"]:
            case "strong" | "emphasis":
                line.append_text(_styled(_inline(token["children"]), token["type"]))
            case "codespan":
                line.append(token["raw"], "code")
            case "link":
                linked = _inline(token["children"])
                url = inert(token["attrs"]["url"])
                if url.startswith(("#", "http://", "https://")):  # else it leads nowhere
                    target = f"section:{url[1:]}" if url.startswith("#") else url
                    linked = _styled(linked, "link")
                    linked.stylize(target_style(target))
                line.append_text(linked)
            case "softbreak":
                line.append(" ")
            case "linebreak":
                line.append("\n")
            case _:
                line.append(token["raw"] if "raw" in token else _inline(token["children"]).plain)
    return line


def _styled(text: Text, style: str) -> Text:
    text.stylize(style)
    return text
