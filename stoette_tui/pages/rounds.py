"""Layout of rounds: as rows of a list, and as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content.phrases import round_labels, round_starts, share
from stoette_tui.content.ui_text import UiText, fill
from stoette_tui.pages.layout import at_both_ends
from stoette_tui.pages.pictures import bar, counted_bar, tally
from stoette_tui.review.compare import trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stoette_tui.review.progress import RoundSummary

_TABLE_BAR = 12


def round_rows(
    rounds: Sequence[RoundSummary], item_ids: Sequence[str], ui: UiText, width: int
) -> list[list[Text]]:
    """Each round in a list: its name and when it was started; then its bar and counts."""
    all_counts = trend(rounds, item_ids)
    tallies = [tally(ui, counts) for counts in all_counts]
    longest = max((each.cell_len for each in tallies), default=0)
    rows = []
    for summary, begun, counts, counted in zip(
        rounds, round_starts(rounds, ui), all_counts, tallies, strict=True
    ):
        name = Text(sanitize_line(summary.round.name), "strong")
        if labels := round_labels(summary, ui):
            name.append(f"  ({', '.join(labels)})", "muted")
        started = Text(fill(ui.rounds.started, date=begun), "muted")
        started = started if started.cell_len <= width - 2 else Text(begun, "muted")
        drawn = counted_bar(counts, counted, width - 2, column=longest)
        head = at_both_ends(name, started, width, "  ")
        rows.append([*head, *(Text("  ") + each for each in drawn)])
    return rows


def rounds_table(rounds: Sequence[RoundSummary], item_ids: Sequence[str], ui: UiText) -> list[Text]:
    """The rounds as a table; `*` marks the current one."""
    rows = []
    starts, all_counts = round_starts(rounds, ui), trend(rounds, item_ids)
    for summary, started, counts in zip(rounds, starts, all_counts, strict=True):
        archived = ui.rounds.archived if summary.round.archived else ""
        name = Text(("* " if summary.current else "  ") + sanitize_line(summary.round.name))
        drawn = bar(counts, _TABLE_BAR)
        rows.append([name, Text(started), drawn, Text(share(counts, ui)), Text(archived)])
    widths = [max(cell.cell_len for cell in column) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        for cell, width in zip(row, widths, strict=True):
            cell.pad_right(width - cell.cell_len)
        lines.append(Text("   ").join(row))
        lines[-1].rstrip()
    return lines or [Text(ui.rounds.none_yet)]
