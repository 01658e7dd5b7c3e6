"""Judgement: is a trace allowed by a diagram, and what is the smallest difference."""
