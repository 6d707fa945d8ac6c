"""Files that users name: read up to a limit, and written completely or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from typing import TYPE_CHECKING

from stoette_tui.base.problems import ProblemError, reason_of

if TYPE_CHECKING:
    from pathlib import Path


def read_file(path: Path, largest: int) -> bytes:
    """The content of a regular file of at most `largest` bytes.

    Codes: `import_file_missing`, `import_not_regular_file`, `import_failed` (detail `reason`) and
    `import_too_large` (detail `largest`, in MB).
    """
    where = str(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):  # a pipe would wait
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


def write_new_file(path: Path, data: bytes, replace: bool = False) -> None:
    """Creates a file that only its owner can read; overwrites an existing one only if `replace`.

    The new file keeps the permissions of the one it replaces, and a symbolic link stays a link.
    Nothing is changed on failure. Codes: `export_file_exists`, `export_is_folder`,
    `export_not_regular_file`, `export_folder_missing` and `export_failed` (detail `reason`).
    """
    where = str(path)
    try:
        mode = _mode_of_target(path, replace)
        target = path.resolve() if replace else path
        temporary = target.with_name(f".stoette-tui-{os.urandom(8).hex()}")
        try:
            _write_synced(temporary, data, mode)
            if replace:
                temporary.replace(target)
            else:
                publish(temporary, target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
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


def _write_synced(path: Path, data: bytes, mode: int) -> None:
    handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        path.chmod(mode)
        file.write(data)
        file.flush()
        os.fsync(handle)


def publish(temporary: Path, target: Path) -> None:
    """Moves a complete file to its name. Raises `FileExistsError` if the name is taken."""
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


def make_folder(folder: Path) -> None:
    """Creates a folder and its missing parents, for their owner alone, whatever the umask."""
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        try:
            path.mkdir(0o700)
        except FileExistsError:  # another process created it
            continue
        path.chmod(0o700)
