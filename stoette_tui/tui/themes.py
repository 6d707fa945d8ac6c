"""The program's own two themes, muted and with the gold of the guldkorn.

Each has two variants: in full colour, and in the 16 colours of the terminal itself.
"""

from __future__ import annotations

from typing import Any

from textual.app import App
from textual.color import BLACK, WHITE, Color
from textual.theme import Theme

DARK = Theme(
    name="guldkorn-dark",
    dark=True,
    primary="#d8a657",
    success="#a3bf82",
    warning="#e0a35c",
    error="#e28a7d",
    foreground="#dcd7cc",
    background="#17191c",
    surface="#1d2024",
    panel="#262a2f",
    variables={
        "text-primary": "#d8a657",
        "ink-bright": "#fbf8f1",
        "ink-link": "#89b4a6",
        "ink-good": "#a3bf82",
        "ink-bad": "#ea9a8e",
        "border-blurred": "#33373d",
        "scrollbar": "#3a3f46",
        "scrollbar-hover": "#5d584e",
        "scrollbar-background": "#1b1e21",
    },
)

LIGHT = Theme(
    name="guldkorn-light",
    dark=False,
    primary="#8a5a00",
    success="#356322",
    warning="#8f4a00",
    error="#a02f22",
    foreground="#2c2a26",
    background="#faf8f3",
    surface="#f4f0e7",
    panel="#e9e3d6",
    variables={
        "text-primary": "#7a4f00",
        "ink-bright": "#000000",
        "ink-link": "#1d5751",
        "ink-good": "#2f5a1d",
        "ink-bad": "#982a1e",
        "border-blurred": "#d8d0bf",
        "scrollbar": "#cbc2b0",
        "scrollbar-hover": "#a89e8a",
        "scrollbar-background": "#f1ede3",
    },
)

OWN = (DARK, LIGHT)

# Rich sends the nearest of the 16: black, white, blue, and yellow, green, red and cyan for text.
# Some are lighter or darker than the colour they map to, so that at three quarters white is still
# white, not grey, and so is text without its colour (NO_COLOR).
_DARK_IN_16 = Theme(
    name=DARK.name,
    dark=True,
    primary="#c08a00",
    success="#3cc81e",
    error="#ff6e6e",
    foreground="#b4b4b4",
    background="#000000",
    surface="#000000",
    panel="#2020d0",
    variables={
        "text-primary": "#c08a00",
        "ink-bright": "#ffffff",
        "ink-link": "#00bebe",
        "ink-good": "#3cc81e",
        "ink-bad": "#ff6e6e",
        "border-blurred": "#555555",
        "scrollbar": "#555555",
        "scrollbar-hover": "#aaaaaa",
        "scrollbar-background": "#000000",
    },
)

_LIGHT_IN_16 = Theme(
    name=LIGHT.name,
    dark=False,
    primary="#0000aa",
    warning="#8c0000",
    error="#8c0000",
    foreground="#000000",
    background="#aaaaaa",
    surface="#aaaaaa",
    panel="#009696",
    variables={
        "text-primary": "#0000aa",
        "ink-bright": "#000000",
        "ink-link": "#0000aa",
        "ink-good": "#0000aa",
        "ink-bad": "#8c0000",
        "border-blurred": "#555555",
        "scrollbar": "#555555",
        "scrollbar-hover": "#000000",
        "scrollbar-background": "#aaaaaa",
    },
)

OWN_IN_16 = (_DARK_IN_16, _LIGHT_IN_16)
"""The same in the terminal's own colours, for terminals with only those."""

INK_ON_DARK = {
    "ink-bright": "#ffffff",
    "ink-link": "#7fb7e6",
    "ink-good": "#8ad4a1",
    "ink-bad": "#f09a9a",
}
INK_ON_LIGHT = {
    "ink-bright": "#000000",
    "ink-link": "#004f8b",
    "ink-good": "#1f6234",
    "ink-bad": "#8c2334",
}
"""Text colours added to every other theme, as those do not define them."""


LEAST_CONTRAST = 5.0
"""A little more than the 4.5 that WCAG 2.2 requires of text, as rendering rounds colours."""
_INKS = ("foreground", "text-primary", "ink-link", "ink-good", "ink-bad")
_DIMMEST = {"foreground": 0.8}
"""The lowest opacity at which a text colour is drawn; see `$said` in `app.tcss`."""


def readable(theme: Theme, variables: dict[str, str]) -> dict[str, str]:
    """The variables of a third-party theme, with text colours moved towards white or black.

    They move as far as needed for text to contrast with every background, also under the cursor.
    Our own themes need no change, and the terminal's own colours are unknown.
    """
    if theme.name in [own.name for own in OWN]:
        return variables
    if "ansi" in theme.name:
        heading = {"text-primary": "ansi_yellow"} if theme.dark else {}  # blue is lost on black
        return variables | heading | {"ink-bright": variables["foreground"]}
    pages = [Color.parse(variables[name]) for name in ("background", "surface")]
    pages += [ground.blend(Color.parse(theme.primary), 0.22) for ground in pages]
    bars = [*pages, Color.parse(variables["panel"])]
    goal = WHITE if theme.dark else BLACK

    def moved(name: str) -> str:
        ink, share = Color.parse(variables[name]), _DIMMEST.get(name, 1)
        grounds = pages if name.startswith("ink-") else bars
        for step in range(20):
            moved = ink.blend(goal, step / 20)
            least = min(_contrast(each.blend(moved, share), each) for each in grounds)
            if least >= LEAST_CONTRAST:
                return moved.hex
        return goal.hex

    return variables | {name: moved(name) for name in _INKS}


def _contrast(ink: Color, ground: Color) -> float:
    darker, lighter = sorted(map(_luminance, (ink, ground)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Color) -> float:
    """Relative luminance as WCAG defines it, from 0 to 1."""
    channels = (each / 255 for each in colour.rgb)
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def names(app: App[Any]) -> list[str]:
    """All available themes, our own first."""
    own = [theme.name for theme in OWN]
    return [*own, *sorted(set(app.available_themes) - set(own))]


def find(app: App[Any], wanted: str) -> str | None:
    """The theme with that name, else the first whose name starts with it: `ansi` is `ansi-dark`."""
    known = names(app)
    return next((name for name in known if wanted in (name, name.partition("-")[0])), None)


def register(app: App[Any], *wanted: str) -> None:
    """Registers the two themes, and sets the first of those wanted that exists.

    A class on the app tells its stylesheet how many colours the terminal has.
    """
    colours = app.console.color_system  # "standard" means the terminal's own 16
    app.add_class(f"-colours-{colours}")
    for own in OWN_IN_16 if colours == "standard" else OWN:
        app.register_theme(own)
    chosen = next(name for each in (*wanted, DARK.name) if (name := find(app, each)))
    if chosen in [own.name for own in OWN]:
        # Before the styles are read, or Textual's own watcher would read them again.
        app.set_reactive(type(app).theme, chosen)
        app.stylesheet.set_variables(app.get_css_variables())
    else:
        app.theme = chosen
