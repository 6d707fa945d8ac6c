"""Transliteration of text to characters that the encoding of standard output can represent."""

from __future__ import annotations

import codecs
import io
import os
import re
import sys
import unicodedata
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from msgspec import Struct
from msgspec.structs import asdict

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    encoding = "ascii" if _locale(os.environ) in ("C", "POSIX") else None
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
    if _stdout_is_utf8():
        return value
    transliterated: _Value = _transliterate(value)
    return transliterated


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
    return sys.__stdout__ is None or _is_utf8(sys.__stdout__)


def _to_stdout_encoding(text: str) -> str:
    assert sys.__stdout__
    encoding = sys.__stdout__.encoding
    return text if text.isascii() else text.encode(encoding, _ERROR_HANDLER).decode(encoding)


def is_ascii_only(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Whether marks and bars must be ASCII: the locale or the stream is not UTF-8."""
    locale = _locale(environment)
    is_utf8_locale = not locale or "utf8" in locale.lower().replace("-", "")
    return not _is_utf8(stream) or not is_utf8_locale


def _is_utf8(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().replace("-", "") == "utf8"


def _locale(environment: Mapping[str, str]) -> str:
    """The locale for text, empty if none is set.

    Python coerces the C locale to UTF-8 by setting LC_CTYPE; if LANG is C, the locale is C.
    """
    names = ["LC_ALL", "LC_CTYPE", "LANG"]
    if environment.get("LANG") in ("C", "POSIX"):
        names.remove("LC_CTYPE")
    return next((environment[name] for name in names if environment.get(name)), "")
