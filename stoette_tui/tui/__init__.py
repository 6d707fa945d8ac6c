"""The Textual app: one source of truth handed down to tabs, dialogs and widgets.

May import every room but `cli`, which opens it. Only here is Textual imported.
"""
