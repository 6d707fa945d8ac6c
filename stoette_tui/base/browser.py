"""The reader's own browser."""

from __future__ import annotations

from pathlib import Path

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
