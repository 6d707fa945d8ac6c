"""Parses the Markdown of the content; unsupported syntax stays text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from stoette_tui.base.sanitize import sanitize

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

_UNUSED = ("code", "fence", "lheading", "reference", "entity")
"""CommonMark rules that are disabled; what they would match stays text."""


def blocks(text: str) -> Sequence[SyntaxTreeNode]:
    """The blocks of a text; those nested deeper than 20 levels are left out."""
    from markdown_it.tree import SyntaxTreeNode

    return SyntaxTreeNode(_parser().parse(sanitize(text))).children


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(_UNUSED)
