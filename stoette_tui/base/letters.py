"""Text in the letters that standard output can write."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

if TYPE_CHECKING:
    from collections.abc import Mapping

_Value = TypeVar("_Value")

_SIMPLER = {
    **dict.fromkeys("─╌", "-"),
    **dict.fromkeys("━═", "="),
    **dict.fromkeys("│┃║▌▐▎▏▕▊", "|"),
    **dict.fromkeys("▁▂▃▄▅▆▇", "_"),
    **dict.fromkeys("▔▀", "-"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛╸╺╴╶", "+"),
    "▓": "#",
    "█": "#",
    "░": ".",
    "→": ">",
    "←": "<",
    "↑": "^",
    "↓": "v",
    "•": "*",
    "●": "*",
    "·": "-",
    "≈": "~",
    "–": "-",
    "—": "-",
    "…": "...",
    "»": '"',
    "«": '"',
    "“": '"',
    "”": '"',
    "’": "'",
    "æ": "ae",
    "ø": "oe",
    "å": "aa",
    "Æ": "Ae",
    "Ø": "Oe",
    "Å": "Aa",
    "é": "e",
}

_ADDRESS = re.compile(r"(https?://[^\s<>)]*)")


def simplify_what_cannot_be_encoded(*streams: TextIO) -> None:
    """Lets text streams write the nearest plain letters where their encoding lacks a character.

    Python writes UTF-8 in the C locale, which a terminal that was given it need not understand.
    """
    codecs.register_error("simplify", _simplify)
    encoding = "ascii" if _locale(os.environ) in ("C", "POSIX") else None
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding or stream.encoding, errors="simplify")


def _simplify(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(_SIMPLER.get(character, "?") for character in lost), error.end


def writable(value: _Value) -> _Value:
    """The value with each text in it in letters that standard output can write.

    Lines are made of what this returns: made first and simplified later, they would grow. What is
    kept or goes into a file is not. Addresses stay as they are, so that they still lead somewhere.
    """
    if _lacks_nothing():
        return value
    simplified: _Value = _simplified(value)
    return simplified


def _simplified(value: Any) -> Any:
    if type(value) is str:
        return "".join(
            part if number % 2 else _encodable(part)
            for number, part in enumerate(_ADDRESS.split(value))
        )
    if isinstance(value, Struct):
        return type(value)(**_simplified(asdict(value)))
    if isinstance(value, (tuple, list)):
        return type(value)(map(_simplified, value))
    if isinstance(value, dict):
        return {key: _simplified(each) for key, each in value.items()}
    return value


def _lacks_nothing() -> bool:
    # Textual puts something of its own in the place of `sys.stdout`.
    return sys.__stdout__ is None or _is_utf8(sys.__stdout__)


def _encodable(text: str) -> str:
    assert sys.__stdout__
    encoding = sys.__stdout__.encoding
    return text if text.isascii() else text.encode(encoding, "simplify").decode(encoding)


def writable_cells(text: str) -> str:
    """The text in letters that standard output can write, each as wide as the one it stands for."""
    if text.isascii() or _lacks_nothing():
        return text
    from rich.cells import cell_len

    return "".join(_encodable(letter).ljust(2)[: cell_len(letter)] for letter in text)


def is_ascii_only(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Whether marks and bars should keep to ASCII: the locale or the stream is not UTF-8."""
    locale = _locale(environment)
    named_utf8 = not locale or "utf8" in locale.lower().replace("-", "")
    return not _is_utf8(stream) or not named_utf8


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def _locale(environment: Mapping[str, str]) -> str:
    """The locale that is named for text.

    Python takes the C locale for UTF-8 and says so in LC_CTYPE; where LANG names C, it is C.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if environment.get("LANG") in ("C", "POSIX"):
        names.remove("LC_CTYPE")
    return next((environment[name] for name in names if environment.get(name)), "")
