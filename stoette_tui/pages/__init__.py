"""Content and review set as lines of styled text, for the screen and for `show` alike.

May import `content`, `review` and `base`. Knows style names, but no colours, and no Textual.
"""
