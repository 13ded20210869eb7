"""Builds the register of known substances from the UNII names list of FDA."""
