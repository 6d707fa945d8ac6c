"""The domain: answers, plans, rounds, counts and comparison, as immutable values.

May import `base` alone. No I/O and no text of the interface.
"""
