"""Loads the texts: YAML files to frozen, typed values, every problem reported by file and line.

May import `base` alone. Knows nothing of answers, of screens or of the command line.
"""
