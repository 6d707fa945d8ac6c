"""Dates as people in Denmark write them.

`strptime` would need a format for each pair of separators, and a library that guesses takes what
is no date for one.
"""

from __future__ import annotations

import re
from datetime import date

_FORMS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[./-] ?(?P<month>\d{1,2})[./-] ?(?P<year>\d{4})"),
)


def parse_date(text: str) -> date | None:
    """The date in a text such as `2027-03-01`, `1.3.2027`, `1/3-2027` or `01-03-2027`.

    `None` if the text has another form or the day does not exist.
    """
    for form in _FORMS:
        if match := form.fullmatch(text.strip()):
            try:
                return date(*(int(match[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None
