"""The pure core: what a pharmacist would call the rules, with no clock, no files and no framework."""
