"""A Danish fact sheet about social støtte, put to work in a terminal."""

__version__ = "0.1.0"
