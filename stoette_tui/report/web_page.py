"""Renders a document as a self-contained HTML page, to print on A4 and sign.

Its chart is inline SVG, with a title in words for each bar.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from stoette_tui.base.sanitize import sanitize, sanitize_line
from stoette_tui.report import document as doc

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STYLE = Path(__file__).with_name("web_page.css")
_LONG_WORD = re.compile(r"(?<![/@.\-&\w])[A-Za-zÀ-ɏͰ-ԯ]{27,}(?![/@\-\w]|\.\w)")
"""A word that may not fit on a line, outside addresses, in an alphabet that hyphenates."""
_SOFT_HYPHEN = "\N{SOFT HYPHEN}"
_PART = 9
"""Letters between two soft hyphens, which are visible only where the word breaks."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""A second line of defence: if any text escapes, no browser loads or runs it."""

_WIDTH, _HEIGHT = 170, 14
_MIN_LABELLED_WIDTH = 7.5
"""The width a part needs for its number, in units of the drawing."""
_PARTS = ("in-place", "missing", "not-relevant", "unanswered")
"""The classes of the parts, and the ids of their patterns, in the order of the counts."""
_PATTERNS = """\
<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>
<pattern id="missing" width="5" height="5" patternUnits="userSpaceOnUse">\
<path d="M-1 1 1-1M-1 6 6-1M4 6 6 4"/></pattern>
<pattern id="not-relevant" width="4" height="4" patternUnits="userSpaceOnUse">\
<path d="M0 2H4"/></pattern>
<pattern id="unanswered" width="6" height="6" patternUnits="userSpaceOnUse">\
<circle cx="3" cy="3" r=".8"/></pattern>
</defs></svg>"""


def render(document: doc.Document) -> str:
    sections = "\n".join(_sections(document.blocks))
    return f"""\
<!DOCTYPE html>
<html lang="{_text(document.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{_text(document.title)}</title>
<style>
{_STYLE.read_text("utf-8")}</style>
</head>
<body>
<main>
{sections}
</main>
</body>
</html>
"""


def _sections(blocks: Iterable[doc.Block]) -> Iterator[str]:
    """The blocks, with each heading of level 2 and what follows it in a section."""
    is_open = False
    for block in blocks:
        if isinstance(block, doc.Heading) and block.level == 2:
            if is_open:
                yield "</section>"
            yield "<section>"
            is_open = True
        yield _block(block)
    if is_open:
        yield "</section>"


def _block(block: doc.Block) -> str:
    match block:
        case doc.Heading():
            return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
        case doc.Paragraph():
            tag = '<p class="small">' if block.small else "<p>"
            return f"{tag}{_text(block.text)}</p>"
        case doc.Fields():
            return _descriptions("fields", block.rows)
        case doc.Cells():
            title = [f"<h3>{_text(block.title)}</h3>"] if block.title else []
            rows = [_descriptions("row", row) for row in block.rows]
            return "\n".join(['<div class="cells">', *title, *rows, "</div>"])
        case doc.Table():
            return _table(block)
        case doc.BulletList():
            return "\n".join(["<ul>", *(_bullet(*item) for item in block.items), "</ul>"])
        case doc.Picture():
            return "\n".join(_picture(block))


def _table(table: doc.Table) -> str:
    columns = "".join(f'<th scope="col">{_text(title)}</th>' for title in table.head)
    rows = [_row(row, table.head) for row in table.rows]
    foot = [f"<tfoot>\n{rows.pop()}\n</tfoot>"] if table.has_total else []
    start = [f'<table class="{table.kind}">', f"<thead>\n<tr>{columns}</tr>\n</thead>"]
    return "\n".join([*start, "<tbody>", *rows, "</tbody>", *foot, "</table>"])


def _row(values: Iterable[doc.Value], head: Iterable[str]) -> str:
    """A row whose cells carry their column titles, for narrow screens where cells are stacked."""
    (_, name), *others = zip(head, values, strict=True)
    cells = "".join(_value("td", value, f' data-label="{_text(title)}"') for title, value in others)
    return f'<tr><th scope="row">{_text(name.text)}</th>{cells}</tr>'


def _bullet(text: str, details: doc.Labelled) -> str:
    more = f"\n{_descriptions('details', details)}" if details else ""
    return f"<li>{_text(text)}{more}</li>"


def _descriptions(kind: str, pairs: doc.Labelled) -> str:
    rows = (f"<div><dt>{_text(label)}</dt>{_value('dd', value)}</div>" for label, value in pairs)
    return "\n".join([f'<dl class="{kind}">', *rows, "</dl>"])


def _value(tag: str, value: doc.Value, more: str = "") -> str:
    kind = f' class="{value.kind}"' if value.kind else ""
    return f"<{tag}{kind}{more}>{_text(sanitize(value.text).strip())}</{tag}>"


def _text(text: str) -> str:
    return _LONG_WORD.sub(
        lambda word: _SOFT_HYPHEN.join(re.findall(f".{{1,{_PART}}}", word[0])),
        escape(sanitize(text)),
    )


def _picture(picture: doc.Picture) -> Iterator[str]:
    """The bars by group, and a legend for their parts."""
    yield f'<div class="picture">\n{_PATTERNS}'
    for group in picture.groups:
        yield from _bars(group, picture)
    yield '<p class="legend">'
    for kind, name in zip(_PARTS, picture.parts, strict=True):
        sample = f'<svg viewBox="0 0 24 {_HEIGHT}" aria-hidden="true">{_part(kind, 0, 24)}</svg>'
        yield f"<span>{sample} {_line(name)}</span>"
    yield "</p>\n</div>"


def _bars(group: doc.BarGroup, picture: doc.Picture) -> Iterator[str]:
    moved = f" <span>{_line(group.moved)}</span>" if group.moved else ""
    yield f"<figure>\n<figcaption>{_line(group.title)}{moved}</figcaption>"
    for bar in group.bars:
        yield f"<div><span>{_line(bar.label)}</span>{_bar(bar, picture)}</div>"
    yield "</figure>"


def _bar(bar: doc.Bar, picture: doc.Picture) -> str:
    """The bar, with the number of items in each part wide enough for it."""
    counts = astuple(bar.counts)
    spoken = ", ".join(
        f"{name}: {count}" for count, name in zip(counts, picture.parts, strict=True) if count
    )
    unit = _WIDTH / max(sum(counts), 1)
    parts, start = list[str](), 0.0
    for kind, count in zip(_PARTS, counts, strict=True):
        if not count:
            continue
        parts.append(_part(kind, start, count * unit))
        if count * unit >= _MIN_LABELLED_WIDTH:
            middle = start + count * unit / 2
            parts.append(f'<text class="{kind}" x="{middle:.1f}" y="10.5">{count}</text>')
        start += count * unit
    title = f"<title>{_line(f'{bar.label}, {spoken}')}</title>"
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f'<svg role="img" {size}>{title}{"".join(parts)}</svg>'


def _part(kind: str, start: float, width: float) -> str:
    place = f'x="{start + 0.5:.1f}" y=".5" width="{max(width - 1, 0.5):.1f}" height="{_HEIGHT - 1}"'
    pattern = f"url(#{kind})" if kind != _PARTS[0] else "currentColor"
    return f'<rect class="{kind}" fill="{pattern}" {place}/>'


def _line(text: str) -> str:
    return escape(sanitize_line(text))
