"""A workplace's review: answers, plans, rounds, counts and comparison, as pure values.

May import `base` alone. Knows neither files nor words, and does no I/O.
"""
