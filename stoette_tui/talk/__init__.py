"""The review as a dialogue in plain lines, to be heard, felt in braille, or scripted.

One thing is said at a time; nothing said is ever changed. It needs neither Textual nor Rich.
"""
