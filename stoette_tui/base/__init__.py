"""What every room builds on: problems as data, sanitized text, files, the output encoding.

Imports no other room.
"""
