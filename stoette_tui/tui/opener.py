"""Opens files and folders in the reader's own programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_LAUNCH_TIMEOUT_SECONDS: Final = 3
"""Seconds after which the process is assumed to be showing the file."""


def open_path(path: Path) -> bool:
    """Makes the system open the path; false if it cannot.

    The process gets neither our terminal nor our keys, as it could draw over the app.
    """
    if sys.platform == "win32":
        try:
            os.startfile(path)  # noqa: S606
        except OSError:
            return False
        return True
    import shutil
    import subprocess

    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return False
    nowhere = subprocess.DEVNULL
    try:
        running = subprocess.Popen(  # noqa: S603 - the reader's own, and no shell
            [opener, path], stdin=nowhere, stdout=nowhere, stderr=nowhere, start_new_session=True
        )
        return running.wait(_LAUNCH_TIMEOUT_SECONDS) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False
