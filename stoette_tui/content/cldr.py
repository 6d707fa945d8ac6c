"""Dates and plurals of a language, from Unicode's CLDR.

`locale` is a BCP 47 tag such as `da` or `en-GB`. Importing Babel and reading a language's data take
25 ms, so Babel is imported lazily.
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
"""The units of relative time, in days as Babel counts them."""
_LITERAL = re.compile(r"'([^']+)'")


@cache
def find(locale: str) -> Locale | None:
    """The CLDR data of a language; `None` if there is none."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(locale, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


def with_country(code: str) -> str:
    """A language with its country; by default, the one where most people speak it."""
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
    """The date in figures, with a four-digit year, and without the *г.* of Bulgarian.

    In English the month is a name, as *02/10* is a day in October or in February, by country.
    """
    data = _data(locale)
    skeleton = "yMMMd" if data.language == "en" else "yMd"
    pattern = str(data.datetime_skeletons[skeleton].pattern)
    return _format(locale, day, re.sub(r"\s*'[^']*'\.?", "", pattern))


def long_date(locale: str, day: date) -> str:
    """The date with the month as a name."""
    return _format(locale, day, "long")


def day_and_date(locale: str, day: date) -> str:
    """The date with weekday and month as abbreviated names."""
    return _format(locale, day, _data(locale).datetime_skeletons["yMMMEd"].pattern)


def month(locale: str, day: date) -> str:
    """The month and the year, capitalized as a title."""
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
    """The plural category of a number: `zero`, `one`, `two`, `few`, `many` or `other`."""
    return _data(locale).plural_form(count)


def decimal_sign(locale: str) -> str:
    data = _data(locale)
    return str(data.number_symbols[data.default_numbering_system]["decimal"])


def display_name(code: str) -> str:
    """A language's own name; the code itself if CLDR does not know it."""
    data = find(code.replace("_", "-"))
    return (data and data.get_display_name()) or code


# Reading dates


def order_of_date(locale: str, skeleton: str = "yMd") -> str:
    """The order of the parts of a numeric date, such as `dmy`; without the year for `Md`."""
    pattern = str(_data(locale).datetime_skeletons[skeleton].pattern)
    return "".join(dict.fromkeys(re.sub("[^dmy]", "", pattern.casefold())))


@cache
def months(locale: str) -> dict[str, int]:
    """The month numbers by full and abbreviated name, in lower case."""
    return _names(_data(locale).months)


@cache
def weekdays(locale: str) -> dict[str, int]:
    """The weekdays by full and abbreviated name; Monday is 0."""
    return _names(_data(locale).days)


@cache
def words_of_dates(locale: str) -> frozenset[str]:
    """The words of a date besides the names, such as *den* in *mandag den 1. marts*."""
    formats = _data(locale).date_formats
    patterns = (str(formats[width].pattern) for width in ("full", "long", "medium"))
    return frozenset(
        fold(word)
        for pattern in patterns
        for literal in _LITERAL.findall(pattern)
        for word in re.findall(r"[^\W\d]+", literal)
    )


def fold(text: str) -> str:
    """The text case-folded, and each letter composed with its diacritics."""
    return unicodedata.normalize("NFC", text.casefold())


def _names(by_context: Any) -> dict[str, int]:
    return {
        fold(name).strip("."): number
        for context in by_context.values()
        for width in ("wide", "abbreviated")
        for number, name in context[width].items()
    }
