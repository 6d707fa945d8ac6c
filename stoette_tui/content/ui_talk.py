"""The section of `ui.yaml` on the dialogue: what it says, and the words it accepts as answers.

Annotations are not strings here, as in `ui_sections`.
"""

from stoette_tui.content.declarations import Lookup, lookup, section, text


@lookup("back undo redo where stop help")
class TalkCommands(Lookup[str], frozen=True):
    """The words that work everywhere."""


@lookup("read answer plans due rounds compare report map")
class TalkMenu(Lookup[str], frozen=True):
    """The words of the main menu, or descriptions of what they do."""


@section
class TalkTexts:
    commands: TalkCommands
    menu: TalkMenu
    menu_help: TalkMenu
    welcome = goodbye = main_menu = how = yes = no = text()
    standing = text("round", "share", "unanswered")
    waiting = text("count")
    begin_again = text("date", "rounds")
    everywhere = text("back", "undo", "redo", "where", "stop", "help")
    answer = text("choices", "help")
    write = write_date = write_priority = text("others", "help")
    write_name = number_invitation = text("help")
    rounds_invitation = text("others", "help")
    read_invitation = text("count", "others", "help")
    empty_line = text("what")
    not_understood = text("heard")
    saved = text("what")
    cleared = text()
    now = text("text")
    labelled = text("label", "text")
    read_what = read_help = contents = which_link = next_passage = end_of_text = text()
    passage = text("number", "count", "title")
    points = rows = links = text("count")
    unanswered = all = group = answer_help = next_item = end_of_items = plan_now = text()
    items = text("count", "unanswered")
    groups = text("count")
    group_row = text("number", "title", "count")
    in_group = text("title")
    item = field = text("number", "count")
    answered = answered_before = text("answer")
    missing = text("count")
    fill_in = fill_in_help = no_plan = clear = replace = next_field = end_of_fields = text()
    map_cell = text("kind", "cell")
    nothing_due = text()
    due = text("done", "overdue", "soon", "incomplete")
    rounds = formats = text("count")
    round_row = text("number", "name", "facts")
    new = carry = too_few_rounds = which_earlier = which_later = text()
    suggested = text("text")
    archived = text("round", "rounds", "reopen")
    unarchived = text("round")
    from_to = text("before", "after")
    counted = text("what", "count")
    group_moved = text("title", "before", "after")
    changed = text("what", "number", "count", "item", "before", "after")
    file_help = written = text()
