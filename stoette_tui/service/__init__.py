"""The operations on the review, shared by the app, the dialogue and the command line.

Everything here blocks on the disk, and raises `ProblemError`.
"""
