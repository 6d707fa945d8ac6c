"""The log of changes: its rows, the file they lie in, and what is done to keep both whole."""
