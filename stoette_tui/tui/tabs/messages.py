"""Requests from a tab to the main screen and the app; nothing changes until these have acted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from stoette_tui.pages.search import SearchTarget


@dataclass
class GoTo(Message):
    """Show a target: `KIND:ID`, see `tab_set.TAB_OF_PLACE`, or a web address to open.

    `sought` is the search that led there, if any.
    """

    target: str
    sought: SearchTarget | None = None


@dataclass
class PlanWanted(Message):
    """The reader wants to see or write the plan of an item, or to fill in the map of support."""

    item_id: str


@dataclass
class AnswerGiven(Message):
    """The reader gave an item an answer, or repeated its answer, which clears it."""

    item_id: str
    answer: str


@dataclass
class RowReached(Message):
    """The reader has moved to another row of the checklist."""

    row_id: str


@dataclass
class SectionRead(Message):
    """The reader has moved to another section of the fact sheet."""

    section: str
