"""Requests from a tab to the app; nothing changes until the app has acted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from stoette_tui.pages.search import Sought


class GoTo(Message):
    """Go to a target: `KIND:ID` (see `HasPlaces`), or a web address to open."""

    def __init__(self, target: str, sought: Sought | None = None) -> None:
        """`sought` is the search that led there, if any."""
        self.target = target
        self.sought = sought
        super().__init__()


class Copy(Message):
    """Copy a text to the clipboard."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__()


class PlanWanted(Message):
    """The reader wants to see or write the plan of an item."""

    def __init__(self, item_id: str) -> None:
        self.item_id = item_id
        super().__init__()


class MapWanted(Message):
    """The reader wants to fill in the map of support."""


class AnswerGiven(Message):
    """The reader gave an item an answer, or repeated its answer, which clears it."""

    def __init__(self, item_id: str, answer: str) -> None:
        self.item_id = item_id
        self.answer = answer
        super().__init__()


class RowReached(Message):
    """The reader has moved to another row of the checklist."""

    def __init__(self, round_id: str, row_id: str) -> None:
        """`round_id` is empty if there is no round yet."""
        self.round_id = round_id
        self.row_id = row_id
        super().__init__()


class SectionRead(Message):
    """The reader has moved to another section of the fact sheet."""

    def __init__(self, section: str) -> None:
        self.section = section
        super().__init__()
