"""Meaning: what a diagram expects, as pure values."""
