"""Every command of the app, declared once: its keys and action here, its words in `ui.yaml`.

The bindings, the key bar, the page of keys and the palette are all generated from this. A
command's name is a key of `CommandTexts`, and the description of its Textual binding.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType


def bindings(*places: str) -> list[BindingType]:
    """The bindings of these places, in the order of declaration."""
    return [binding for place in places for binding in COMMANDS[place]]


def _command(name: str, keys: str, action: str, shown: bool = False) -> Binding:
    """A command: `keys` as Textual names them, comma-separated; `shown` in the key bar."""
    return Binding(keys, action, name, show=shown, id=name)


def _review(prefix: str = "", *, shown: bool = False) -> tuple[Binding, ...]:
    """The commands on rounds: available everywhere, and in the key bar of the checklist."""
    return (
        _command("undo", "u", "app.undo", shown),
        _command("export", "e", f"{prefix}export", shown),
        _command("rounds", "r", f"{prefix}show_rounds", shown),
        _command("compare", "c", f"{prefix}compare", shown),
    )


_HELP = _command("help", "question_mark,f1", "app.show_help", shown=True)

COMMANDS: dict[str, tuple[Binding, ...]] = {
    "fact_sheet": (
        _command("outline", "o", "outline", shown=True),
        _command("to_checklist", "g", "to_checklist", shown=True),
    ),
    "hits": (
        _command("next_hit", "n", "next_hit(1)", shown=True),
        _command("previous_hit", "N,shift+n", "next_hit(-1)"),
        _command("end_search", "escape", "end_search", shown=True),
    ),
    "text": (_command("next_link", "tab", "next_link(1)"),),
    "outline": (_command("choose_section", "enter", "select", shown=True),),
    "guldkorn": (
        _command("up", "up,k", "move(0, -1)"),
        _command("down", "down,j", "move(0, 1)"),
        _command("left", "left", "move(-1, 0)"),
        _command("right", "right", "move(1, 0)"),
        _command("page_up", "pageup", "page(-1)"),
        _command("page_down", "pagedown,space", "page(1)"),
        _command("first", "home", "first"),
        _command("last", "end", "last"),
        _command("follow_card", "enter", "follow", shown=True),
    ),
    "card_page": (
        _command("follow_card", "enter", "follow", shown=True),
        _command("close", "escape,left", "leave", shown=True),
    ),
    "checklist": (
        _command("in_place", "space", "answer('in_place')", shown=True),
        _command("missing", "x", "answer('missing')", shown=True),
        _command("not_relevant", "i", "answer('not_relevant')", shown=True),
        _command("plan", "enter", "open('plan')", shown=True),
        _command("fill_map", "enter", "open('map')", shown=True),
        _command("next_open", "n", "open_item(1)", shown=True),
        _command("previous_open", "N,shift+n", "open_item(-1)"),
        _command("explain", "g", "explain", shown=True),
        *_review("screen.", shown=True),
        _command("detail", "o", "detail"),
    ),
    "items": (
        _command("unfold", "enter", "unfold", shown=True),
        _command("next_group", "tab", "move_section(1)"),
        _command("previous_group", "shift+tab", "move_section(-1)"),
    ),
    "links": (
        _command("open_link", "enter", "select", shown=True),
        _command("copy_link", "y", "copy", shown=True),
        _command("open_archived", "a", "open_archived", shown=True),
    ),
    "main": (
        _command("show_fact_sheet", "1", "show_tab('fact-sheet')"),
        _command("show_guldkorn", "2", "show_tab('guldkorn')"),
        _command("show_checklist", "3", "show_tab('checklist')"),
        _command("show_links", "4", "show_tab('links')"),
        *_review(),
        _command("redo", "U,shift+u", "app.redo"),
        _command("back", "b,backspace", "go_back"),
        _command("search", "slash", "search", shown=True),
    ),
    "app": (
        _command("palette", "ctrl+p", "command_palette"),
        _HELP,
        _command("quit", "q", "quit", shown=True),
        _command("suspend", "ctrl+z", "suspend_process"),
    ),
    "page": (
        _command("up", "up,k", "scroll_up"),
        _command("down", "down,j", "scroll_down"),
        _command("page_up", "pageup", "page_up"),
        _command("page_down", "pagedown,space", "page_down"),
        _command("first", "home", "scroll_home"),
        _command("last", "end", "scroll_end"),
    ),
    "list": (
        _command("up", "up,k", "cursor_up"),
        _command("down", "down,j", "cursor_down"),
        _command("page_up", "pageup", "page_up"),
        _command("page_down", "pagedown", "page_down"),
        _command("first", "home", "first"),
        _command("last", "end", "last"),
    ),
    "form": (
        _command("save", "ctrl+s", "save", shown=True),
        _command("next_field", "tab", "app.focus_next", shown=True),
        _command("close", "escape", "close", shown=True),
    ),
    "path": (_command("complete_path", "tab", "complete", shown=True),),
    "saved": (
        _command("open_file", "o", "dismiss('file')", shown=True),
        _command("open_folder", "m", "dismiss('folder')", shown=True),
        _command("close", "escape,q", "dismiss", shown=True),
    ),
    "rounds": (
        _command("open_round", "enter", "open_round", shown=True),
        _command("new_round", "n", "new_round", shown=True),
        _command("rename_round", "e", "rename_round", shown=True),
        _command("archive_round", "a", "archive_round(True)", shown=True),
        _command("unarchive_round", "a", "archive_round(False)", shown=True),
        _HELP,
        _command("close", "escape,q", "dismiss", shown=True),
    ),
    "compare": (
        _command("earlier", "left", "choose(-1)", shown=True),
        _command("later", "right", "choose(1)", shown=True),
        _command("other_round", "tab", "switch", shown=True),
        _command("unchanged", "enter", "unfold", shown=True),
        _HELP,
    ),
    "field": (
        _command("choose_hit", "enter", "submit", shown=True),
        _command("up", "up", "screen.move('cursor_up')", shown=True),
        _command("down", "down", "screen.move('cursor_down')", shown=True),
    ),
    "finder": (
        _command("page_up", "pageup", "move('page_up')"),
        _command("page_down", "pagedown", "move('page_down')"),
        _command("first", "ctrl+home", "move('first')"),
        _command("last", "ctrl+end", "move('last')"),
        _command("close", "escape", "dismiss", shown=True),
    ),
    "answers": (
        _command("next_button", "right,down", "app.focus_next", shown=True),
        _command("previous_button", "left,up", "app.focus_previous"),
    ),
    "dialog": (_command("close", "escape,q", "dismiss", shown=True),),
}
"""The commands of each place, in the order of the page of keys."""

_EACH = [each for place in COMMANDS.values() for each in place]
FIRST_KEYS = {(each.description, each.key.split(",")[0]) for each in _EACH}
"""Each command with the key that is shown where there is room for only one."""

MOVES = ("up", "down", "left", "right", "page_up", "page_down", "first", "last")
_ALL = dict.fromkeys(each.description for each in _EACH)
NAMES = (*(name for name in _ALL if name not in MOVES), *MOVES)
"""All commands in the order of the page of keys: those specific to a place, then the moves."""
