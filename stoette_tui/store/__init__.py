"""The review on disk: the operations on it, and one SQLite file, an append-only log with backups.

May import `review` and `base`. Knows no words: it returns values, which each interface describes.

A method that fails raises `ProblemError` and has changed nothing. Codes:
`store_unknown_format` (not a file of ours), `store_damaged` (and it could not be recovered),
`store_newer` and `store_older` (it could not be migrated; both with `version`, `known`),
`store_unreadable` and `store_unwritable` (both with `reason`), `store_missing` (no file where a
round is expected) and `store_restorable` (the same, with backups: `day` is that of the newest),
`round_unknown` and `name_taken` (both with `name`), `text_not_unicode` (a lone surrogate, which no
file can hold), and those of `clean_name` and `check_writable`.
"""

from stoette_tui.store.store import Store

__all__ = ["Store"]
