"""Measures of speed, each against a limit reached in the same run: `python -m bench`."""
