"""Every command of the app, declared once: its keys and action here, its words in `ui.yaml`.

The bindings, the key bar, the page of keys and the palette are all generated from this. A
command's name is a key of `CommandTexts`, and the description of its Textual binding.
"""

from __future__ import annotations

from msgspec import Struct
from textual.binding import Binding, BindingType


class Command(Struct, frozen=True):
    """A command: `keys` as Textual names them, comma-separated; `shown` in the key bar."""

    name: str
    keys: str
    action: str
    shown: bool = False

    @property
    def binding(self) -> Binding:
        """The Textual binding of the command."""
        return Binding(self.keys, self.action, self.name, show=self.shown, id=self.name)


def bindings(*places: str) -> list[BindingType]:
    """The bindings of these places, in the order of declaration."""
    return [command.binding for place in places for command in COMMANDS[place]]


def _review(prefix: str = "", *, shown: bool = False) -> tuple[Command, ...]:
    """The commands on rounds: available everywhere, and in the key bar of the checklist."""
    return (
        Command("undo", "u", "app.undo", shown),
        Command("export", "e", f"{prefix}export", shown),
        Command("rounds", "r", f"{prefix}show_rounds", shown),
        Command("compare", "c", f"{prefix}compare", shown),
    )


_HELP = Command("help", "question_mark,f1", "app.show_help", shown=True)

COMMANDS: dict[str, tuple[Command, ...]] = {
    "fact_sheet": (
        Command("outline", "o", "outline", shown=True),
        Command("to_checklist", "g", "to_checklist", shown=True),
    ),
    "hits": (
        Command("next_hit", "n", "next_hit(1)", shown=True),
        Command("previous_hit", "N,shift+n", "next_hit(-1)"),
        Command("end_search", "escape", "end_search", shown=True),
    ),
    "text": (Command("next_link", "tab", "next_link(1)"),),
    "outline": (Command("choose_section", "enter", "select", shown=True),),
    "guldkorn": (
        Command("up", "up,k", "move(0, -1)"),
        Command("down", "down,j", "move(0, 1)"),
        Command("left", "left", "move(-1, 0)"),
        Command("right", "right", "move(1, 0)"),
        Command("page_up", "pageup", "page(-1)"),
        Command("page_down", "pagedown,space", "page(1)"),
        Command("first", "home", "first"),
        Command("last", "end", "last"),
        Command("follow_card", "enter", "follow", shown=True),
    ),
    "card_page": (
        Command("follow_card", "enter", "follow", shown=True),
        Command("close", "escape,left", "leave", shown=True),
    ),
    "checklist": (
        Command("in_place", "space", "answer('in_place')", shown=True),
        Command("missing", "x", "answer('missing')", shown=True),
        Command("not_relevant", "i", "answer('not_relevant')", shown=True),
        Command("plan", "enter", "open('plan')", shown=True),
        Command("fill_map", "enter", "open('map')", shown=True),
        Command("next_open", "n", "open_item(1)", shown=True),
        Command("previous_open", "N,shift+n", "open_item(-1)"),
        Command("explain", "g", "explain", shown=True),
        *_review("screen.", shown=True),
        Command("detail", "o", "detail"),
    ),
    "items": (
        Command("unfold", "enter", "unfold", shown=True),
        Command("next_group", "tab", "move_section(1)"),
        Command("previous_group", "shift+tab", "move_section(-1)"),
    ),
    "links": (
        Command("open_link", "enter", "select", shown=True),
        Command("copy_link", "y", "copy", shown=True),
        Command("open_archived", "a", "open_archived", shown=True),
    ),
    "main": (
        Command("show_fact_sheet", "1", "show_tab('fact-sheet')"),
        Command("show_guldkorn", "2", "show_tab('guldkorn')"),
        Command("show_checklist", "3", "show_tab('checklist')"),
        Command("show_links", "4", "show_tab('links')"),
        *_review(),
        Command("redo", "U,shift+u", "app.redo"),
        Command("back", "b,backspace", "go_back"),
        Command("search", "slash", "search", shown=True),
    ),
    "app": (
        Command("palette", "ctrl+p", "command_palette"),
        _HELP,
        Command("quit", "q", "quit", shown=True),
        Command("suspend", "ctrl+z", "suspend_process"),
    ),
    "page": (
        Command("up", "up,k", "scroll_up"),
        Command("down", "down,j", "scroll_down"),
        Command("page_up", "pageup", "page_up"),
        Command("page_down", "pagedown,space", "page_down"),
        Command("first", "home", "scroll_home"),
        Command("last", "end", "scroll_end"),
    ),
    "list": (
        Command("up", "up,k", "cursor_up"),
        Command("down", "down,j", "cursor_down"),
        Command("page_up", "pageup", "page_up"),
        Command("page_down", "pagedown", "page_down"),
        Command("first", "home", "first"),
        Command("last", "end", "last"),
    ),
    "form": (
        Command("save", "ctrl+s", "save", shown=True),
        Command("next_field", "tab", "app.focus_next", shown=True),
        Command("close", "escape", "close", shown=True),
    ),
    "path": (Command("complete_path", "tab", "complete", shown=True),),
    "saved": (
        Command("open_file", "o", "open('file')", shown=True),
        Command("open_folder", "m", "open('folder')", shown=True),
        Command("close", "escape,q", "close", shown=True),
    ),
    "rounds": (
        Command("open_round", "enter", "open_round", shown=True),
        Command("new_round", "n", "new_round", shown=True),
        Command("rename_round", "e", "rename_round", shown=True),
        Command("archive_round", "a", "archive_round(True)", shown=True),
        Command("unarchive_round", "a", "archive_round(False)", shown=True),
        _HELP,
        Command("close", "escape,q", "close", shown=True),
    ),
    "compare": (
        Command("earlier", "left", "choose(-1)", shown=True),
        Command("later", "right", "choose(1)", shown=True),
        Command("other_round", "tab", "switch", shown=True),
        Command("unchanged", "enter", "unfold", shown=True),
        _HELP,
    ),
    "field": (
        Command("choose_hit", "enter", "submit", shown=True),
        Command("up", "up", "screen.move('cursor_up')", shown=True),
        Command("down", "down", "screen.move('cursor_down')", shown=True),
    ),
    "finder": (
        Command("page_up", "pageup", "move('page_up')"),
        Command("page_down", "pagedown", "move('page_down')"),
        Command("first", "ctrl+home", "move('first')"),
        Command("last", "ctrl+end", "move('last')"),
        Command("close", "escape", "close", shown=True),
    ),
    "answers": (
        Command("next_button", "right,down", "app.focus_next", shown=True),
        Command("previous_button", "left,up", "app.focus_previous"),
    ),
    "dialog": (Command("close", "escape,q", "close", shown=True),),
}
"""The commands of each place, in the order of the page of keys."""

FIRST_KEYS = {(each.name, each.keys.split(",")[0]) for place in COMMANDS.values() for each in place}
"""Each command with the key that is shown where there is room for only one."""

MOVES = ("up", "down", "left", "right", "page_up", "page_down", "first", "last")
_ALL = dict.fromkeys(each.name for place in COMMANDS.values() for each in place)
NAMES = (*(name for name in _ALL if name not in MOVES), *MOVES)
"""All commands in the order of the page of keys: those specific to a place, then the moves."""
