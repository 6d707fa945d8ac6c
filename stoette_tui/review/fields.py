"""The fields of the log and their valid values."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import TYPE_CHECKING, Final

from stoette_tui.base.problems import ProblemError
from stoette_tui.base.sanitize import collapse_spaces, sanitize_line
from stoette_tui.review.progress import PLAN, Answer, Helped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_NAME_LENGTH: Final = 80
"""Characters in the longest name of a round."""


def _parse_date(value: str) -> date | None:
    if not value:
        return None
    day = date.fromisoformat(value)
    if day.isoformat() != value:  # 20270301 and 2027-W09-1 are ISO 8601 too, but not our form
        raise ValueError(value)
    return day


_PRIORITIES: Final = {"": None, **{str(priority): priority for priority in range(1, 10)}}
_HELPED: Final = {"": None, **{each.value: each for each in Helped}}
_FLAGS: Final = {"": False, "1": True}
_PLAN_PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "text": str,
    "line": str,
    "date": _parse_date,
    "priority": _PRIORITIES.__getitem__,
    "helped": _HELPED.__getitem__,
}
_ITEM_PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "answer": Answer,
    **{name: _PLAN_PARSERS[field.kind] for name, field in PLAN.items()},
}
BLANK_VALUES: Final = {"answer": Answer.UNANSWERED.value, **dict.fromkeys(PLAN, "")}
"""The fields of an item, with their initial values."""
_ROUND_PARSERS: Final[Mapping[str, Callable[[str], object]]] = {
    "name": str,
    "archived": _FLAGS.__getitem__,
    "opened": _FLAGS.__getitem__,
}


def parse_value(item: str, field: str, value: str) -> object:
    """A value of the log, parsed to its own type; an empty item means the round itself.

    Raises KeyError or ValueError for an unknown field or an invalid value.
    """
    return (_ITEM_PARSERS if item else _ROUND_PARSERS)[field](value)


def is_valid_value(item: str, field: str, value: str) -> bool:
    try:
        parse_value(item, field, value)
    except (KeyError, ValueError):
        return False
    return True


def fold_name(name: str) -> str:
    """The name of a round for comparison: as it is shown, case-folded, and normalized to NFC."""
    shown = collapse_spaces(sanitize_line(name))
    return unicodedata.normalize("NFC", shown).casefold()


def clean_name(name: str) -> str:
    """The name of a round as it is shown, on one line, with single spaces.

    Codes: `name_empty` (nothing in it can be seen), `name_too_long` (detail `longest`, in
    characters).
    """
    name = collapse_spaces(sanitize_line(name))
    if not any(letter.isprintable() for letter in name.replace(" ", "")):
        raise ProblemError.of("name_empty")
    if len(name) > MAX_NAME_LENGTH:
        raise ProblemError.of("name_too_long", longest=str(MAX_NAME_LENGTH))
    return name
