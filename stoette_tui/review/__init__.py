"""The domain: answers, plans, rounds, counts and comparison, as immutable values.

May import only `base`. No I/O, and no text of the interface.
"""
