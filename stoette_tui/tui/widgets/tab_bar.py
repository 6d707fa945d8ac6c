"""The names of the tabs, with the open one highlighted, all clickable.

Our own, as Textual's tabs are nine widgets, each created, styled and rendered separately: in the
same run, they took 25 ms and 1.5 MiB more, of a first screen of 215 ms.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from stoette_tui.tui.widgets.grid import inset

_GAP = "  "
_RULE = "$foreground 20%"


class TabBar(Widget):
    """A line of names; if the bar is two lines high, a rule below the open one."""

    active: reactive[str] = reactive("")
    """The id of the open tab."""

    def __init__(self, names: Mapping[str, str], active: str) -> None:
        """`names` has the tabs' names by id; they are numbered from 1, as are the keys."""
        super().__init__()
        self.auto_links = False  # names keep their colours
        self._names = names
        self.set_reactive(TabBar.active, active)

    def _labels(self, width: int) -> Mapping[str, str]:
        """As much as fits: numbers and names, names, or which of how many the open tab is."""
        numbered = {
            tab: f"{number} {name}" for number, (tab, name) in enumerate(self._names.items(), 1)
        }
        for labels in (numbered, self._names):
            if cell_len(_GAP.join(labels.values())) <= width:
                return labels
        number = list(self._names).index(self.active) + 1
        return {self.active: f"{number}/{len(self._names)} {self._names[self.active]}"}

    def render(self) -> Content:
        width, height = self.content_size
        edge = " " * inset(self.outer_size.width)
        width -= 2 * len(edge)
        names, rule = Content(), Content()
        for tab, label in self._labels(width).items():
            leads = Style.from_meta({"@click": f"screen.show_tab('{tab}')"})
            style = "$foreground 80%"
            if tab == self.active:
                is_plain = height == 1 or self.has_pseudo_class("ansi")  # without a rule, or shades
                style = "bold reverse" if is_plain else "$foreground"
                rule = Content.assemble(
                    ("─" * names.cell_length, _RULE), ("━" * cell_len(label), "$primary")
                )
            names = Content.assemble(names, Content.styled(label, style).stylize(leads), _GAP)
        if height == 1:
            return Content.assemble(edge, names)
        rest = Content.styled("─" * (width - rule.cell_length), _RULE)
        return Content.assemble(edge, names, "\n", edge, rule, rest)
