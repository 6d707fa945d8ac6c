"""A base for the app in a terminal: driver, text filter, colours, and the terminal's cursor."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from textual import constants
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Offset
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList
from textual.widgets._toast import Toast, ToastRack

from stoette_tui.base.problems import ProblemError
from stoette_tui.tui import themes
from stoette_tui.tui.widgets.lines import LineView
from stoette_tui.tui.widgets.text_filter import TextFilter


class TerminalApp(App[None]):
    """An app that is readable in every theme, safe for the terminal, and good for a screen reader.

    Screen readers, braille displays and magnifiers follow the terminal's cursor, so it is kept
    where the focus is; hidden, as the focus is drawn. Textual itself only puts it in fields.
    """

    def __init__(self) -> None:
        """Code: `variable_wrong` (details `variable`, `value`)."""
        if "TEXTUAL_COLOR_SYSTEM" in os.environ:
            try:
                Console(color_system=constants.COLOR_SYSTEM)  # type: ignore[arg-type]
            except KeyError:
                raise _variable_wrong("TEXTUAL_COLOR_SYSTEM") from None
        super().__init__()
        self._text_filter = TextFilter()
        # A click removes a toast, and a second one would select text in what is no longer there.
        Toast.ALLOW_SELECT = False

    def on_notify(self) -> None:
        """Takes away the message before, which may no longer be true."""
        self.clear_notifications()

    def clear_notifications(self) -> None:
        """Takes away what was said in passing; a message that is to stay longer does."""
        for shown in list(self._notifications):
            if shown.timeout == self.NOTIFICATION_TIMEOUT:
                self._unnotify(shown, refresh=False)
                holder = f"#{ToastRack._toast_id(shown)}"  # Textual would leave its empty line
                for screen in self.screen_stack:
                    screen.query(holder).remove()

    def get_driver_class(self) -> type[Driver]:
        """Our own driver in place of Textual's for Unix terminals; otherwise Textual's choice."""
        try:
            found = super().get_driver_class()
        except Exception:  # whatever the import of a module can raise
            if "TEXTUAL_DRIVER" not in os.environ:
                raise
            raise _variable_wrong("TEXTUAL_DRIVER") from None
        if found.__name__ != "LinuxDriver":
            return found
        from stoette_tui.tui.driver import TerminalDriver

        return TerminalDriver

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and last the one that keeps text from controlling the terminal."""
        return [*super().get_line_filters(), self._text_filter]

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The default colours, for third-party themes, of variables that Textual does not have."""
        return themes.INK_ON_DARK if self.current_theme.dark else themes.INK_ON_LIGHT

    def get_css_variables(self) -> dict[str, str]:
        """The colours of the theme, adjusted so that text is readable in every theme."""
        return themes.readable(self.current_theme, super().get_css_variables())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offers to suspend the process only if something can resume it."""
        if action == "suspend_process":
            return bool(self._driver and self._driver.can_suspend)
        return super().check_action(action, parameters)

    def post_display_hook(self) -> None:
        """Moves the terminal's cursor, unless the last update has put it there."""
        if not self._driver or self.is_headless or not self.screen_stack:
            return
        focused, size = self.screen.focused, self.screen.size
        place = size.clamp_offset(_place_in(focused)) if focused else self.cursor_position
        if place != self.cursor_position:
            self.cursor_position = place  # for all later updates
            self._driver.write(Control.move_to(*place).segment.text)
            self._driver.flush()


def _variable_wrong(name: str) -> ProblemError:
    return ProblemError.of("variable_wrong", variable=name, value=os.environ[name])


def _place_in(widget: Widget) -> Offset:
    """The cell of the screen that keys act on while this widget has the focus."""
    corner = widget.content_region.offset
    if isinstance(widget, LineView):
        return corner + widget.focus_place
    if isinstance(widget, Input):  # Textual's own position is one too far at the end
        before = widget.value[: widget.cursor_position]
        return corner + Offset(cell_len(before) - widget.scroll_offset.x, 0)
    if isinstance(widget, OptionList):
        padding = widget.get_component_styles("option-list--option").padding
        # There is no public way to ask for the line of an option; titles above it may be wrapped.
        line = widget._index_to_line.get(widget.highlighted or 0, 0)
        return corner + Offset(padding.left, line - widget.scroll_offset.y)
    if isinstance(widget, Button):
        space = widget.content_region.width - cell_len(str(widget.label))
        return corner + Offset(max(space // 2, 0), 0)
    from textual.widgets import RadioSet, TextArea  # a megabyte, needed only by dialogs

    if isinstance(widget, TextArea):
        return widget.cursor_screen_offset
    if isinstance(widget, RadioSet):
        chosen = next(iter(widget.query(".-selected")), widget)
        return chosen.content_region.offset
    return corner
