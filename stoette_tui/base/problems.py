"""Problems as data; their texts are in `content/<language>/ui.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterable


class Problem(Struct, frozen=True):
    """One problem to report.

    `code` names a text under `problems` in `ui.yaml`, `details` fills its placeholders, and
    `where` is `FILE:LINE`, `FILE` or empty.
    """

    code: str
    where: str = ""
    details: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The untranslated form, used when no language could be loaded."""
        details = ", ".join(f"{name}: {value}" for name, value in self.details.items())
        return ": ".join(part for part in (self.where, self.code, details) if part)


class ProblemError(Exception):
    """One or more problems that made an operation fail. Nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))

    @classmethod
    def of(cls, code: str, where: str = "", **details: str) -> ProblemError:
        return cls([Problem(code, where, details)])


def reason_of(error: Exception) -> str:
    """The operating system's message without number and path, for the detail `reason`."""
    return getattr(error, "strerror", None) or str(error)
