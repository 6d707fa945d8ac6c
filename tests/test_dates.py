"""Dates as people type them, in many languages."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoette_tui.content import cldr, ui_text
from stoette_tui.content.dates import read_date
from stoette_tui.content.loader import bundled_folder

WORDS = ui_text.load(bundled_folder(), "da").dates
TODAY = date(2026, 11, 25)  # a Wednesday
LANGUAGES = (
    *("da", "en-GB", "en-US", "sv", "nb", "fi", "is", "de", "nl", "fr", "es", "pt", "it", "pl"),
    *("cs", "lt", "lv", "et", "hu", "ro", "tr", "uk", "el", "kl", "fo"),
)
DAYS = st.dates(date(1980, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-03-01", date(2027, 3, 1)),
        ("1.3.2027", date(2027, 3, 1)),
        ("1/3-2027", date(2027, 3, 1)),
        ("01-03-2027", date(2027, 3, 1)),
        ("1. 3. 2027", date(2027, 3, 1)),
        ("1.3.27", date(2027, 3, 1)),
        ("1.3", date(2027, 3, 1)),
        ("30/11", date(2026, 11, 30)),
        ("24/11", date(2027, 11, 24)),
        ("25.11.", date(2026, 11, 25)),
        ("29.2", date(2028, 2, 29)),
        ("1. marts 2027", date(2027, 3, 1)),
        ("1 mar 27", date(2027, 3, 1)),
        ("1. Marts", date(2027, 3, 1)),
        ("mandag den 1. marts 2027", date(2027, 3, 1)),
        ("man. 1/3", date(2027, 3, 1)),
        ("fredag", date(2026, 11, 27)),
        ("på fredag", date(2026, 11, 27)),
        ("Senest den 30/11", date(2026, 11, 30)),
        ("onsdag", date(2026, 12, 2)),
        ("næste mandag", date(2026, 11, 30)),
        ("Næste onsdag", date(2026, 12, 2)),
        ("næste søn", date(2026, 12, 6)),
        ("I morgen", date(2026, 11, 26)),
        ("i dag", date(2026, 11, 25)),
        ("om 2 uger", date(2026, 12, 9)),
        ("om 10 dage", date(2026, 12, 5)),
        ("om en uge", date(2026, 12, 2)),
        ("om 1 måned", date(2026, 12, 25)),
        ("Om én måned", date(2026, 12, 25)),
        ("om 3 måneder", date(2027, 2, 25)),
        ("om et år", date(2027, 11, 25)),
        ("om to uger", date(2026, 12, 9)),
        ("14 dage", date(2026, 12, 9)),
        ("idag", date(2026, 11, 25)),
        ("i overmorgen", date(2026, 11, 27)),
        ("d. 1. marts", date(2027, 3, 1)),
        ("fredag d. 5. marts 2027", date(2027, 3, 5)),
        ("tors", date(2026, 11, 26)),
        ("1. sept", date(2027, 9, 1)),
        ("uge 12", date(2027, 3, 26)),
        ("i uge 48", date(2026, 11, 27)),
        ("mandag i uge 48", date(2027, 11, 29)),
        ("tirsdag uge 53", date(2026, 12, 29)),
        ("1 / 3 / 2027", date(2027, 3, 1)),
        ("1 3 2027", date(2027, 3, 1)),
        ("2027/03/01", date(2027, 3, 1)),
        ("20270301", date(2027, 3, 1)),
        ("+14", date(2026, 12, 9)),
        ("inden fredag", date(2026, 11, 27)),
        ("Inden 31/12", date(2026, 12, 31)),
        ("før 1. marts", date(2027, 3, 1)),
        ("ca. 1. marts", date(2027, 3, 1)),
        ("nu på fredag", date(2026, 11, 27)),
        ("inden jul", date(2026, 12, 24)),
        ("nytår", date(2026, 12, 31)),
        ("til marts", date(2027, 3, 31)),
        ("sidst i februar", date(2027, 2, 28)),
        ("november", date(2026, 11, 30)),
        ("februar 2028", date(2028, 2, 29)),
        ("næste uge", date(2026, 12, 4)),
        ("i denne uge", date(2026, 11, 27)),
        ("fredag i næste uge", date(2026, 12, 4)),
        ("man. i denne uge", date(2026, 11, 23)),
        ("uge3", date(2027, 1, 22)),
        ("uge 3 2028", date(2028, 1, 21)),
        ("den 15.", date(2026, 12, 15)),
        ("den 25", date(2026, 11, 25)),
        ("31.", date(2026, 12, 31)),
        ("om otte dage", date(2026, 12, 3)),
        ("om fjorten dage", date(2026, 12, 9)),
        ("om et halvt år", date(2027, 5, 25)),
        ("i mandags", date(2026, 11, 23)),
    ],
)
def test_parses_danish_dates(text: str, expected: date) -> None:
    assert read_date(text, "da", WORDS, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the 1st of March", date(2027, 3, 1)),
        ("1 Sep", date(2027, 9, 1)),
        ("on Friday", date(2026, 11, 27)),
        ("the day after tomorrow", date(2026, 11, 27)),
        ("before Christmas", date(2026, 12, 24)),
        ("the end of March", date(2027, 3, 31)),
        ("by the 15th", date(2026, 12, 15)),
        ("Friday next week", date(2026, 12, 4)),
        ("in half a year", date(2027, 5, 25)),
        ("past Monday", date(2026, 11, 23)),
        ("15", None),
        ("in a week", date(2026, 12, 2)),
        ("two weeks", date(2026, 12, 9)),
        ("by week 12", date(2027, 3, 26)),
        ("1-Mar-2027", date(2027, 3, 1)),
        ("03/31/2027", None),
        ("this Friday", None),  # which may be today
        *((text, None) for text in ("10-12 Dec", "March 1-14", "1st-14th March", "1 by 14 March")),
        *((text, None) for text in ("1 Dec 10am", "12 March 12pm", "3pm 12 March", "1 on 1")),
        *((text, None) for text in ("Fri 3 week 49", "1.1.0027", "1 March 1027")),
    ],
)
def test_parses_english_dates(text: str, expected: date | None) -> None:
    assert ui_text.load(bundled_folder(), "en").read_date(text, TODAY) == expected


@pytest.mark.parametrize("language", ["da", "en"])
def test_parses_the_days_with_a_name(language: str) -> None:
    ui = ui_text.load(bundled_folder(), language)
    for name, day in ui.dates.days.items():
        found = ui.read_date(name, TODAY)
        assert found
        assert found == ui.read_date(day, TODAY)


def test_next_monday_is_in_the_next_week_in_every_language() -> None:
    for code, text in (("da", "næste mandag"), ("en", "next Monday")):
        ui = ui_text.load(bundled_folder(), code)
        for day in range(23, 30):  # every day of the week before
            assert ui.read_date(text, date(2026, 11, day)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    "text",
    [
        *("", "14", "1.13.2027", "30.2.2027", "29.2.2027", "1.3.027", "2027-13-01", "2027-3"),
        *("1.3.2027.4", "tirsdag den 1. marts 2027", "1 marts april", "1. marts!"),
        *(
            "fredag lørdag",
            "tirsdag 1.3.2027",
            "+99999",
            "om mange uger",
            "næste",
            "på",
            "uge 54",
            "mange i uge 12",
            *("10.-12. december", "1.-14. marts", "1. til 14. marts", "1. marts 14t", "1 til 3"),
            *("1-3/12", "10-12/11", "10/11-12", "5.3-10", "ej uge 12", "14 uge 12", "d. 5 uge 49"),
            "den " * 1000 + "1. marts",
            "ma",
            "-3",
            "1,5",
            "³.3.2027",
            "x 1.3.2027",
        ),
    ],
)
def test_invalid_dates_are_none(text: str) -> None:
    assert read_date(text, "da", WORDS, TODAY) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("24/11", date(2026, 11, 24)),
        ("30/11", date(2025, 11, 30)),
        ("fredag", date(2026, 11, 20)),
        ("onsdag", date(2026, 11, 25)),
        ("i går", date(2026, 11, 24)),
        ("for 2 uger siden", date(2026, 11, 11)),
        ("29.2", date(2024, 2, 29)),
        ("i forgårs", date(2026, 11, 23)),
        ("sidste fredag", date(2026, 11, 20)),
        ("uge 12", date(2026, 3, 20)),
        ("uge 48", date(2026, 11, 25)),
        ("i fredags", date(2026, 11, 20)),
        ("den 30.", date(2026, 10, 30)),
        ("i november", None),
    ],
)
def test_dates_of_completed_actions_are_in_the_past(text: str, expected: date | None) -> None:
    assert read_date(text, "da", WORDS, TODAY, past=True) == expected


@pytest.mark.parametrize(
    ("locale", "text", "expected"),
    [
        ("en-GB", "3/2/2027", date(2027, 2, 3)),
        ("en-US", "3/2/2027", date(2027, 3, 2)),
        ("en-US", "13/2/2027", None),
        ("en-GB", "1st March 2027", date(2027, 3, 1)),
        ("en-US", "March 1, 2027", date(2027, 3, 1)),
        ("en-GB", "in 3 weeks", date(2026, 12, 16)),
        ("sv", "1/3", date(2027, 3, 1)),
        ("sv", "1/3 2027", date(2027, 3, 1)),
        ("sv", "1.3.2027", date(2027, 3, 1)),
        ("es", "1 de marzo de 2027", date(2027, 3, 1)),
        ("lv", "2027. gada 1. marts", date(2027, 3, 1)),
    ],
)
def test_day_and_month_follow_the_order_of_the_locale(
    locale: str, text: str, expected: date | None
) -> None:
    assert read_date(text, locale, WORDS, TODAY) == expected


@given(st.sampled_from(LANGUAGES), DAYS)
def test_dates_round_trip_in_every_language(locale: str, day: date) -> None:
    for write in (cldr.short_date, cldr.long_date):
        assert read_date(write(locale, day), locale, WORDS, TODAY) == day
    assert read_date(day.isoformat(), locale, WORDS, TODAY) == day


@given(st.sampled_from(LANGUAGES), st.integers(1, 60))
def test_relative_dates_round_trip_in_every_language(locale: str, number: int) -> None:
    for unit in cldr.UNITS:
        for ahead in (number, -number):
            expected = {
                "day": TODAY + timedelta(ahead),
                "week": TODAY + timedelta(7 * ahead),
                "month": date(2026 + (10 + ahead) // 12, (10 + ahead) % 12 + 1, 25),
                "year": date(2026 + ahead, 11, 25),
            }
            text = cldr.from_now(locale, ahead, unit)
            assert read_date(text, locale, WORDS, TODAY) == expected[unit]


def test_adding_months_clamps_to_the_last_day() -> None:
    for text, expected in (("om 1 måned", date(2027, 2, 28)), ("om 13 måneder", date(2028, 2, 29))):
        assert read_date(text, "da", WORDS, date(2027, 1, 31)) == expected


@given(st.sampled_from(LANGUAGES), st.text(max_size=40) | st.from_regex(r"[\d/. -]{1,12}"))
def test_any_text_is_parsed_or_none(locale: str, text: str) -> None:
    parsed = read_date(text, locale, WORDS, TODAY)
    assert parsed is None or read_date(parsed.isoformat(), locale, WORDS, TODAY) == parsed
