"""The map of support as a form: where each kind of support comes from."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.widgets import Label, Static

from stoette_tui.content import phrases
from stoette_tui.content.model import SupportMap
from stoette_tui.content.ui_text import UiText
from stoette_tui.review.progress import Progress
from stoette_tui.tui.dialogs.edit import EditDialog, Load, Save
from stoette_tui.tui.widgets.line_input import LineInput


class MapDialog(EditDialog):
    """A field for each cell, below its kind of support."""

    def __init__(
        self, support_map: SupportMap, progress: Progress, ui: UiText, load: Load, save: Save
    ) -> None:
        """`save` is called with the texts of the changed cells, by id."""
        self._map = support_map
        ids = {f"cell-{n}": cell.id for n, cell in enumerate(support_map.cells)}
        super().__init__(
            support_map.title,
            progress,
            lambda progress: {name: progress.state(id_).note for name, id_ in ids.items()},
            ui,
            load,
            lambda edits: save({ids[name]: text for name, text in edits.items()}),
        )

    def fields(self) -> ComposeResult:
        """Each kind of support, and below it who gives it and in which way."""
        yield Static(self._map.intro, classes="intro", markup=False)
        names = iter(self._before.items())
        for kind in self._map.kinds:
            yield Static(kind.title, classes="kind", markup=False)
            for cell in self._map.cells_of(kind):
                (name, text), label = next(names), phrases.map_cell(cell, self._ui)
                with Container(classes="field"):
                    yield Label(label, classes="caption", markup=False)
                    yield LineInput(text, id=name, compact=True, select_on_focus=False)
