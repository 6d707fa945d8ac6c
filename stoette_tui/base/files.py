"""Files: bounded reads and atomic writes.

`read_file` and `write_new_file` are for files that users name, and raise `ProblemError`;
everything else raises `OSError`.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stoette_tui.base.problems import ProblemError, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator

COARSEST_CLOCK_NS: Final = 3_000_000_000  # FAT and some network shares: two seconds
SQLITE_ENDINGS: Final = ("-wal", "-shm", "-journal")
"""Suffixes of the files that SQLite keeps beside a database and that belong to it."""


def read_file(path: Path, largest: int) -> bytes:
    """The content of a regular file of at most `largest` bytes.

    Codes: `import_file_missing`, `import_not_regular_file`, `import_failed` (detail `reason`) and
    `import_too_large` (detail `largest`, in MB).
    """
    where = str(path)
    try:
        if path.exists() and not path.is_file():  # reading a pipe would block
            raise ProblemError.of("import_not_regular_file", where)
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemError.of("import_file_missing", where) from None
    except (OSError, ValueError) as error:
        raise ProblemError.of("import_failed", where, reason=reason_of(error)) from None
    if len(data) > largest:
        raise ProblemError.of("import_too_large", where, largest=str(largest // 2**20))
    return data


def complete_path(text: str) -> tuple[str, list[str]]:
    """The path, completed as far as it is unambiguous, and the names it may continue with.

    `~` is the user's home. A folder ends in a separator; hidden names need a leading dot.
    """
    if text == "~":
        return text + os.sep, []
    head, start = os.path.split(text)
    names = list[str]()
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        for path in Path(head).expanduser().iterdir():
            name = path.name
            is_shown = name.startswith(start) and name.isprintable()
            if is_shown and (start or not name.startswith(".")):
                names.append(name + os.sep if path.is_dir() else name)
    rest = os.path.commonprefix(names) or start  # noqa: RUF071 - completes letters, not path segments
    return text[: len(text) - len(start)] + rest, sorted(names)


def write_new_file(path: Path, data: bytes, replace: bool = False) -> None:
    """Creates a file that only its owner can read; overwrites an existing one only if `replace`.

    The new file keeps the permissions of the one it replaces, and a symbolic link stays a link.
    On failure nothing is changed. Codes: `export_file_exists`, `export_is_folder`,
    `export_not_regular_file`, `export_folder_missing` and `export_failed` (detail `reason`).
    """
    where = str(path)
    try:
        mode = _mode_of_target(path, replace)
        target = path.resolve() if replace else path
        with new_file(target, replace=replace, mode=mode) as new:
            new.write_bytes(data)
    except FileExistsError:
        raise ProblemError.of("export_file_exists", where) from None
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemError.of("export_folder_missing", where) from None
    except (OSError, ValueError) as error:
        raise ProblemError.of("export_failed", where, reason=reason_of(error)) from None


def _mode_of_target(path: Path, replace: bool) -> int:
    """The permissions for the new file. Raises for a target that must not be written."""
    try:
        existing = path.stat() if replace else path.lstat()
    except FileNotFoundError:
        return 0o600
    if stat.S_ISDIR(existing.st_mode):
        raise ProblemError.of("export_is_folder", str(path))
    if not replace:
        raise FileExistsError
    if not stat.S_ISREG(existing.st_mode):
        raise ProblemError.of("export_not_regular_file", str(path))
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(existing.st_mode)


@contextmanager
def new_file(target: Path, *, replace: bool, mode: int = 0o600) -> Iterator[Path]:
    """A temporary file that becomes `target` when the block ends without an error.

    It is then flushed to disk. Raises `FileExistsError` if `target` exists and `replace` is false.
    """
    with temporary_file(target) as temporary:
        yield temporary
        _flush(temporary, os.O_RDWR)
        temporary.chmod(mode)
        if replace:
            temporary.replace(target)
        else:
            publish(temporary, target)
        if hasattr(os, "O_DIRECTORY"):
            with contextlib.suppress(OSError):  # not every file system can, and the name is set
                _flush(target.parent, os.O_RDONLY | os.O_DIRECTORY)


@contextmanager
def temporary_file(beside: Path) -> Iterator[Path]:
    """An empty file in the same folder, for its owner alone; deleted when the block ends."""
    temporary = beside.with_name(f".stoette-tui-{os.urandom(8).hex()}")
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        temporary.chmod(0o600)  # whatever the umask
        yield temporary
    finally:
        for ending in ("", *SQLITE_ENDINGS):
            temporary.with_name(f"{temporary.name}{ending}").unlink(missing_ok=True)


def _flush(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(file: Path, name: Path) -> None:
    """Links the file to a second name, or renames it if there are no hard links.

    Raises `FileExistsError` if the name is taken.
    """
    try:
        name.hardlink_to(file)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, as on many USB sticks
        os.close(os.open(name, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            file.replace(name)
        except OSError:
            name.unlink()
            raise


def discard_output(*descriptors: int) -> None:
    """Redirects open file descriptors to the null device, so that writes to them cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def fingerprint(path: Path) -> tuple[int, ...] | None:
    """A value that changes when the file does, at the cost of a `stat`; None without a file.

    Take it before reading, and read again when it differs. As file system clocks are coarse, a
    file written a moment ago never gives the same value twice.
    """
    try:
        there = path.stat()
    except OSError:
        return None
    now = time.time_ns()
    is_settled = abs(now - there.st_mtime_ns) > COARSEST_CLOCK_NS
    return there.st_ino, there.st_size, there.st_mtime_ns, 0 if is_settled else now


def make_folder(folder: Path) -> None:
    """Creates a folder and its missing parents, for their owner alone, whatever the umask."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        try:
            path.mkdir(0o700)
        except FileExistsError:  # another process created it
            continue
        path.chmod(0o700)
