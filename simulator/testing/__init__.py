"""What tests use: diagrams as expectations, diagrams as tests, recorders."""
