"""A benchmark, not a test: `python -m tests.bench` at the top of the clone; see `--help`."""
