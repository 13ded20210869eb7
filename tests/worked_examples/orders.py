"""Where the example orders lie."""

from pathlib import Path

ORDERS = Path(__file__).parents[2] / "examples" / "orders"
