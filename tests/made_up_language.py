"""A language that nobody speaks, made from English: with signs on its letters, and a third longer.

What is left in another language, or has no room for longer words, shows in it.
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
_SIGNS = str.maketrans("aeiouyAEIOUYcns", "àéîöúýÀÉÎÖÚÝçñš")
_KEPT = {
    *("id", "level", "origin", "link", "section", "cards", "explains", "ideas", "checklist"),
    *("address", "former_address", "archive"),
}
"""The fields of content that are no words."""
_KEPT_IN_UI = {"locale", "stemmer", "letters", "keys", "file_name", "days"}
"""Those of the interface; the names of keys are what stands on them, and months are CLDR's."""
_WORD = re.compile(r"\]\([^)]*\)|https?://\S+|www\.\S+|(?<!\w)--?[a-z-]+|\{\w+\}|[^\W\d_]+")


def spoken(text: str) -> str:
    """The text in that language; signs of Markdown, addresses, options and placeholders stay."""
    return _WORD.sub(_longer, text)


def _longer(match: re.Match[str]) -> str:
    word = match[0]
    if not word.isalpha():
        return word
    signs = word.translate(_SIGNS)
    vowel = next((each for each in signs.lower() if each in "àéîöúý"), "ü")
    return signs + vowel * math.ceil(len(word) / 3)


def make(content: Path) -> None:
    """Adds the language to a content folder that has English."""
    folder = shutil.copytree(content / "en", content / CODE)
    for file in folder.iterdir():
        kept = _KEPT_IN_UI if file.stem == "ui" else _KEPT
        data = _told(yaml.safe_load(file.read_text()), kept)
        file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))


def _told(value: Any, kept: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            key: each if key in kept and not _holds_records(each) else _told(each, kept)
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [_told(each, kept) for each in value]
    return spoken(value) if isinstance(value, str) else value


def _holds_records(value: Any) -> bool:
    """Whether a list is one of ideas or cards themselves, and not of references to them."""
    return isinstance(value, list) and isinstance(value[0], dict)
