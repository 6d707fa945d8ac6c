"""Content and review laid out as lines of styled text, for the screen and for `show` alike.

May import `content`, `review` and `base`. Knows names of styles, but no colours, and no Textual.
"""
