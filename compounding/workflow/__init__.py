"""The use cases: one function for each step, one transaction each, with its state, its permission and its audit row."""
