from __future__ import annotations

import subprocess
import sys


def test_a_query_in_memory_draws_nothing_on_standard_output() -> None:
    # started with -c, as a spawned process is, DuckDB takes the process for somebody at a prompt
    code = (
        "from warehouse.store.database import open_memory\n"
        "with open_memory() as c: print(c.execute(\"select current_setting('enable_progress_bar')\").fetchall())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[(False,)]"
