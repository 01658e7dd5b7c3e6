"""Runs to diagrams and rules, as pure functions."""
