"""The line at the bottom: the keys that work here, as many as fit, all clickable.

Textual's `Footer` truncates at the right edge, where the help key is; here that key always stays,
and other keys that do not fit are left out.
"""

from __future__ import annotations

from rich.style import Style as RichStyle
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget

from stoette_tui.content.ui_text import UiText
from stoette_tui.tui.widgets.grid import inset
from stoette_tui.tui.widgets.keys import active_commands


class KeyBar(Widget):
    """Shows the bindings marked to be shown. The keys for help and the way out always stay."""

    idle: reactive[frozenset[str]] = reactive(frozenset[str]())
    """The commands that would do nothing now; they are left out."""

    def __init__(self, ui: UiText) -> None:
        super().__init__()
        self._ui = ui

    @property
    def link_style(self) -> RichStyle:
        """No style of its own, so that clickable text keeps its colours."""
        return RichStyle.null()

    def on_mount(self) -> None:
        """Follows the focus, as the keys depend on it."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """The keys: saving first, those of the focus next and going back last."""
        hints = {
            name: self._hint(found[0][1])
            for name, found in active_commands(self.screen).items()
            if found[0][1].show and name not in self.idle
        }
        edge = inset(self.outer_size.width)
        room = self.content_size.width - 2 * edge
        way_out = "close" if "close" in hints else "quit"
        kept: list[str] = []
        always = "help", way_out
        for name in sorted(hints, key=lambda name: (name not in always, name != "save")):
            room -= hints[name].cell_length
            if room >= 0:
                kept.append(name)
                room -= 2
        order = {"save": 0, "close": 2}
        names = sorted(
            (name for name in hints if name in kept), key=lambda name: order.get(name, 1)
        )
        shown = Content("  ").join(hints[name] for name in names)
        return Content.assemble(" " * edge, shown)

    def _hint(self, binding: Binding) -> Content:
        label = self._ui.commands[binding.description].label
        key = self.app.get_key_display(binding)
        click = Style.from_meta({"@click": f"app.simulate_key('{binding.key}')"})
        return Content.assemble((key, "bold $text-primary"), " ", label).stylize(click)
