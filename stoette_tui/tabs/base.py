"""What the app asks of the tabs it leads readers to."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class HasPlaces(Protocol):
    """A tab that one can be led to a place in."""

    def go_to(self, kind: str, name: str, query: str) -> None:
        """Shows the place: a `section`, `card`, `group`, `item` or `link` by its id.

        `query` is what was searched for, or empty.
        """
