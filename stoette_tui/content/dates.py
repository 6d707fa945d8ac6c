"""Dates as people in Denmark write them."""

from __future__ import annotations

import re
from datetime import date

_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[./-] ?(?P<month>\d{1,2})[./-] ?(?P<year>\d{4})"),
)


def parse_date(text: str) -> date | None:
    """The date meant by `2027-03-01`, `1.3.2027`, `1/3-2027` or `01-03-2027`.

    `None` for anything else, also for a day that does not exist.
    """
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            try:
                return date(*(int(match[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None
