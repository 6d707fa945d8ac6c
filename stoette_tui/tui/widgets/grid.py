"""The page grid: where text stands in every tab and every dialog.

A view has the same margin on both sides, and its scroll bar to the right of that. From 100 columns
there are two views, as wide as `app.tcss` says; where the window is wider than both, they stand in
the middle of it, and the bars above and below begin and end where they do.
"""

from __future__ import annotations

from stoette_tui.pages.layout import MEASURE

COMPOSITION = 138
"""Cells of both views at their widest: 72 for the text of the first, 57 for that of the other."""
_ROOMY = 60
"""Cells of a view that has two to spare on each side; the one beside another never has them."""


def margin(room: int) -> int:
    """Cells to the left and to the right of the text in a view of that width."""
    return 2 if room >= _ROOMY else 1


def text_width(room: int, widest: int = MEASURE) -> int:
    """Cells for the text of a view of that width."""
    return max(min(room - 2 * margin(room), widest), 1)


def inset(width: int) -> int:
    """Cells to the left of the composition in a window of that width."""
    return max((width - COMPOSITION) // 2, 0)
