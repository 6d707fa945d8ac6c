"""What every room builds on: problems as data, sanitized text, files, what the data folder holds.

Imports no other room.
"""
