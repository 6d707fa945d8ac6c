"""What every room builds on: problems as data, sanitized text, files, the browser.

Imports no other room.
"""
