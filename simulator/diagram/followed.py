"""Which PlantUML is followed.

Lives here: its version, the one that `PLANTUML.md` names. Must not live here: what is read and what is refused (there).
"""

PLANTUML = "1.2025.8"
