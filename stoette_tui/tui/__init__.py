"""The Textual app: one source of truth handed down to tabs, dialogs and widgets.

May import every room except `cli`, which opens it. Textual is imported only here.
"""
