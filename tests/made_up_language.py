"""A made-up language, derived from English: with diacritics, and a third longer.

It reveals texts that are not translated and places without room for longer words.
"""

from __future__ import annotations

import math
import re
import shutil
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

CODE = "qps"
_DIACRITICS = str.maketrans("aeiouyAEIOUYcns", "àéîöúýÀÉÎÖÚÝçñš")
_UNTRANSLATED = {
    *("id", "level", "origin", "link", "section", "cards", "explains", "ideas", "checklist"),
    *("address", "former_address", "archive"),
}
"""The fields of the content that are not translated."""
_UNTRANSLATED_IN_UI = {"locale", "stemmer", "letters", "keys", "file_name", "days"}
"""Those of the interface; keys are named by what is printed on them, and months by CLDR."""
_WORD = re.compile(r"\]\([^)]*\)|https?://\S+|www\.\S+|(?<!\w)--?[a-z-]+|\{\w+\}|[^\W\d_]+")


def translate(text: str) -> str:
    """The text in that language; Markdown, addresses, options and placeholders stay."""
    return _WORD.sub(_longer, text)


def _longer(match: re.Match[str]) -> str:
    word = match[0]
    if not word.isalpha():
        return word
    letters = word.translate(_DIACRITICS)
    vowel = next((each for each in letters.lower() if each in "àéîöúý"), "ü")
    return letters + vowel * math.ceil(len(word) / 3)


def make(content: Path) -> None:
    """Adds the language to a content folder that has English."""
    folder = shutil.copytree(content / "en", content / CODE)
    for file in folder.iterdir():
        untranslated = _UNTRANSLATED_IN_UI if file.stem == "ui" else _UNTRANSLATED
        data = _translated(yaml.safe_load(file.read_text()), untranslated)
        file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


def _translated(value: Any, untranslated: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: each
            if key in untranslated and not _holds_records(each)
            else _translated(each, untranslated)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_translated(each, untranslated) for each in value]
    return translate(value) if isinstance(value, str) else value


def _holds_records(value: Any) -> bool:
    """Whether a list holds ideas or cards themselves, and not references to them."""
    return isinstance(value, list) and isinstance(value[0], dict)
