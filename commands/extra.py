"""What a command says when the extra that it needs is not installed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from commands.outcome import CONFIGURATION


@contextmanager
def needed(extra: str) -> Iterator[None]:
    """Ends the command with a sentence that names the extra when an import inside fails."""
    try:
        yield
    except ModuleNotFoundError as error:
        sys.stderr.write(
            f"{error.name} is not installed: this command needs pip install 'acuerdo[{extra}]'\n"
        )
        sys.exit(CONFIGURATION)
