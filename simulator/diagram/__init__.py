"""Syntax: PlantUML sequence diagrams, read and written."""
