"""Loads the texts from YAML into frozen, typed values; reports every problem by file and line.

May import `review` and `base`. Knows nothing of screens or the command line.
"""
