"""What every room builds on: problems as data, sanitized text, files, other programs.

Imports no other room.
"""
