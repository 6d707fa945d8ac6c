"""espeak-ng can speak the dialogue, and liblouis can translate it into braille.

These tests need both programs; `.venv/bin/pytest -m programs` runs them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from speech import UNKNOWN, all_lines, in_braille, phonemes, speak, without_braille

from stoette_tui.content import loader as content

CONTENT = Path(__file__).parent.parent / "content"
LANGUAGES = content.languages(CONTENT)
pytestmark = pytest.mark.programs


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_the_dialogue_has_a_braille_sign(language: str) -> None:
    lines = all_lines(language)
    assert len(lines) > 300
    assert without_braille(lines, language) == set()
    assert len(in_braille(lines, language)) == len(lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_without_a_braille_sign_is_detected(language: str) -> None:
    assert without_braille(["ja, nej?", UNKNOWN], language) == set(UNKNOWN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_dialogue_can_be_spoken(language: str, tmp_path: Path) -> None:
    lines = all_lines(language)[:30]
    assert all(phonemes(lines, language))
    assert speak(lines, language, tmp_path / "said.wav") > len(lines)
