"""How every command refuses: one sentence on standard error with a code, and an exit status."""

import sys
from typing import NoReturn

import click

BAD_INPUT = 4
"""Exit status of a call or an input that cannot be understood: the same as for an order that cannot be read, never 2, which means held."""

FAULT = 1
"""Exit status of a fault of the program."""


def refuse(code: str, message: str, *, status: int = BAD_INPUT) -> NoReturn:
    """End the command."""
    click.echo(f"{code}: {message}", err=True)
    sys.exit(status)
