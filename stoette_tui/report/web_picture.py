"""Draws a picture of a document as HTML with inline SVG, each bar with a title in words."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from msgspec.structs import astuple

from stoette_tui.base.sanitize import sanitize_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoette_tui.report.document import Bar, BarGroup, Picture

_WIDTH, _HEIGHT = 170, 14
_NARROWEST = 7.5
"""Units that a part needs for its number."""
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


def draw(picture: Picture) -> Iterator[str]:
    """The bars in their groups, and what their parts mean."""
    yield f'<div class="picture">\n{_PATTERNS}'
    for group in picture.groups:
        yield from _group(group, picture)
    yield '<p class="legend">'
    for kind, name in zip(_PARTS, picture.parts, strict=True):
        sample = f'<svg viewBox="0 0 24 {_HEIGHT}" aria-hidden="true">{_part(kind, 0, 24)}</svg>'
        yield f"<span>{sample} {_text(name)}</span>"
    yield "</p>\n</div>"


def _group(group: BarGroup, picture: Picture) -> Iterator[str]:
    moved = f" <span>{_text(group.moved)}</span>" if group.moved else ""
    yield f"<figure>\n<figcaption>{_text(group.title)}{moved}</figcaption>"
    for bar in group.bars:
        yield f"<div><span>{_text(bar.label)}</span>{_bar(bar, picture)}</div>"
    yield "</figure>"


def _bar(bar: Bar, picture: Picture) -> str:
    """The bar, with the number of items in each part that has room for it."""
    counts = astuple(bar.counts)
    spoken = ", ".join(
        f"{count} {name}" for count, name in zip(counts, picture.parts, strict=True) if count
    )
    unit = _WIDTH / max(sum(counts), 1)
    parts, start = list[str](), 0.0
    for kind, count in zip(_PARTS, counts, strict=True):
        if not count:
            continue
        parts.append(_part(kind, start, count * unit))
        if count * unit >= _NARROWEST:
            middle = start + count * unit / 2
            parts.append(f'<text class="{kind}" x="{middle:.1f}" y="10.5">{count}</text>')
        start += count * unit
    title = f"<title>{_text(f'{bar.label}: {spoken}')}</title>"
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}"'
    return f'<svg role="img" {size}>{title}{"".join(parts)}</svg>'


def _part(kind: str, start: float, width: float) -> str:
    place = f'x="{start + 0.5:.1f}" y=".5" width="{max(width - 1, 0.5):.1f}" height="{_HEIGHT - 1}"'
    pattern = f"url(#{kind})" if kind != _PARTS[0] else "currentColor"
    return f'<rect class="{kind}" fill="{pattern}" {place}/>'


def _text(text: str) -> str:
    return escape(sanitize_line(text))
