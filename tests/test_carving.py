"""What is read from the bytes of a log, against what SQLite reads from it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from stoette_tui.log import carving
from stoette_tui.log.file import SCHEMA

COLUMNS = "id, at, act, undoes, round, item, field, value, checksum"
TEXT = st.text(max_size=40) | st.builds(
    lambda text, times: (text * times)[:40_000],
    st.text(min_size=1, max_size=9),
    st.integers(1, 20_000),
)
NUMBER = st.integers(-(2**63), 2**63 - 1)
ROW = st.tuples(TEXT, NUMBER, st.none() | NUMBER, TEXT, TEXT, TEXT, TEXT, NUMBER)


@settings(max_examples=40)
@given(st.lists(ROW, max_size=40), st.booleans(), st.sampled_from([512, 4096, 32768]))
def test_every_row_is_found_and_nothing_else(
    written: list[tuple[object, ...]], in_wal: bool, page_size: int
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute(f"PRAGMA page_size = {page_size}")
            db.execute(f"PRAGMA journal_mode = {'WAL' if in_wal else 'DELETE'}")
            for statement in SCHEMA:
                db.execute(statement)
            marks = ", ".join("?" * 9)
            for id_, row in enumerate(written, 1):
                db.execute(f"INSERT INTO change ({COLUMNS}) VALUES ({marks})", (id_, *row))
            known = db.execute(f"SELECT {COLUMNS} FROM change ORDER BY id").fetchall()
            # Never to be committed, but written out: the cache has no room for it.
            db.execute("PRAGMA cache_size = 1")
            if in_wal:
                db.execute("BEGIN")
                for id_ in range(1000, 1100):
                    late = (id_, "later" * 99, 1, None, "r", "i", "f", "v", 7)
                    db.execute(f"INSERT INTO change ({COLUMNS}) VALUES ({marks})", late)
            wal = Path(f"{path}-wal").read_bytes() if in_wal else b""
            data = path.read_bytes()
        found = set(carving.rows(data, wal))
    assert sorted(found, key=lambda row: str(row[0]).zfill(9)) == known
    assert len(known) == len(written)


@settings(max_examples=200)
@given(st.binary(max_size=9000), st.binary(max_size=9000), st.booleans())
def test_any_bytes_are_gone_through(data: bytes, wal: bytes, as_leaf: bool) -> None:
    list(carving.rows(bytes(100) + b"\x0d" + data if as_leaf else data, wal))
