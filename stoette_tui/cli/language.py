"""Which language of the content is used."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIRST: Final = "da"
"""The language for those who have chosen none, and whose system speaks none that is there."""
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose(known: Sequence[str], wanted: str, remembered: str, system: str) -> str:
    """The language that is wanted; else the only one, the one chosen last, or the system's.

    A language is found by a wider one, `en_GB.UTF-8` by `en`. One that is wanted and not there is
    returned as it is, for the error to name.
    """
    if wanted:
        return _find(known, wanted) or wanted
    if len(known) == 1:
        return known[0]
    found = _find(known, remembered) or _find(known, system) or _find(known, _FIRST)
    return found or (known[0] if known else _FIRST)


def _find(known: Sequence[str], wanted: str) -> str:
    code = wanted.partition(".")[0].partition("@")[0].replace("_", "-").casefold()
    by_code = {each.replace("_", "-").casefold(): each for each in known}
    return by_code.get(code) or by_code.get(code.partition("-")[0], "")


def system_locale(environment: Mapping[str, str]) -> str:
    """The locale of the system's messages; empty for that of C."""
    if sys.platform == "win32":
        import ctypes
        from locale import windows_locale

        return windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    value = next(filter(None, map(environment.get, _LOCALE_VARIABLES)), "")
    return "" if value.partition(".")[0] in ("C", "POSIX") else value
