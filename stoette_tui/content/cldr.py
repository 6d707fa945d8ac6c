"""What Unicode's CLDR knows of a language: how it writes dates, and its plurals.

`locale` is the language as BCP 47 has it, such as `da` or `en-GB`. Babel and the data of a language
take 25 ms to import and read, so Babel is imported where something is first asked.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from stoette_tui.base.sanitize import capitalize

if TYPE_CHECKING:
    from datetime import date, datetime

    from babel import Locale

Unit = Literal["day", "week", "month", "year"]
UNITS: Final[dict[Unit, int]] = {"day": 1, "week": 7, "month": 30, "year": 365}
"""The units of time from now, in days as Babel counts them."""
_LITERAL = re.compile(r"'([^']+)'")


@cache
def find(locale: str) -> Locale | None:
    """The data of a language; `None` if CLDR has none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def with_country(code: str) -> str:
    """A language with a country: where none is given, that in which most people speak it."""
    from babel.core import Locale, get_global

    data = find(code) or Locale("en", "GB")
    likely = Locale.parse(get_global("likely_subtags").get(data.language, "en_GB"))
    return f"{data.language}-{data.territory or likely.territory}"


def _data(locale: str) -> Locale:
    return find(locale) or _data("en")


def _format(locale: str, day: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(day, pattern, _data(locale))


def short_date(locale: str, day: date) -> str:
    """The date in figures alone, with all of the year; without the *г.* of Bulgarian."""
    pattern = str(_data(locale).datetime_skeletons["yMd"].pattern)
    return _format(locale, day, re.sub(r"\s*'[^']*'\.?", "", pattern))


def long_date(locale: str, day: date) -> str:
    """The date with the month in letters."""
    return _format(locale, day, "long")


def day_and_date(locale: str, day: date) -> str:
    """The date with the month in letters, and the day of the week, both in short."""
    return _format(locale, day, _data(locale).datetime_skeletons["yMMMEd"].pattern)


def month(locale: str, day: date) -> str:
    """The month and the year, as a title begins."""
    return capitalize(_format(locale, day, _data(locale).datetime_skeletons["yMMMM"].pattern))


def time_of_day(locale: str, at: datetime) -> str:
    """The hour and the minute."""
    from babel.dates import format_time

    return format_time(at, "short", locale=_data(locale))


def from_now(locale: str, number: int, unit: Unit) -> str:
    """A time from now in whole units: `in 2 weeks`, `3 days ago`."""
    from babel.dates import format_timedelta

    ahead = timedelta(number * UNITS[unit])
    return format_timedelta(
        ahead, granularity=unit, threshold=10_000, add_direction=True, locale=_data(locale)
    )


def plural_category(locale: str, count: int) -> str:
    """The kind of a number: `zero`, `one`, `two`, `few`, `many` or `other`."""
    return _data(locale).plural_form(count)


def decimal_sign(locale: str) -> str:
    """The sign between ones and tenths."""
    data = _data(locale)
    return str(data.number_symbols[data.default_numbering_system]["decimal"])


def display_name(code: str) -> str:
    """A language in its own words; the code itself if CLDR does not know it."""
    data = find(code.replace("_", "-"))
    return (data and data.get_display_name()) or code


# Reading dates


def order_of_date(locale: str, skeleton: str = "yMd") -> str:
    """The order of a date's parts in figures, as in `dmy`; without the year by `Md`."""
    pattern = str(_data(locale).datetime_skeletons[skeleton].pattern)
    return "".join(dict.fromkeys(re.sub("[^dmy]", "", pattern.casefold())))


@cache
def months(locale: str) -> dict[str, int]:
    """The months by their names and the short forms of these, in small letters."""
    return _names(_data(locale).months)


@cache
def weekdays(locale: str) -> dict[str, int]:
    """The days of the week by their names and the short forms of these; Monday is 0."""
    return _names(_data(locale).days)


@cache
def words_of_dates(locale: str) -> frozenset[str]:
    """The words that stand in a date besides the names, as *den* in *mandag den 1. marts*."""
    formats = _data(locale).date_formats
    patterns = (str(formats[width].pattern) for width in ("full", "long", "medium"))
    return frozenset(
        fold(word)
        for pattern in patterns
        for literal in _LITERAL.findall(pattern)
        for word in re.findall(r"[^\W\d]+", literal)
    )


def fold(text: str) -> str:
    """The text with no regard to capitals, and each letter with its signs as one."""
    return unicodedata.normalize("NFC", text.casefold())


def _names(by_context: Any) -> dict[str, int]:
    return {
        fold(name).strip("."): number
        for context in by_context.values()
        for width in ("wide", "abbreviated")
        for number, name in context[width].items()
    }
