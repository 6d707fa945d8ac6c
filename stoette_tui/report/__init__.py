"""A round taken out of the program: as a report in four formats, and as JSON that can be read back.

May import `content`, `store`, `review` and `base`. Touches no files.
"""
