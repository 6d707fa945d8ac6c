"""A round taken out of the program: as a report in several formats, and as JSON to read back.

May import `content`, `store`, `review` and `base`. Touches no files.
"""
