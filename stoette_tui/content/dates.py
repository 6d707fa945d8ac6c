"""Dates as people write them, read in the language of the content."""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta
from itertools import dropwhile
from typing import TYPE_CHECKING, Final

from stoette_tui.content import cldr
from stoette_tui.content.ui_text import fill

if TYPE_CHECKING:
    from stoette_tui.content.ui_sections import DateTexts

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_FIGURES = re.compile(r"(\d{1,4})[./-] ?(\d{1,2})(?:[./-] ?(\d{4}|\d{2}))?\.?")
_AHEAD = re.compile(r"\+ ?(\d{1,4})")
_PARTS = re.compile(r"(\d+)(?:[^\W\d_]{1,2}\b)?|([^\W\d_]+(?:-[^\W\d_]+)*)|[^\s.,]")
"""A number, with a suffix as in *1st*; a word; or a character that is not allowed in a date."""
_MONTHS: Final = {"month": 1, "year": 12}


def read_date(
    text: str, locale: str, words: DateTexts, today: date, *, past: bool = False
) -> date | None:
    """The date a text means; `None` if it means none, or a day that does not exist.

    Accepts ISO 8601 in every language; figures in the order of the language, *1.3.2027*,
    *1/3-27*, *1.3*; a month name, *1. marts 2027*; a weekday, *fredag*, *næste fredag*; and
    relative dates, *i morgen*, *om 2 uger*, *om en måned*, *+14*. Each may follow a word such as
    *den* or *senest*. Without a year, or as a weekday alone, it is the next such day, or with
    `past` the last one.
    """
    introductions = set(map(cldr.fold, words.before))
    text = " ".join(dropwhile(introductions.__contains__, cldr.fold(text).split()))
    with suppress(ValueError, OverflowError):  # no such date
        if match := _ISO.fullmatch(text):
            return date(*map(int, match.groups()))
        beginning, _, rest = text.partition(" ")
        weekday = cldr.weekdays(locale).get(beginning.strip(".,"))
        if match := _FIGURES.fullmatch(text if weekday is None else rest):
            found = _in_figures(match, locale, today, past)
            return found if found and weekday in (None, found.weekday()) else None
        return _from_today(text, locale, words, today) or _in_letters(text, locale, today, past)
    return None


def _in_figures(match: re.Match[str], locale: str, today: date, past: bool) -> date | None:
    parts = list(filter(None, match.groups()))
    order = cldr.order_of_date(locale)
    if len(parts) == 2:
        order = cldr.order_of_date(locale, "Md")
    elif order[0] == "y" and len(parts[0]) <= 2:
        order = cldr.order_of_date(locale, "Md") + "y"
    found = dict(zip(order, parts, strict=True))
    return _on(found["d"], found["m"], found.get("y", ""), today, past)


def _on(day: str, month: str, year: str, today: date, past: bool) -> date | None:
    """The date; without a year the nearest one, up to eight years away for a leap day."""
    if len(day) > 2 or len(year) not in (0, 2, 4):
        return None
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for each in years:
        with suppress(ValueError):
            found = date(each, int(month), int(day))
            if (found <= today) if past else (found >= today):
                return found
    return None


def _from_today(text: str, locale: str, words: DateTexts, today: date) -> date | None:
    if match := _AHEAD.fullmatch(text):
        return today + timedelta(int(match[1]))
    for days, name in ((-1, words.yesterday), (0, words.today), (1, words.tomorrow)):
        if text == cldr.fold(name):
            return today + timedelta(days)
    for name, weekday in cldr.weekdays(locale).items():
        if text == cldr.fold(fill(words.next_weekday, weekday=name)):
            return today + timedelta(7 - today.weekday() + weekday)
    ones = set(map(cldr.fold, words.one))
    text = " ".join("1" if word in ones else word for word in text.split())
    if found := re.search(r"\d{1,4}", text):
        for number in (int(found[0]), -int(found[0])):
            for unit in cldr.UNITS:
                if text == cldr.fold(cldr.from_now(locale, number, unit)):
                    return _moved(today, number, unit)
    return None


def _moved(day: date, number: int, unit: cldr.Unit) -> date:
    """The day `number` units later, clamped to the last day of a shorter month."""
    if unit not in _MONTHS:
        return day + timedelta(number * cldr.UNITS[unit])
    year, month = divmod(day.year * 12 + day.month - 1 + number * _MONTHS[unit], 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _in_letters(text: str, locale: str, today: date, past: bool) -> date | None:
    numbers: list[str] = []
    months: list[int] = []
    weekdays: list[int] = []
    for part in _PARTS.finditer(text):
        number, word = part.groups()
        if number:
            numbers.append(number)
        elif word in (names := cldr.months(locale)):
            months.append(names[word])
        elif word in (names := cldr.weekdays(locale)):
            weekdays.append(names[word])
        elif word not in cldr.words_of_dates(locale):
            return None
    if len(months) > 1 or len(weekdays) > 1:
        return None
    if not months:
        return _next_weekday(weekdays[0], today, past) if weekdays and not numbers else None
    if len(numbers) == 2 and len(numbers[0]) == 4:
        numbers.reverse()
    if len(numbers) not in (1, 2):
        return None
    found = _on(numbers[0], str(months[0]), "".join(numbers[1:]), today, past)
    return found if found and weekdays in ([], [found.weekday()]) else None


def _next_weekday(weekday: int, today: date, past: bool) -> date:
    ahead = (weekday - today.weekday()) % 7
    return today + timedelta(-(-ahead % 7) if past else ahead or 7)
