"""What readers can do with the review: the same for the window, the dialogue and the command line.

Everything here waits for the disk, and raises `ProblemError`.
"""
