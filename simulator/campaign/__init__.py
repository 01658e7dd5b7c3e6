"""Generation: scenarios, and sequences of operations nobody wrote down."""
