"""Traces to files and back, one format per file."""
