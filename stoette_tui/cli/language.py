"""The choice of the content's language."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIRST: Final = "da"
"""The language if none is chosen and the system's is not available."""
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose(known: Sequence[str], *wishes: str) -> str:
    """The first of the `wishes` that is available, else Danish, else any language available."""
    found = (find(known, wish) for wish in (*wishes, _FIRST))
    return next(filter(None, found), known[0] if known else _FIRST)


def find(known: Sequence[str], wanted: str) -> str:
    """The language for a locale, `en` for `en_GB.UTF-8`; empty if it is not available."""
    code = wanted.partition(".")[0].partition("@")[0].replace("_", "-").casefold()
    by_code = {each.replace("_", "-").casefold(): each for each in known}
    return by_code.get(code) or by_code.get(code.partition("-")[0], "")


def system_locale(environment: Mapping[str, str]) -> str:
    """The locale of the system's messages; empty for the C locale."""
    if sys.platform == "win32":
        import ctypes
        from locale import windows_locale

        return windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    value = next(filter(None, map(environment.get, _LOCALE_VARIABLES)), "")
    return "" if value.partition(".")[0] in ("C", "POSIX") else value
