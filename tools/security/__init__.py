"""Attacks a running instance with known tools (`make security`) and lists what the program is made of (`make sbom`)."""
