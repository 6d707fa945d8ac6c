"""What every room builds on: problems as data, sanitized text, files, names in the data folder.

Imports no other room.
"""
