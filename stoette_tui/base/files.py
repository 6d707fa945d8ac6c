"""Files that people name: read up to a bound, and written whole or not at all.

What cannot be done raises `ProblemError` and leaves everything as it was. The codes are
`export_exists`, `export_folder`, `export_special`, `export_nowhere` and `export_failed` (detail
`reason`) for writing, `import_missing`, `import_special`, `import_failed` (detail `reason`) and
`import_too_large` (detail `largest`, in MB) for reading.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

from stoette_tui.base.problems import ProblemError

if TYPE_CHECKING:
    from pathlib import Path


def read_file(path: Path, largest: int) -> bytes:
    """What is in the file, if that is not more than `largest` bytes."""
    where = str(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would wait
            raise ProblemError.of("import_special", where)
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemError.of("import_missing", where) from None
    except (OSError, ValueError) as error:
        raise ProblemError.of("import_failed", where, reason=_reason(error)) from None
    if len(data) > largest:
        raise ProblemError.of("import_too_large", where, largest=str(largest // 2**20))
    return data


def write_new_file(path: Path, data: bytes, replace: bool = False) -> None:
    """Make the file, for its owner alone; one that is there is only replaced if that is asked for.

    A file that is replaced leaves its rights to the new one, and a symbolic link stays a link.
    """
    where = str(path)
    try:
        mode = _mode_of_target(path, replace)
        target = path.resolve() if replace else path
        temporary = target.with_name(f".stoette-tui-{os.urandom(8).hex()}")
        try:
            _write(temporary, data, mode)
            if replace:
                temporary.replace(target)
            else:
                publish(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
    except FileExistsError:
        raise ProblemError.of("export_exists", where) from None
    except (FileNotFoundError, NotADirectoryError):
        raise ProblemError.of("export_nowhere", where) from None
    except (OSError, ValueError) as error:
        raise ProblemError.of("export_failed", where, reason=_reason(error)) from None


def _mode_of_target(path: Path, replace: bool) -> int:
    """The rights the file is to have, after a look at what is there."""
    try:
        there = path.stat() if replace else path.lstat()
    except FileNotFoundError:
        return 0o600
    if stat.S_ISDIR(there.st_mode):
        raise ProblemError.of("export_folder", str(path))
    if not replace:
        raise FileExistsError
    if not stat.S_ISREG(there.st_mode):
        raise ProblemError.of("export_special", str(path))
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return stat.S_IMODE(there.st_mode)


def _write(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        path.chmod(mode)
        file.write(data)
        file.flush()
        os.fsync(handle)


def publish(temporary: Path, target: Path) -> None:
    """Gives the finished file its name. Raises `FileExistsError` where that is taken."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, as on many USB sticks
        os.close(os.open(target, os.O_CREAT | os.O_EXCL, 0o600))
        try:
            temporary.replace(target)
        except OSError:
            target.unlink()
            raise


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)


def make_folder(folder: Path) -> None:
    """A folder that only its owner can enter, with those above it, whatever the umask."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        try:
            path.mkdir(0o700)
        except FileExistsError:  # another process was faster
            continue
        path.chmod(0o700)
