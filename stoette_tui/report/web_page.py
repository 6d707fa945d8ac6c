"""A document as one HTML file that needs no other, made to be printed on A4 and signed."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import sanitize
from stoette_tui.report.document import (
    Facts,
    Figures,
    Form,
    Heading,
    Paragraph,
    Plan,
    Point,
    Points,
    Words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from stoette_tui.report.document import Block, Document

_STYLE = Path(__file__).with_name("web_page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Should anything ever slip through, no browser loads or runs it."""


def write(document: Document) -> str:
    """The whole page."""
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
    """The blocks, those under a heading of the second level as a section."""
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
        case Facts():
            return _descriptions("facts", [(label, Words(text)) for label, text in block.rows])
        case Figures():
            *rows, total = map(_row, block.rows)
            foot = f"<tfoot>\n{total}\n</tfoot>"
            return _table("figures", block.head, ["<tbody>", *rows, "</tbody>", foot])
        case Form():
            empty = [""] * (len(block.head) - 1)
            rows = [_row((row, *empty)) for row in block.rows]
            return _table("form", block.head, ["<tbody>", *rows, "</tbody>"])
        case Points():
            return "\n".join(["<ul>", *map(_point, block.points), "</ul>"])
        case Plan():
            rank, *head = block.head
            entries = [_entry(rank, text, cells) for text, cells in block.points]
            return _table("plan", head, entries)


def _table(kind: str, head: Sequence[str], bodies: Iterable[str]) -> str:
    columns = "".join(f'<th scope="col">{_text(title)}</th>' for title in head)
    start = [f'<table class="{kind}">', f"<thead>\n<tr>{columns}</tr>\n</thead>"]
    return "\n".join([*start, *bodies, "</table>"])


def _row(cells: Sequence[str]) -> str:
    first, *others = cells
    name = f'<th scope="row">{_text(first)}</th>' if first else "<td></td>"
    return f"<tr>{name}{''.join(f'<td>{_text(cell)}</td>' for cell in others)}</tr>"


def _entry(rank: str, text: str, cells: Sequence[Words]) -> str:
    """A point of the plan: its rank and text, and below them its other cells."""
    first, *others = cells
    name = f"{_text(text)} {_said('span', Words(f'{rank}: {first.text}', first.tone))}"
    said = "".join(_said("td", words) for words in others)
    head = f'<tr><th scope="rowgroup" colspan="{len(others)}">{name}</th></tr>'
    return f"<tbody>\n{head}\n<tr>{said}</tr>\n</tbody>"


def _point(point: Point) -> str:
    details = f"\n{_descriptions('details', point.details)}" if point.details else ""
    return f"<li>{_text(point.text)}{details}</li>"


def _descriptions(kind: str, pairs: Iterable[tuple[str, Words]]) -> str:
    rows = (f"<div><dt>{_text(label)}</dt>{_said('dd', words)}</div>" for label, words in pairs)
    return "\n".join([f'<dl class="{kind}">', *rows, "</dl>"])


def _said(tag: str, words: Words) -> str:
    kind = f' class="{words.tone}"' if words.tone else ""
    return f"<{tag}{kind}>{_text(sanitize(words.text).strip())}</{tag}>"


def _text(text: str) -> str:
    return escape(sanitize(text))
