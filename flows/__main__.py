"""The command line `research-culture`.

Exit codes: 0 done; 1 an error in the pipeline; 2 wrong use; 3 a file was refused or is held;
4 a check holds the release; 5 set-up is missing (home, key, another run);
6 the machine stopped it (file in use, full disk); 7 the record is damaged, older than what
lies beside it, or its audit log broken; 8 every file was taken, but not every row of them.
"""

import sys

from flows.cli import everyday, administration, governance  # noqa: F401  # isort: skip  (the order of --help)
from flows.cli.app import app


def main() -> None:
    """Run the command line; a problem is one sentence and an exit code, never a traceback."""
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # not every console has every letter
    try:
        app()
    except Exception as problem:
        from flows.cli.output import fitted
        from flows.errors import explain

        failure = explain(problem)
        sys.stderr.write(fitted(f"research-culture: {failure.sentence}.", sys.stderr.isatty()) + "\n")
        raise SystemExit(failure.exit_code) from None


if __name__ == "__main__":
    main()
