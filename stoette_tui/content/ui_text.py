"""The words of the interface: `content/<language>/ui.yaml` as typed values.

The annotations are no strings here: at each start all of them would have to be evaluated.
"""

import datetime
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, get_type_hints

from msgspec import Meta, Struct

from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content import yaml_reader
from stoette_tui.content.loader import bundled_folder, language_folder, load_record
from stoette_tui.content.model import Text


def filled(*names: str) -> Meta:
    """What a text is annotated with that holds these placeholders, each written `{name}`."""
    description = "Placeholders: " + " ".join(f"{{{name}}}" for name in names)
    return Meta(min_length=1, title="text", description=description, extra={"names": names})


def fill(template: str, **values: object) -> str:
    """The template with its placeholders filled; one it is not given stays as it stands."""
    return _PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), template)


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class _Texts(Struct, frozen=True, forbid_unknown_fields=True):
    pass


class TabTexts(_Texts, frozen=True):
    """The names of the tabs."""

    fact_sheet: Text
    guldkorn: Text
    checklist: Text
    links: Text


class AnswerTexts(_Texts, frozen=True):
    """The four answers."""

    in_place: Text
    missing: Text
    not_relevant: Text
    unanswered: Text


class ProgressTexts(_Texts, frozen=True):
    """The one number, and where nothing has been answered yet."""

    of_relevant: Annotated[str, filled("in_place", "relevant")]
    short: Annotated[str, filled("in_place", "relevant")]
    no_round: Text
    first_round: Annotated[str, filled("season", "year")]
    seasons: Annotated[tuple[Text, ...], Meta(min_length=4, max_length=4)]


class CommandText(_Texts, frozen=True):
    """What a command is called where there is little room, and what it does."""

    label: Text
    help: Text


class CommandTexts(_Texts, frozen=True):
    """The commands, named as in `commands.py`."""

    show_fact_sheet: CommandText
    show_guldkorn: CommandText
    show_checklist: CommandText
    show_links: CommandText
    help: CommandText
    quit: CommandText
    suspend: CommandText
    close: CommandText
    up: CommandText
    down: CommandText
    page_up: CommandText
    page_down: CommandText
    first: CommandText
    last: CommandText
    outline: CommandText
    choose_section: CommandText
    left: CommandText
    right: CommandText
    follow_card: CommandText
    in_place: CommandText
    missing: CommandText
    not_relevant: CommandText
    plan: CommandText
    explain: CommandText
    to_checklist: CommandText
    search: CommandText
    palette: CommandText
    undo: CommandText
    redo: CommandText
    back: CommandText
    rounds: CommandText
    compare: CommandText
    export: CommandText
    save: CommandText
    open_round: CommandText
    new_round: CommandText
    rename_round: CommandText
    archive_round: CommandText
    unarchive_round: CommandText
    earlier: CommandText
    later: CommandText
    open_link: CommandText
    copy_link: CommandText
    open_archived: CommandText


class FactSheetTexts(_Texts, frozen=True):
    """The tab with the fact sheet."""

    to_checklist: Annotated[str, filled("group")]
    source: Text


class GuldkornTexts(_Texts, frozen=True):
    """The tab with the diamonds and the guldkorn."""

    high: Text
    suitable: Text
    this_one: Text
    from_fact_sheet: Text
    from_research: Text
    to_fact_sheet: Text
    to_page: Annotated[str, filled("host")]
    sources: Text


class ChecklistTexts(_Texts, frozen=True):
    """The tab with the checklist."""

    explained_in: Annotated[str, filled("section")]
    to_plan: Text
    change_plan: Text


class LinkTexts(_Texts, frozen=True):
    """The tab with the links."""

    formerly: Annotated[str, filled("host")]


class MessageTexts(_Texts, frozen=True):
    """What is said for a moment at the edge of the screen."""

    opened: Annotated[str, filled("address")]
    no_browser: Annotated[str, filled("address")]
    copied: Annotated[str, filled("text")]
    how_to_quit: Annotated[str, filled("key")]
    not_saved: Annotated[str, filled("problem")]
    cannot_save: Annotated[str, filled("problem")]
    undone: Annotated[str, filled("change")]
    redone: Annotated[str, filled("change")]
    undo_older: Annotated[str, filled("date", "item")]
    undo_not: Text
    undo_it: Text
    nothing_to_undo: Text
    nothing_to_redo: Text
    answer_is: Annotated[str, filled("item", "answer")]
    plan_is: Annotated[str, filled("item", "field")]


class PlanTexts(_Texts, frozen=True):
    """The plan of an item."""

    title: Text
    note: Text
    action: Text
    responsible: Text
    responsible_hint: Text
    due: Text
    due_hint: Text
    due_wrong: Text
    priority: Text
    priority_hint: Text
    priority_wrong: Text
    save: Text
    leave: Text
    unsaved: Text
    stay: Text
    discard: Text
    short_due: Annotated[str, filled("date")]
    short_priority: Annotated[str, filled("priority")]


class RoundTexts(_Texts, frozen=True):
    """The list of rounds."""

    title: Text
    intro: Text
    current: Text
    archived: Text
    started: Annotated[str, filled("date")]
    new_title: Text
    rename_title: Text
    carry: Text
    carried_plans: Annotated[str, filled("count")]
    closed_plans: Annotated[str, filled("count", "round")]
    none_to_compare: Text
    none_yet: Text


class CompareTexts(_Texts, frozen=True):
    """Two rounds compared; what has become of an item is named as `Shift` names it."""

    title: Text
    choose: Text
    better: Text
    worse: Text
    newly_answered: Text
    no_longer_answered: Text
    relevance_changed: Text
    unchanged: Text


class ExportTexts(_Texts, frozen=True):
    """What the round can be taken out as, and where to."""

    title: Text
    md: Text
    html: Text
    csv: Text
    ics: Text
    json: Text
    file: Text
    file_name: Text
    write: Text
    written: Annotated[str, filled("file")]
    replace: Annotated[str, filled("file")]
    replace_it: Text
    keep: Text


class ReportTexts(_Texts, frozen=True):
    """The report of a round, as Markdown, web page, spreadsheet and calendar."""

    language_code: Annotated[str, Meta(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
    title: Text
    page_title: Annotated[str, filled("round")]
    about_round: Text
    round: Text
    round_archived: Annotated[str, filled("round")]
    started: Text
    generated: Text
    status: Text
    workplace: Text
    present: Text
    overview: Text
    overview_note: Text
    group: Text
    share: Text
    total: Text
    in_place: Text
    in_place_about: Text
    in_place_none: Text
    plan: Text
    plan_about: Text
    plan_none: Text
    missing_item: Annotated[str, filled("item")]
    plan_gaps: Annotated[str, filled("gaps")]
    gap_action: Annotated[str, filled("count")]
    gap_responsible: Annotated[str, filled("count")]
    gap_due: Annotated[str, filled("count")]
    gap_overdue: Annotated[str, filled("count")]
    item: Text
    answer: Text
    note: Text
    remark: Text
    action: Text
    responsible: Text
    due: Text
    priority: Text
    changed: Text
    no_note: Text
    no_action: Text
    no_responsible: Text
    no_due: Text
    no_priority: Text
    overdue: Annotated[str, filled("date")]
    not_relevant: Text
    not_relevant_about: Text
    not_relevant_none: Text
    unanswered: Text
    unanswered_about: Text
    unanswered_none: Text
    comparison: Text
    comparison_about: Annotated[str, filled("round", "date")]
    comparison_none: Text
    before: Text
    now: Text
    shift_count: Annotated[str, filled("shift", "count")]
    from_to: Annotated[str, filled("before", "now")]
    still_missing: Annotated[str, filled("count")]
    unchanged: Annotated[str, filled("count")]
    follow_up: Text
    follow_up_about: Text
    follow_up_when: Text
    follow_up_who: Text
    follow_up_result: Text
    signatures: Text
    signatures_about: Text
    role: Text
    roles: Annotated[tuple[Text, ...], Meta(min_length=1)]
    name: Text
    signature: Text
    date: Text
    source: Text
    source_about: Text
    privacy: Text
    id: Text
    answer_before: Text
    shift: Text
    event: Annotated[str, filled("what")]


class SearchTexts(_Texts, frozen=True):
    """Search and the palette of commands."""

    search: Text
    commands: Text
    nothing: Text
    theme: Annotated[str, filled("name")]


class DueTexts(_Texts, frozen=True):
    """What cannot wait."""

    title: Text
    overdue: Annotated[str, filled("date")]
    today: Text
    tomorrow: Text
    soon: Annotated[str, filled("date", "days")]
    unassigned: Text


class HelpTexts(_Texts, frozen=True):
    """The page of keys."""

    title: Text
    everywhere: Text
    here: Text
    mouse: Text
    close: Text


class KeyTexts(_Texts, frozen=True):
    """The keys that are words."""

    space: Text
    enter: Text
    escape: Text
    up: Text
    down: Text
    left: Text
    right: Text
    pageup: Text
    pagedown: Text
    home: Text
    end: Text
    tab: Text


class CommandLineCommands(_Texts, frozen=True, rename={"import_": "import"}):
    """What each command of the command line does."""

    open: Text
    show: Text
    status: Text
    answer: Text
    rounds: Text
    rounds_new: Text
    rounds_use: Text
    rounds_rename: Text
    rounds_archive: Text
    rounds_unarchive: Text
    export: Text
    import_: Text
    restore: Text
    check: Text
    paths: Text
    erase: Text


class CommandLineOptions(_Texts, frozen=True):
    """What each option and argument of the command line is."""

    content: Text
    data_dir: Text
    lang: Text
    theme: Text
    version: Text
    help: Text
    json: Text
    topic: Text
    item: Text
    answer: Text
    directory: Text
    round: Text
    new_name: Text
    carry: Text
    format: Text
    output: Text
    file: Text
    date: Text
    yes: Text


class CommandLineValues(_Texts, frozen=True):
    """What stands for a command, for an option, and for the value of each option and argument."""

    command: Text
    option: Text
    content: Text
    data_dir: Text
    lang: Text
    theme: Text
    topic: Text
    item: Text
    answer: Text
    directory: Text
    round: Text
    new_name: Text
    format: Text
    output: Text
    file: Text
    date: Text


class CommandLineTexts(_Texts, frozen=True):
    """The command line."""

    description: Text
    usage: Text
    commands_title: Text
    arguments_title: Text
    options_title: Text
    environment: Text
    commands: CommandLineCommands
    options: CommandLineOptions
    values: CommandLineValues
    content_valid: Annotated[str, filled("folder", "languages")]
    paths_content: Text
    paths_data: Text
    paths_store: Text
    paths_missing: Text
    paths_backup: Annotated[str, filled("date")]
    erase_prompt: Annotated[str, filled("folder", "yes")]
    erase_confirmation: Text
    erase_cancelled: Text
    erased: Annotated[str, filled("file")]
    nothing_to_erase: Annotated[str, filled("folder")]
    imported: Annotated[str, filled("round")]
    unknown_items: Annotated[str, filled("items")]


class KindTexts(_Texts, frozen=True, rename={"object_": "object"}):
    """What a field of a content file should be, and what was found there instead."""

    text: Text
    markdown: Text
    id: Text
    address: Text
    string: Text
    boolean: Text
    number: Text
    array: Text
    object_: Text
    null: Text
    date: Text
    section: Text
    group: Text
    link: Text


class ProblemTexts(_Texts, frozen=True):
    """What can be wrong, by the codes of `Problem`."""

    file_missing: Text
    file_unreadable: Annotated[str, filled("reason")]
    file_too_large: Annotated[str, filled("largest")]
    file_not_utf8: Text
    yaml_syntax: Annotated[str, filled("reason")]
    yaml_invalid_character: Text
    yaml_multiple_documents: Text
    yaml_alias: Text
    yaml_too_deep: Annotated[str, filled("deepest")]
    yaml_key_not_text: Text
    yaml_duplicate_key: Annotated[str, filled("name")]
    yaml_invalid_value: Annotated[str, filled("value")]
    content_missing: Text
    content_invalid: Annotated[str, filled("reason")]
    language_unknown: Annotated[str, filled("language", "languages")]
    field_missing: Annotated[str, filled("field", "expected")]
    field_unknown: Annotated[str, filled("field", "known")]
    field_type: Annotated[str, filled("field", "expected", "found")]
    field_choice: Annotated[str, filled("field", "choices")]
    field_empty: Annotated[str, filled("field", "expected")]
    field_count: Annotated[str, filled("field", "expected", "found")]
    field_too_long: Annotated[str, filled("field", "longest")]
    field_format: Annotated[str, filled("field", "expected", "found")]
    duplicate_id: Annotated[str, filled("id")]
    reference_unknown: Annotated[str, filled("kind", "id", "known")]
    card_target_count: Annotated[str, filled("id")]
    placeholder_unknown: Annotated[str, filled("name", "known")]
    store_unknown_format: Text
    store_newer: Annotated[str, filled("version", "known")]
    store_replaced: Text
    store_older: Annotated[str, filled("version", "known")]
    store_damaged: Text
    store_unwritable: Annotated[str, filled("reason")]
    store_unreadable: Annotated[str, filled("reason")]
    store_missing: Text
    store_restorable: Annotated[str, filled("day")]
    store_recovered: Annotated[str, filled("rounds", "changes")]
    store_recovered_with_backup: Annotated[str, filled("day", "rounds", "changes")]
    store_from_backup: Annotated[str, filled("day", "rounds", "changes")]
    store_reset: Text
    backup_failed: Annotated[str, filled("reason")]
    no_backup: Text
    backup_unknown: Annotated[str, filled("date", "dates")]
    backup_empty: Text
    erase_not_confirmed: Text
    erase_failed: Annotated[str, filled("reason")]
    text_not_unicode: Text
    name_empty: Text
    name_too_long: Annotated[str, filled("longest")]
    name_taken: Annotated[str, filled("name")]
    round_unknown: Annotated[str, filled("name")]
    round_archived: Annotated[str, filled("name")]
    item_unknown: Annotated[str, filled("item", "items")]
    answer_unknown: Annotated[str, filled("answer", "answers")]
    topic_unknown: Annotated[str, filled("topic", "topics")]
    theme_unknown: Annotated[str, filled("theme", "themes")]
    command_unknown: Annotated[str, filled("command", "commands")]
    argument_missing: Annotated[str, filled("parameter", "command")]
    argument_unknown: Annotated[str, filled("argument")]
    option_value_missing: Annotated[str, filled("option")]
    no_terminal: Text
    output_failed: Annotated[str, filled("reason")]
    option_missing: Annotated[str, filled("option", "command")]
    format_unknown: Annotated[str, filled("format", "formats")]
    no_round: Text
    export_file_exists: Text
    export_is_folder: Text
    export_not_regular_file: Text
    export_folder_missing: Text
    export_failed: Annotated[str, filled("reason")]
    import_file_missing: Text
    import_not_regular_file: Text
    import_failed: Annotated[str, filled("reason")]
    import_too_large: Annotated[str, filled("largest")]
    import_not_json: Text
    import_unknown_format: Text
    import_newer: Annotated[str, filled("version", "known")]
    import_invalid: Annotated[str, filled("at")]


class UiText(_Texts, frozen=True):
    """Every string of the interface, in one language."""

    language: Text
    title: Text
    window_title: Annotated[str, filled("round")]
    tabs: TabTexts
    answers: AnswerTexts
    progress: ProgressTexts
    commands: CommandTexts
    keys: KeyTexts
    fact_sheet: FactSheetTexts
    guldkorn: GuldkornTexts
    checklist: ChecklistTexts
    links: LinkTexts
    messages: MessageTexts
    plan: PlanTexts
    rounds: RoundTexts
    compare: CompareTexts
    export: ExportTexts
    report: ReportTexts
    search: SearchTexts
    due: DueTexts
    help: HelpTexts
    command_line: CommandLineTexts
    kinds: KindTexts
    problems: ProblemTexts
    date: Annotated[str, filled("day", "month", "year")]
    short_date_form: Annotated[str, filled("day", "month", "year")]
    months: Annotated[tuple[Text, ...], Meta(min_length=12, max_length=12)]

    def say(self, problem: Problem) -> str:
        """The problem in one line of words: where, what is wrong, and what was expected."""
        kinds = {
            name.rstrip("_"): getattr(self.kinds, name) for name in self.kinds.__struct_fields__
        }
        details = {
            name: kinds.get(value, value) if name in ("expected", "found", "kind") else value
            for name, value in problem.details.items()
        }
        if day := details.get("day"):
            details["day"] = self.short_date(datetime.date.fromisoformat(day))
        if parameter := details.get("parameter"):
            details["parameter"] = getattr(self.command_line.values, parameter)
        text = fill(getattr(self.problems, problem.code), **details)
        return sanitize_line(f"{problem.where}: {text}" if problem.where else text)

    def long_date(self, day: datetime.date) -> str:
        """A date with the month in letters."""
        return fill(self.date, day=day.day, month=self.months[day.month - 1], year=day.year)

    def short_date(self, day: datetime.date) -> str:
        """A date in figures, as it can also be typed."""
        return fill(self.short_date_form, day=day.day, month=day.month, year=day.year)

    def round_name(self, today: datetime.date, taken: Collection[str] = ()) -> str:
        """What a round is called unless somebody says otherwise: the season, and a free number."""
        season = self.progress.seasons[today.month % 12 // 3]
        name = fill(self.progress.first_round, season=season, year=today.year)
        numbered = (f"{name} ({number})" for number in range(2, len(taken) + 2))
        return next(each for each in (name, *numbered) if each not in taken)


def load(folder: Path, language: str) -> UiText:
    """The words of one language. Raises `ProblemError`."""
    return load_record(language_folder(folder, language) / "ui.yaml", UiText)


def bundled(language: str) -> UiText | None:
    """The words we ship in that language, else in Danish; to say what is wrong with others."""
    for code in (language, "da"):
        try:
            return load(bundled_folder(), code)
        except ProblemError:
            continue
    return None


def placeholder_problems(ui: UiText, file: Path) -> Iterator[Problem]:
    """Placeholders in the texts that nothing fills, with the line each stands at."""

    def visit(texts: Struct, path: tuple[str, ...]) -> Iterator[Problem]:
        hints = get_type_hints(type(texts), include_extras=True)
        for name in texts.__struct_fields__:
            value, at = getattr(texts, name), (*path, name)
            if isinstance(value, Struct):
                yield from visit(value, at)
            metas = [meta for meta in getattr(hints[name], "__metadata__", ()) if meta.extra]
            for meta in metas:
                for unknown in set(_PLACEHOLDER.findall(value)) - set(meta.extra["names"]):
                    where = f"{file}:{yaml_reader.line_of(file, at)}"
                    details = {"name": unknown, "known": ", ".join(meta.extra["names"])}
                    yield Problem("placeholder_unknown", where, details)

    yield from visit(ui, ())
