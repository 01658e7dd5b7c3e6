"""Verdicts to output, one writer per file."""
