"""The commands: `levigate prepare`, `levigate screen`, `levigate calculate`, `levigate serve`, what helps a site write its file,
and what keeps its records: `levigate upgrade-db`, `levigate verify-audit`.

Each command loads what it needs when it is called, so that none waits for another's libraries.
"""

import sys

import click

from compounding import logs
from compounding.commands.calculate import calculate
from compounding.commands.demo import demo
from compounding.commands.house import fingerprints, serve
from compounding.commands.labels import labels
from compounding.commands.prepare import prepare
from compounding.commands.records import upgrade_db, verify_audit
from compounding.commands.refusals import FAULT, refuse
from compounding.commands.reread import reread
from compounding.commands.screen import screen
from compounding.commands.user import user
from compounding.domain.errors import LevigateError


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="levigate", message="%(version)s")
def cli() -> None:
    """Levigate: from a prescriber's order for topical sodium thiosulfate to a documented, labelled preparation."""
    logs.configure(quiet=True)


for _command in (prepare, labels, reread, screen, calculate, fingerprints, serve, demo, user, upgrade_db, verify_audit):
    cli.add_command(_command)


def main() -> None:
    """Run a command. Every fault ends in one sentence with a code; a fault of the program has exit status 1."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as fault:
        refuse("USAGE", fault.format_message())
    except click.Abort:
        refuse("STOPPED", "stopped by hand", status=130)
    except LevigateError as fault:
        refuse(fault.code, fault.message, status=FAULT)
    except Exception as fault:  # noqa: BLE001 - the last door: whatever it is, it is said in one sentence without the order's contents.
        refuse("INTERNAL_FAULT", f"the program failed ({type(fault).__name__}); nothing half-written was left", status=FAULT)
