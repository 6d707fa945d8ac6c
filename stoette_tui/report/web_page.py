"""Renders a document as a self-contained HTML page, to be printed on A4 and signed."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import sanitize
from stoette_tui.report.document import (
    BlankTable,
    BulletList,
    Cells,
    CountTable,
    Fields,
    Heading,
    Paragraph,
    Picture,
    TextTable,
    Value,
)
from stoette_tui.report.web_picture import draw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stoette_tui.report.document import Block, BulletItem, Document

_STYLE = Path(__file__).with_name("web_page.css")
_LONG_WORD = re.compile(r"(?<![/@.\-&\w])[A-Za-zÀ-ɏͰ-ԯ]{27,}(?![/@\-\w]|\.\w)")
"""One that may not fit in a line, and not part of an address, in an alphabet that has hyphens."""
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_PART = 9
"""Letters between two soft hyphens, which are seen only where the word is broken."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A second defence: should any text escape, no browser loads or runs it."""


def render(document: Document) -> str:
    """The document as an HTML page."""
    head = [
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        f"<title>{_text(document.title)}</title>",
        f"<style>\n{_STYLE.read_text('utf-8')}</style>",
    ]
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{_text(document.language)}">',
            "<head>",
            *head,
            "</head>",
            "<body>",
            "<main>",
            *_sections(document.blocks),
            "</main>",
            "</body>",
            "</html>",
            "",
        ]
    )


def _sections(blocks: Iterable[Block]) -> Iterable[str]:
    """The blocks, with a section around each heading of level 2 and what follows it."""
    is_open = False
    for block in blocks:
        if isinstance(block, Heading) and block.level == 2:
            if is_open:
                yield "</section>"
            yield "<section>"
            is_open = True
        yield _block(block)
    if is_open:
        yield "</section>"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
        case Paragraph():
            tag = '<p class="small">' if block.small else "<p>"
            return f"{tag}{_text(block.text)}</p>"
        case Fields():
            return _descriptions("fields", [(label, Value(text)) for label, text in block.rows])
        case Cells():
            title = [f"<h3>{_text(block.title)}</h3>"] if block.title else []
            rows = [_descriptions("row", row) for row in block.rows]
            return "\n".join(['<div class="cells">', *title, *rows, "</div>"])
        case CountTable():
            *rows, total = [
                _row(name, map(Value, texts), block.head) for name, *texts in block.rows
            ]
            foot = f"<tfoot>\n{total}\n</tfoot>"
            return _table("counts", block.head, ["<tbody>", *rows, "</tbody>", foot])
        case BlankTable():
            blanks = [Value("")] * (len(block.head) - 1)
            rows = [_row(name, blanks, block.head) for name in block.rows]
            return _table("form", block.head, ["<tbody>", *rows, "</tbody>"])
        case BulletList():
            return "\n".join(["<ul>", *map(_bullet_item, block.items), "</ul>"])
        case TextTable():
            rows = [_row(name, values, block.head) for name, values in block.rows]
            return _table("texts", block.head, ["<tbody>", *rows, "</tbody>"])
        case Picture():
            return "\n".join(draw(block))


def _table(kind: str, head: Sequence[str], bodies: Iterable[str]) -> str:
    columns = "".join(f'<th scope="col">{_text(title)}</th>' for title in head)
    start = [f'<table class="{kind}">', f"<thead>\n<tr>{columns}</tr>\n</thead>"]
    return "\n".join([*start, *bodies, "</table>"])


def _row(name: str, values: Iterable[Value], head: Sequence[str]) -> str:
    """A row, each of whose cells has the title of its column for where they stand below it."""
    cells = "".join(
        _value("td", value, f' data-label="{_text(title)}"')
        for title, value in zip(head[1:], values, strict=True)
    )
    return f'<tr><th scope="row">{_text(name)}</th>{cells}</tr>'


def _bullet_item(item: BulletItem) -> str:
    details = f"\n{_descriptions('details', item.details)}" if item.details else ""
    return f"<li>{_text(item.text)}{details}</li>"


def _descriptions(kind: str, pairs: Iterable[tuple[str, Value]]) -> str:
    rows = (f"<div><dt>{_text(label)}</dt>{_value('dd', value)}</div>" for label, value in pairs)
    return "\n".join([f'<dl class="{kind}">', *rows, "</dl>"])


def _value(tag: str, value: Value, more: str = "") -> str:
    kind = f' class="{value.kind}"' if value.kind else ""
    return f"<{tag}{kind}{more}>{_text(sanitize(value.text).strip())}</{tag}>"


def _text(text: str) -> str:
    return _LONG_WORD.sub(_hyphenated, escape(sanitize(text)))


def _hyphenated(word: re.Match[str]) -> str:
    return _SOFT_HYPHEN.join(re.findall(f".{{1,{_PART}}}", word[0]))
