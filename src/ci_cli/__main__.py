"""Start the program: ``python -m ci_cli`` and the ``ci-cli`` executable."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from ci_cli.cli.app import run

    return run(sys.argv[1:], last=True)


if __name__ == "__main__":
    sys.exit(main())
