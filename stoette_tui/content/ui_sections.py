"""The sections of `ui.yaml`: every text of the interface, with its placeholders.

Annotations are not strings here, as every start would have to evaluate them all.
"""

from typing import Annotated, Literal

from msgspec import Meta

from stoette_tui.content.declarations import Lookup, lookup, plural, section, text
from stoette_tui.content.model import Text


@section
class TabTexts:
    fact_sheet = guldkorn = checklist = links = text()


@section
class AnswerTexts:
    """The four answers, by the values of `Answer`."""

    in_place = missing = not_relevant = unanswered = text()


@lookup("yes partly no")
class HelpedTexts(Lookup[str], frozen=True):
    """Whether an action helped, by the values of `Helped`."""


@section
class ProgressTexts:
    of_relevant = short = text("in_place", "relevant")
    unanswered = plural("count")
    no_round = text()


@section
class DateTexts:
    """The names of days relative to today, and of weeks by their number.

    `next_weekday` is that day of next week, `recent_weekday` another name for `last_weekday`.
    `numbers` lists the words for one, two and so on, each with a space between its forms, `days`
    gives the dates of days with a name, and `fillers` are the words that are ignored in a date.
    """

    day_before_yesterday = yesterday = today = tomorrow = day_after_tomorrow = text()
    this_week = next_week = half_year = text()
    next_weekday = last_weekday = recent_weekday = text("weekday")
    week = text("number")
    days: dict[Text, Text]
    numbers: tuple[Text, ...]
    fillers: tuple[Text, ...]


@section
class CommandText:
    """A command: its short name in the key bar, its description, and further search terms."""

    label = help = text()
    words: tuple[Text, ...] = ()


@lookup(
    """
    show_fact_sheet show_guldkorn show_checklist show_links help quit suspend close
    up down page_up page_down first last outline choose_section next_link left right follow_card
    in_place missing not_relevant plan fill_map unfold explain to_checklist search palette
    rounds compare export save open_round new_round rename_round archive_round unarchive_round
    earlier later other_round unchanged open_link copy_link open_archived
    complete_path open_file open_folder undo redo back
    choose_hit next_hit previous_hit end_search
    detail next_field next_button previous_button next_open previous_open next_group previous_group
    """,
    of=CommandText,
)
class CommandTexts(Lookup[CommandText], frozen=True):
    """The commands of the app, by the names in `tui/commands.py`."""


@lookup("space enter escape up down left right pageup pagedown home end tab shift ctrl")
class KeyTexts(Lookup[str], frozen=True):
    """The keys that have a name, by Textual's name for them."""


@section
class FactSheetTexts:
    """`welcome` has two lines: on the checklist, and on the keys."""

    welcome: Annotated[tuple[Text, ...], Meta(min_length=2, max_length=2)]
    to_card = text("card")
    to_checklist = text("group")
    source = text()
    read = text("percent")


@section
class GuldkornTexts:
    workplace = job = high = suitable = short_high = short_suitable = text()
    this_one = from_fact_sheet = from_research = to_fact_sheet = text()
    to_page = text("host")
    sources = text()


@section
class ChecklistTexts:
    explained_in = text("section")
    question = ideas = to_plan = change_plan = read_only = text()
    to_map = change_map = see_map = map_blank = text()
    map_cell = text("giver", "way")
    map_share = text("filled", "all")
    last_time = text("answer")
    changed = text("before", "now")
    all_answered = text("export")
    begin_again = text("date", "rounds", "new")
    all_answered_with_gaps = text("next", "export")


@section
class LinkTexts:
    formerly = text("host")


@section
class MessageTexts:
    """Messages shown at the edge of the screen for a moment."""

    opened = no_browser = copied_instead = text("address")
    saved_in = text("round")
    copied = text("text")
    how_to_quit = text("key")
    not_saved = cannot_save = text("problem")
    undo_older = text("date", "item")
    undo_not = undo_it = nothing_to_undo = nothing_to_redo = text()


@section
class TakenBackTexts:
    """What an undo or a redo has changed: an answer, a plan, or the map."""

    answer = text("item", "answer")
    plan = text("item")
    map = text()


@section
class PlanTexts:
    """The plan of an item; its note is a `remark` or a `former_problem` if it is not missing."""

    title = note = action = responsible = responsible_hint = due = due_hint = due_wrong = text()
    understood = text("date", "from_now")
    priority = priority_hint = priority_wrong = remark = former_problem = text()
    done = done_hint = done_wrong = helped = helped_hint = helped_wrong = text()
    save = leave = unsaved = stay = overtaken_by_nothing = text()
    overtaken = text("text")
    short_due = short_done = text("date")
    short_priority = text("priority")


@section
class RoundTexts:
    title = intro = current = archived = new_title = rename_title = name = carry = start = text()
    not_changed = text("round")
    started = text("date")
    at_time = text("date", "time")
    carried_plans = text("count")
    carried_some_plans = text("count", "closed", "round")
    none_carried = text()
    none_to_compare = none_yet = text()


@section
class CompareTexts:
    """The comparison of two rounds; the shifts of items by the values of `Shift`."""

    title = none = text()
    better = worse = newly_answered = no_longer_answered = relevance_changed = text()
    unchanged = still_unanswered = text()
    not_shown = text("count")
    since = until = text()


@section
class ExportTexts:
    """The formats of an export by name, and the file it is written to."""

    md = html = docx = xlsx = csv = ics = json = text()
    title = file = file_name = write = replace_it = keep = text()
    done = open_file = open_folder = text()
    written = replace = cannot_open = text("file")


@section
class ReportTexts:
    """The report of a round, and its spreadsheets and calendar."""

    title = about_round = round = started = generated = status = workplace = present = text()
    page_title = round_archived = text("round")
    overview = overview_note = group = total = text()
    with_unanswered = plural("status", "count")
    plan = plan_about = plan_none = plan_carried = carried = carried_about = text()
    missing_item = text("item")
    plan_gaps = text("gaps")
    gap_action = gap_responsible = gap_due = gap_overdue = text("count")
    item = answer = note = problem = former_problem = remark = reason = text()
    action = responsible = due = priority = done = helped = changed = text()
    no_note = no_reason = no_action = no_responsible = no_due = no_priority = text()
    overdue = text("date")
    still_missing = text("count")
    still_missing_about = still_missing_none = text("round")
    sick_leave = sick_leave_question = sick_leave_none = text()
    in_place = in_place_about = in_place_none = text()
    map_about = map_none = map_support = no_map_cell = text()
    map_row = text("kind", "giver")
    not_relevant = not_relevant_about = not_relevant_none = text()
    unanswered = unanswered_about = unanswered_none = unknown = unknown_about = text()
    comparison = comparison_none = before = now = text()
    comparison_about = text("round", "date")
    shift_count = text("shift", "count")
    from_to = text("before", "now")
    unchanged = still_unanswered = text("count")
    more_in_place = fewer_in_place = plural("count")
    not_moved = text()
    follow_up = follow_up_about = follow_up_none = text()
    follow_up_when = follow_up_who = follow_up_how = text()
    signatures = signatures_about = role = name = signature = date = text()
    roles: Annotated[tuple[Text, ...], Meta(min_length=1)]
    source = source_about = privacy = id = answer_before = shift = text()
    event = text("what")
    sheet_plan = sheet_items = text()


# fmt: off
Stemmer = Literal[
    "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
    "german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian",
    "nepali", "norwegian", "porter", "portuguese", "romanian", "russian", "serbian", "spanish",
    "swedish", "tamil", "turkish", "yiddish",
]
# fmt: on
"""The algorithms in every version of Snowball that we accept."""


Letter = Annotated[str, Meta(min_length=1, max_length=1)]


@section
class SearchTexts:
    stemmer: Stemmer | None
    search = commands = commands_title = nothing = text()
    letters: Annotated[
        dict[Letter, Annotated[tuple[Text, ...], Meta(min_length=1)]],
        Meta(description="Letters, and how they are also written."),
    ]
    found = plural("count")
    hit = text("number", "count")
    theme = language = text("name")
    language_words: tuple[Text, ...]


@section
class DueTexts:
    title = today = tomorrow = unassigned = undated = unplanned = text()
    done = done_in_vain = overdue = text("date")
    show_incomplete = hide_incomplete = plural("count")
    soon = plural("date", "count")


@section
class HelpTexts:
    title = everywhere = here = mouse = text()
