"""Start a command, and turn whatever happens into one readable block and an exit code."""

from __future__ import annotations

import atexit
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Sequence
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from warehouse.cli.arguments import global_options_first
from warehouse.cli.exits import Exit, exit_code
from warehouse.errors import SalaError
from warehouse.store.access import inaccessible


def run() -> NoReturn:
    """Run `sala` as this process, which ends with its exit code whatever threads of libraries are doing.

    The code is promised to scripts. Once Python takes itself apart, a thread of a library that needs it aborts the
    process instead; so the process ends before, when everything else is done: what is registered first comes last.
    """
    code = int(Exit.DEFECT)

    def end() -> None:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # its reader has gone, or it was closed
                stream.flush()
        os._exit(code)

    atexit.register(end)
    code = main()
    sys.exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run `sala` and return its exit code.

    Args:
        argv: The words after `sala`; by default those of this process.
    """
    words = global_options_first(sys.argv[1:] if argv is None else argv)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, _interrupted)
    from warehouse.cli.app import app

    try:
        app(args=words, prog_name="sala")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        sys.stderr.close()
        return Exit.OK
    except SalaError as error:
        _show(error, debug="--debug" in words, as_json="--json" in words)
        return exit_code(error)
    except OSError as error:
        refused = inaccessible(error)
        _show(refused, debug="--debug" in words, as_json="--json" in words)
        return exit_code(refused)
    except Exception as error:
        _show(_defect(error), debug="--debug" in words, as_json="--json" in words)
        return Exit.DEFECT
    return Exit.OK


def _defect(error: Exception) -> SalaError:
    """Return what may be said of an error nobody foresaw: its message may hold a value of a row."""
    report = SalaError("Sala itself", type(error).__name__, "", "Run the same command with --debug and report it.")
    report.__cause__ = error
    return report


def _show(error: SalaError, debug: bool, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"error": error.as_dict()}, ensure_ascii=False, indent=2))
    if debug:
        traceback.print_exc()
    print(error, file=sys.stderr)


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(Exit.INTERRUPTED)
