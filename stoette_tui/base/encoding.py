"""Transliteration of text to characters that the encoding of standard output can represent."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import unicodedata
from functools import cache
from typing import Any, TextIO, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

_Value = TypeVar("_Value")

_REPLACEMENTS = {
    **dict.fromkeys("─╌▔▀", "-"),
    **dict.fromkeys("━═", "="),
    **dict.fromkeys("│┃║▌▐▎▏▕▊", "|"),
    **dict.fromkeys("▁▂▃▄▅▆▇", "_"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯┏┓┗┛╸╺╴╶", "+"),
    **dict.fromkeys("▓█", "#"),
    **dict.fromkeys("»«“”", '"'),
    **dict.fromkeys("‘’", "'"),
    **dict(zip("░→←↑↓•●·≈◆★–—", ".><^v**-~+*--", strict=True)),
    **dict(zip("ßæøåÆØÅ…", ("ss", "ae", "oe", "aa", "Ae", "Oe", "Aa", "..."), strict=True)),
}
"""Substitutes for characters that Unicode cannot decompose."""

_ADDRESS = re.compile(r"(https?://[^\s<>)]*)")
_ERROR_HANDLER = "transliterate"


def transliterate_streams(*streams: TextIO) -> None:
    """Makes text streams transliterate characters that their encoding lacks.

    In the C locale Python writes UTF-8, which a terminal with that locale may not understand.
    """
    codecs.register_error(_ERROR_HANDLER, _replace_unencodable)
    encoding = "ascii" if _locale() in ("C", "POSIX") else None
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=encoding or stream.encoding, errors=_ERROR_HANDLER)


def _replace_unencodable(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    unencodable = error.object[error.start : error.end]
    return "".join(map(_replacement, unencodable)), error.end


def _replacement(character: str) -> str:
    """The substitute for a character: a letter without its diacritic, and at worst `?`."""
    base = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return _REPLACEMENTS.get(character) or base or "?"


def transliterate(value: _Value) -> _Value:
    """The value with every string in it transliterated to the encoding of standard output.

    Recurses into structs, tuples, lists and dicts. Apply it before layout, as transliteration can
    make a line too long; never apply it to text that is stored or written to a file. Addresses
    are left unchanged, so that they still work.
    """
    return value if _stdout_is_utf8() else _transliterate(value)


def _transliterate(value: Any) -> Any:
    if type(value) is str:
        return "".join(
            part if number % 2 else _to_stdout_encoding(part)
            for number, part in enumerate(_ADDRESS.split(value))
        )
    if isinstance(value, Struct):
        return type(value)(**_transliterate(asdict(value)))
    if isinstance(value, (tuple, list)):
        return type(value)(map(_transliterate, value))
    if isinstance(value, dict):
        return {key: _transliterate(each) for key, each in value.items()}
    return value


def transliterate_cells(text: str) -> str:
    """The text transliterated, with each character as wide as the one it replaces."""
    if text.isascii() or _stdout_is_utf8():
        return text
    from rich.cells import cell_len

    return "".join(_to_stdout_encoding(letter).ljust(2)[: cell_len(letter)] for letter in text)


def _stdout_is_utf8() -> bool:
    # Textual replaces `sys.stdout` with a stream of its own.
    encoding = sys.__stdout__.encoding if sys.__stdout__ else "utf-8"
    return encoding.lower().replace("-", "") == "utf8"


def _to_stdout_encoding(text: str) -> str:
    assert sys.__stdout__
    encoding = sys.__stdout__.encoding
    return text if text.isascii() else text.encode(encoding, _ERROR_HANDLER).decode(encoding)


@cache
def draws_ascii() -> bool:
    """Whether marks and bars must be ASCII: the locale or standard output is not UTF-8.

    First asked when something is drawn, after `transliterate_streams` has set the encoding.
    """
    locale = _locale()
    is_utf8_locale = not locale or "utf8" in locale.lower().replace("-", "")
    return not (is_utf8_locale and _stdout_is_utf8())


def _locale() -> str:
    """The locale for text, empty if none is set.

    Python coerces the C locale to UTF-8 by setting LC_CTYPE; if LANG is C, the locale is C.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if os.environ.get("LANG") in ("C", "POSIX"):
        names.remove("LC_CTYPE")
    return next((os.environ[name] for name in names if os.environ.get(name)), "")
