"""The words of the interface: `content/<language>/ui.yaml` as typed values.

Annotations are not strings here, as every start would have to evaluate them all.
"""

import datetime
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from stoette_tui.base.problems import Problem, ProblemError
from stoette_tui.base.sanitize import sanitize_line
from stoette_tui.content import cldr, ui_command_line, ui_talk
from stoette_tui.content import ui_sections as sections
from stoette_tui.content.declarations import PLACEHOLDER, Plural, template
from stoette_tui.content.loader import bundled_folder, language_folder, load_record
from stoette_tui.review.progress import PLAN, Helped, ItemState


def fill(template: str, **values: object) -> str:
    """The template with its placeholders filled; one without a value stays as it is."""
    return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), template)


def named_days(words: sections.DateTexts) -> dict[int, str]:
    """The names of the days around today, by the number of days from then."""
    before = words.day_before_yesterday, words.yesterday
    return dict(enumerate((*before, words.today, words.tomorrow, words.day_after_tomorrow), -2))


class UiText(Struct, frozen=True, forbid_unknown_fields=True):
    """Every string of the interface, in one language."""

    locale: Annotated[str, Meta(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", title="locale")]
    title: Annotated[str, template()]
    window_title: Annotated[str, template("round")]
    tabs: sections.TabTexts
    answers: sections.AnswerTexts
    helped: sections.HelpedTexts
    progress: sections.ProgressTexts
    dates: sections.DateTexts
    commands: sections.CommandTexts
    keys: sections.KeyTexts
    fact_sheet: sections.FactSheetTexts
    guldkorn: sections.GuldkornTexts
    checklist: sections.ChecklistTexts
    links: sections.LinkTexts
    messages: sections.MessageTexts
    undone: sections.TakenBackTexts
    redone: sections.TakenBackTexts
    plan: sections.PlanTexts
    rounds: sections.RoundTexts
    compare: sections.CompareTexts
    export: sections.ExportTexts
    report: sections.ReportTexts
    search: sections.SearchTexts
    due: sections.DueTexts
    help: sections.HelpTexts
    talk: ui_talk.TalkTexts
    command_line: ui_command_line.CommandLineTexts
    kinds: ui_command_line.KindTexts
    problems: ui_command_line.ProblemTexts

    def say(self, problem: Problem) -> str:
        """The problem on one line: where it is, what is wrong, and what was expected."""
        details = dict(problem.details)
        for name in ("expected", "found", "kind"):
            if details.get(name, "") in self.kinds:
                details[name] = self.kinds[details[name]]
        if day := details.get("day"):
            details["day"] = self.short_date(datetime.date.fromisoformat(day))
        if parameter := details.get("parameter"):
            details["parameter"] = self.command_line.values[parameter]
        text = fill(self.problems[problem.code], **details)
        return sanitize_line(f"{problem.where}: {text}" if problem.where else text)

    def long_date(self, day: datetime.date) -> str:
        return cldr.long_date(self.locale, day)

    def short_date(self, day: datetime.date) -> str:
        """The date in figures, or in English with a short name, which `read_date` can read."""
        return cldr.short_date(self.locale, day)

    def day_and_date(self, day: datetime.date) -> str:
        return cldr.day_and_date(self.locale, day)

    def from_today(self, day: datetime.date, today: datetime.date) -> str:
        """The distance of a day from today, in words."""
        ahead = (day - today).days
        return named_days(self.dates).get(ahead) or cldr.from_now(self.locale, ahead, "day")

    def read_date(
        self, text: str, today: datetime.date, *, past: bool = False
    ) -> datetime.date | None:
        """The date a text means; see `dates.read_date`."""
        from stoette_tui.content import dates

        return dates.read_date(text, self.locale, self.dates, today, past=past)

    def count(self, template: Plural, count: int, **values: object) -> str:
        """The plural form for the count, filled with it and other values."""
        if not isinstance(template, str):
            form = getattr(template, cldr.plural_category(self.locale, count))
            template = form or template.other
        return fill(template, count=count, **values)

    def plan_texts(
        self, state: ItemState, write: Callable[[datetime.date], str] | None = None
    ) -> dict[str, str]:
        """The fields of a plan by name, in reading order, as shown to readers; blank ones too.

        `write` formats the dates, by default as `long_date` does.
        """

        def shown(value: object) -> str:
            if isinstance(value, datetime.date):
                return (write or self.long_date)(value)
            return self.helped[value] if isinstance(value, Helped) else str(value or "")

        return {name: shown(getattr(state, name)) for name in PLAN}

    def round_name(self, today: datetime.date, taken: Collection[str] = ()) -> str:
        """The name suggested for a new round: the month, numbered if that is taken."""
        name = cldr.month(self.locale, today)
        numbered = (f"{name} ({number})" for number in range(2, len(taken) + 2))
        return next(each for each in (name, *numbered) if each not in taken)


def load(folder: Path, language: str) -> UiText:
    """Loads the words of one language. Raises `ProblemError`."""
    return load_record(language_folder(folder, language) / "ui.yaml", UiText)


def bundled(*languages: str) -> UiText | None:
    """The words we ship in the first of these languages we have, else in Danish or English.

    Used to report problems in other people's `ui.yaml`.
    """
    for code in (*languages, "da", "en"):
        try:
            return load(bundled_folder(), code)
        except ProblemError:
            continue
    return None
