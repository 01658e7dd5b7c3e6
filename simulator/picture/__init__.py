"""Pictures of diagrams: the tree of a sequence diagram in, SVG out, with nothing but Python."""
