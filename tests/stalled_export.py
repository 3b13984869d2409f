"""A process that makes an export half, says so and hangs: it is there to be killed."""

import sys
import time
from pathlib import Path

from app.db.session import make_engine
from tests.services.export_cases import Desk, desk


def main(address: str, folder: str) -> None:
    """Stop before the third step, with the file open."""
    at, calls = desk(make_engine(address), Path(folder)), []

    def clock(_: Desk):
        calls.append(1)
        if len(calls) == 8:
            sys.stdout.write("half\n")
            sys.stdout.flush()
            time.sleep(600)
        return at.now

    Desk.clock = clock
    at.maker().sweep()


if __name__ == "__main__":
    main(*sys.argv[1:])
