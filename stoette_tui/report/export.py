"""The current round in any of the formats it can be taken out in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from stoette_tui import report
from stoette_tui.base.problems import ProblemError
from stoette_tui.report import transfer
from stoette_tui.review.compare import round_before

if TYPE_CHECKING:
    from stoette_tui.content.model import Checklist
    from stoette_tui.content.ui_text import UiText
    from stoette_tui.store import Store

FORMATS: Final = (*report.FORMATS, "json")


def export(store: Store, format_: str, checklist: Checklist, ui: UiText) -> bytes:
    """The round as it is to stand in a file.

    Raises `ProblemError`: those of the store, and `no_round` where there is no round yet.
    """
    progress = store.progress()
    if progress.round is None:
        raise ProblemError.of("no_round")
    if format_ == "json":
        return transfer.encode(store.log(progress.round.id))
    before = round_before(store.rounds(), progress.round.id)
    return report.render(format_, checklist, ui, progress, before, datetime.now(UTC))
