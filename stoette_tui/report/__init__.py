"""Exports of a round: as a report in several formats, and as JSON that can be imported again.

May import `content`, `store`, `review` and `base`. Writes no files.
"""
