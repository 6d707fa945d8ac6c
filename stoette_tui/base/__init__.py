"""What every room stands on: problems as data, text that is safe to show, files, the terminal.

Imports no other room.
"""
