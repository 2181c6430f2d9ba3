"""The command line, `sala`: everything a person does, in words a person reads.

Commands call `warehouse.pipeline`, the functions Airflow calls too; what they need is imported when they
run, so that `sala where` answers at once. Errors are one block on standard error; with `--json` standard output holds
exactly one JSON document.
"""

from warehouse.cli.main import main, run

__all__ = ["main", "run"]
