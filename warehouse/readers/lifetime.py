"""No process outlives the one that started it, even when that one is killed and can end nothing itself."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>


def end_with_parent(parent: int) -> None:
    """Have this process killed when its parent, of this process id, ends.

    Linux only. Elsewhere there is no `prctl`, and a process whose parent was killed ends when it next reads from
    its pipe: at once, or when the last of its siblings has ended.
    """
    try:
        prctl = ctypes.CDLL(None).prctl
    except (OSError, TypeError, AttributeError):
        return
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before it could be asked for
        os._exit(1)
