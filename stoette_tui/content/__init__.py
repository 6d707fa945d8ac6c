"""The texts: YAML files to frozen, typed values, with every problem named by file and line.

May import `base` alone. Knows nothing of answers, of screens or of the command line.
"""
