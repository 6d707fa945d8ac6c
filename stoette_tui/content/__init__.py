"""Loads the texts: YAML files to frozen, typed values, every problem reported by file and line.

May import `review` and `base`. Knows nothing of screens or of the command line.
"""
