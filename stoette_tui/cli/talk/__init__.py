"""The review as a dialogue in plain lines, for speech, braille and scripts.

It says one thing at a time and never redraws. It needs neither Textual nor Rich.
"""
