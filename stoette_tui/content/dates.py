"""Dates as people write them, read in the language of the content.

Our own, as dateparser reads no *om to uger*, *næste fredag*, *uge 12* or *d. 1/3*.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from stoette_tui.content import cldr
from stoette_tui.content.ui_text import fill, named_days

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from stoette_tui.content.ui_sections import DateTexts

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})|(\d{4})(\d\d)(\d\d)")
_BETWEEN = r"(?: ?([./-]) ?| )"
_FIGURES = re.compile(rf"(\d{{1,4}}){_BETWEEN}(\d{{1,2}})(?:{_BETWEEN}(\d{{4}}|\d{{2}}))?\.?")
_AHEAD = re.compile(r"\+ ?(\d{1,4})")
_DAY = re.compile(r"(\d{1,2})(\.|st|nd|rd|th|er|e)?")
_PARTS = re.compile(r"(\d+)(?:(?:st|nd|rd|th|er|e)\b)?|([^\W\d_]+(?:-[^\W\d_]+)*)|[^\s.,/-]")
"""A number, with a suffix as in *1st*; a word; or a character that is not allowed in a date."""
_MONTHS: Final = {"month": 1, "year": 12}
_MAX_LENGTH: Final = 100  # characters
_FIRST_YEAR: Final = 1900
_YEARS_IN_SHORT: Final = range(-5, 40)
"""The years from now that two digits can stand for; any other is rather the end of a range."""


def read_date(
    text: str, locale: str, words: DateTexts, today: date, *, past: bool = False
) -> date | None:
    """The date a text means; `None` if it means none, or a day that does not exist.

    Accepts ISO 8601 in every language; figures in the order of the language, *1.3.2027*,
    *1/3-27*, *1.3*; a month name, *1. marts 2027*; a weekday, *fredag*, *næste fredag*; a week by
    its number, *uge 12*, which is its Friday, *mandag i uge 12*; a month, *marts*, which is its
    last day; a day with a name, *jul*, or of a month, *den 15.*; and relative dates, *i morgen*,
    *om to uger*, *14 dage*, *+14*. Words such as *den* and *senest* are ignored. Without a year,
    or as a weekday alone, it is the next such day, or with `past` the last one.
    """
    said = cldr.fold(text).split() if len(text) <= _MAX_LENGTH else []
    days = {cldr.fold(name): cldr.fold(day) for name, day in words.days.items()}
    for kept in (said, _without_fillers(said, set(map(cldr.fold, words.fillers)))):
        found_text = " ".join(kept)
        with suppress(ValueError, OverflowError):  # no such date
            match = _DAY.fullmatch(found_text)
            if match and (match[2] or kept != said):
                return _on_day(int(match[1]), today, past)
            found = _read(days.get(found_text, found_text), locale, words, today, past)
            if found and found.year >= _FIRST_YEAR:
                return found
    return None


def _without_fillers(said: Sequence[str], fillers: Container[str]) -> list[str]:
    """The words but for fillers; none where one joins two numbers, as in *1 til 3*."""
    kept = [word for word in said if word.strip(".,") not in fillers]
    for before, word, after in zip(said, said[1:], said[2:], strict=False):
        if word not in kept and before[0].isdecimal() and after[0].isdecimal():
            return []
    return kept


def _read(text: str, locale: str, words: DateTexts, today: date, past: bool) -> date | None:
    if match := _ISO.fullmatch(text):
        return date(*map(int, filter(None, match.groups())))
    beginning, _, rest = text.partition(" ")
    weekday = cldr.weekdays(locale).get(beginning.strip(".,"))
    if match := _FIGURES.fullmatch(text if weekday is None else rest):
        found = _in_figures(match, locale, today, past)
        return found if found and weekday in (None, found.weekday()) else None
    return (
        _from_today(text, locale, words, today)
        or _in_week(text, locale, words, today, past)
        or _in_letters(text, locale, today, past)
    )


def _in_figures(match: re.Match[str], locale: str, today: date, past: bool) -> date | None:
    first, sign, second, other_sign, third = match.groups()
    parts = list(filter(None, (first, second, third)))
    if len(third or "") == 2 and (sign, other_sign) not in ((sign, sign), ("/", "-")):
        return None  # as in 1-3/12, which is rather a range
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
    if len(year) == 2 and int(year) + 2000 - today.year not in _YEARS_IN_SHORT:
        return None
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    return _nearest(lambda each: date(each, int(month), int(day)), today, past)


def _on_day(day: int, today: date, past: bool) -> date | None:
    """The next such day of a month, or the last one; some months do not have it."""
    step = -1 if past else 1
    for months in range(0, 13 * step, step):
        with suppress(ValueError):
            found = _moved(today.replace(day=1), months, "month").replace(day=day)
            if (found - today).days * step >= 0:
                return found
    return None


def _nearest(day_in: Callable[[int], date], today: date, past: bool) -> date | None:
    """The first such day from today on, or the last one until today, by the year."""
    step = -1 if past else 1
    for year in range(today.year, today.year + 9 * step, step):
        with suppress(ValueError):  # not in that year
            if ((found := day_in(year)) - today).days * step >= 0:
                return found
    return None


def _from_today(text: str, locale: str, words: DateTexts, today: date) -> date | None:
    if match := _AHEAD.fullmatch(text):
        return today + timedelta(int(match[1]))
    for days, name in named_days(words).items():
        if text.replace(" ", "") == cldr.fold(name).replace(" ", ""):
            return today + timedelta(days)
    for name, weekday in cldr.weekdays(locale).items():
        if text == cldr.fold(fill(words.next_weekday, weekday=name)):
            return today + timedelta(7 - today.weekday() + weekday)
        recent = words.last_weekday, words.recent_weekday
        if text in (cldr.fold(fill(each, weekday=name)) for each in recent):
            return _next_weekday(weekday, today - timedelta(1), past=True)
    if text == cldr.fold(words.half_year):
        return _moved(today, 6, "month")
    numbers = {
        cldr.fold(word): str(number)
        for number, each in enumerate(words.numbers, 1)
        for word in each.split()
    }
    text = " ".join(numbers.get(word, word) for word in text.split())
    if found := re.search(r"\d{1,4}", text):
        for number in (int(found[0]), -int(found[0])):
            for unit in cldr.UNITS:
                said = cldr.fold(cldr.from_now(locale, number, unit))
                if text == said or (number > 0 and said.endswith(f" {text}")):
                    return _moved(today, number, unit)
    return None


def _in_week(text: str, locale: str, words: DateTexts, today: date, past: bool) -> date | None:
    """A day of the week with a number of ISO 8601; its Friday, where none is said."""
    week = (
        re.escape(cldr.fold(words.week)).replace(r"\ ", " ?").replace(r"\{number\}", r"(\d{1,2})")
    )
    near = cldr.fold(words.this_week), cldr.fold(words.next_week)
    match = re.fullmatch(
        rf"(?:(\S+) )?(?:{week}(?: (\d{{4}}))?|({'|'.join(map(re.escape, near))}))", text
    )
    if match is None:
        return None
    beginning, number, year, named = match.groups()
    weekday = cldr.weekdays(locale).get(beginning.strip(".,")) if beginning else 4
    if weekday is None:
        return None
    if named:
        return today + timedelta(weekday - today.weekday() + 7 * near.index(named))
    if year:
        return date.fromisocalendar(int(year), int(number), weekday + 1)
    if past and not beginning and int(number) == today.isocalendar().week:
        return today
    return _nearest(lambda year: date.fromisocalendar(year, int(number), weekday + 1), today, past)


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
    numbers_before = 0
    for part in _PARTS.finditer(text):
        number, word = part.groups()
        numbers_before += bool(number and not months)
        if number:
            numbers.append(number)
        elif word in cldr.months(locale):
            months.append(cldr.months(locale)[word])
        elif word in cldr.weekdays(locale):
            weekdays.append(cldr.weekdays(locale)[word])
        elif month := _by_beginning(word, cldr.months(locale)):
            months.append(month)
        elif word not in cldr.words_of_dates(locale):
            return None
    if len(months) > 1 or len(weekdays) > 1:
        return None
    if not months:
        return _next_weekday(weekdays[0], today, past) if weekdays and not numbers else None
    if not (weekdays or past) and (not numbers or [len(each) for each in numbers] == [4]):
        return _end_of_month(months[0], numbers, today)
    if len(numbers) == 2 and len(numbers[0]) == 4:
        numbers.reverse()
    if len(numbers) not in (1, 2):
        return None
    if len(numbers) == 2 and len(numbers[1]) < 4 and numbers_before != 1:
        return None  # as in 10.-12. december: a year in short follows the month
    found = _on(numbers[0], str(months[0]), "".join(numbers[1:]), today, past)
    return found if found and weekdays in ([], [found.weekday()]) else None


def _end_of_month(month: int, years: Sequence[str], today: date) -> date | None:
    """The last day of the month in that year; without one, of the next such month."""

    def day_in(year: int) -> date:
        return date(year, month, monthrange(year, month)[1])

    return day_in(int(years[0])) if years else _nearest(day_in, today, past=False)


def _by_beginning(word: str | None, names: Mapping[str, int]) -> int | None:
    """The number of the one name that begins so; three letters are the least."""
    found = {number for name, number in names.items() if word and name.startswith(word)}
    return found.pop() if len(found) == 1 and word and len(word) >= 3 else None


def _next_weekday(weekday: int, today: date, past: bool) -> date:
    ahead = (weekday - today.weekday()) % 7
    return today + timedelta(-(-ahead % 7) if past else ahead or 7)
