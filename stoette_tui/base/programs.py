"""Opens addresses, files and folders in the reader's own programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

_LAUNCH_TIMEOUT_SECONDS: Final = 3
"""Seconds after which the process is assumed to be showing the file."""
_TEXT_BROWSERS = {"elinks", "links", "links2", "lynx", "w3m", "www-browser"}


def open_in_browser(address: str) -> bool:
    """Opens the address in the reader's browser; false if there is none with a window.

    A text-mode browser would draw over the app and steal its keys.
    """
    import webbrowser

    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if Path(getattr(browser, "name", "")).name in _TEXT_BROWSERS:
        return False
    return browser.open(address)  # `webbrowser.open` would fall back to any other browser


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
