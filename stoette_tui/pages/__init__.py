"""Content and review laid out as lines of styled text, for the screen and for `show` alike.

May import `content`, `review` and `base`. Knows style names, but neither colours nor Textual.
"""
