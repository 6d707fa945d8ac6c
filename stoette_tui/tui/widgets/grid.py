"""The page grid: the position of text in every tab and dialog.

A view has the same margin on both sides, and its scroll bar to the right of that. From 100 columns
there are two views, as wide as `app.tcss` says; in a window wider than both, they are centred,
and the bars above and below are aligned with them.
"""

from __future__ import annotations

from stoette_tui.pages.layout import MEASURE

COMPOSITION = 138
"""Cells of both views at their widest: 72 for the text of the first, 57 for the second."""
_ROOMY = 60
"""Cells from which a view has a margin of two on each side; the second view never does."""


def margin(room: int) -> int:
    """The cells on each side of the text in a view of that width."""
    return 2 if room >= _ROOMY else 1


def text_width(room: int, widest: int = MEASURE) -> int:
    """The cells for the text in a view of that width."""
    return max(min(room - 2 * margin(room), widest), 1)


def inset(width: int) -> int:
    """The cells to the left of the views in a window of that width."""
    return max((width - COMPOSITION) // 2, 0)
