"""Takes from the process that opens partner bytes what reading them never needs: network, other files, programs.

Two kernel mechanisms that any user may ask for, also in a container without capabilities, where a network
namespace is not to be had: seccomp refuses system calls, Landlock refuses paths. Neither can be undone.

    network, other programs, other processes   seccomp   Linux 3.5, x86-64 and ARM64
    files                                      Landlock  Linux 5.13, where the distribution has it switched on

Where the kernel has one of them not, `missing` says so, and the reading child goes on with its other limits.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_PROJECT = Path(__file__).resolve().parents[2]

# ---- seccomp: numbers of <asm/unistd.h>, offsets of <linux/seccomp.h>, operations of <linux/bpf_common.h> ----

_ARCHITECTURES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}  # AUDIT_ARCH_…, place in the table below
_FORBIDDEN = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "io_uring_setup": (425, 425),  # its rings can open sockets
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "unshare": (272, 97),
    "setns": (308, 268),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "bpf": (321, 280),
    "userfaultfd": (323, 282),
    "perf_event_open": (298, 241),
    "keyctl": (250, 219),
}
_CLONE, _CLONE3 = (56, 220), 435
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000  # calls of a third kind on x86-64, under numbers of their own
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # offsets of struct seccomp_data; little-endian's lower half
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER = 38, 22, 2
_CAPSET = (126, 91)
_CAPABILITY_VERSION_3 = 0x20080522

# ---- Landlock: <linux/landlock.h>; the same system calls on every architecture ----

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_READ_FILE, _READ_DIR, _EXECUTE = 1 << 2, 1 << 3, 1 << 0
# Write, make and remove files and folders; no links, pipes, sockets or devices, which the parent would follow.
_WRITE = _READ_FILE | _READ_DIR | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8
_TRUNCATE = 1 << 14
_RIGHTS_SINCE = {1: 13, 2: 14, 3: 15, 5: 16}  # Landlock's version → how many rights on files it knows
_NET_SINCE, _SCOPES_SINCE = 4, 6
_NET, _SCOPES = 0b11, 0b11  # bind and connect TCP; abstract sockets and signals to processes outside


def missing() -> list[str]:
    """Return what cannot be taken away on this machine, in words; empty on Linux as it should be."""
    if not sys.platform.startswith("linux"):
        return ["network and programs (not Linux)", "other files (not Linux)"]
    libc = _libc()
    left = [] if _has_seccomp(libc) else ["network and programs (no seccomp)"]
    return left if _landlock_version(libc) else [*left, "other files (no Landlock)"]


def confine(reads: Iterable[Path], folder: Path) -> None:
    """Leave this process the named files to read, one folder to write, its libraries, and no network, for good.

    What `missing` names stays.

    Args:
        reads: Files (or pipes) it may open besides the interpreter and its libraries.
        folder: The folder it may write into.

    Raises:
        OSError: The kernel did not do what it can do.
    """
    if not sys.platform.startswith("linux"):
        return
    libc = _libc()
    _done(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    if version := _landlock_version(libc):
        _only_files(libc, version, reads, folder)
    if _has_seccomp(libc):
        _no_network(libc)


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return libc


def _done(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), "the kernel did not confine the reading process")
    return result


def _has_seccomp(libc: ctypes.CDLL) -> bool:
    """True where a filter that is none is refused as such (as seccomp(2) has it), and system calls are known."""
    known = platform.machine() in _ARCHITECTURES and sys.maxsize > 1 << 32
    return known and libc.prctl(_PR_SET_SECCOMP, _FILTER, None, 0, 0) < 0 and ctypes.get_errno() == errno.EFAULT


def _no_network(libc: ctypes.CDLL) -> None:
    """Give up all capabilities and have the forbidden system calls refused."""
    architecture, place = _ARCHITECTURES[platform.machine()]
    _done(libc.syscall(_CAPSET[place], struct.pack("=Ii", _CAPABILITY_VERSION_3, 0), bytes(24)))
    instructions = _program(architecture, place)
    code = ctypes.create_string_buffer(b"".join(instructions))
    program = struct.pack("@HP", len(instructions), ctypes.addressof(code))
    _done(libc.prctl(_PR_SET_SECCOMP, _FILTER, program, 0, 0))


def _program(architecture: int, place: int) -> list[bytes]:
    """Return the filter; each comparison skips one instruction when it does not hold."""

    def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("=HBBI", code, if_true, if_false, value)

    def when(code: int, value: int, then: int) -> list[bytes]:
        return [step(code, value, 0, 1), step(_RETURN, then)]

    refuse = _REFUSE | errno.EPERM
    program = [step(_LOAD, _ARCHITECTURE), step(_EQUAL, architecture, 1, 0), step(_RETURN, _KILL), step(_LOAD, _NUMBER)]
    program += when(_AT_LEAST, _X32, _KILL)
    for numbers in _FORBIDDEN.values():
        number = numbers[place]
        program += when(_EQUAL, number, refuse) if number is not None else []
    program += when(_EQUAL, _CLONE3, _REFUSE | errno.ENOSYS)  # its flags cannot be seen; libc then takes clone
    program += [step(_EQUAL, _CLONE[place], 1, 0), step(_RETURN, _ALLOW)]
    program += [step(_LOAD, _FIRST_ARGUMENT), *when(_ANY_BIT, _CLONE_THREAD, _ALLOW)]  # a thread is no process
    return [*program, step(_RETURN, refuse)]


def _landlock_version(libc: ctypes.CDLL) -> int:
    """Return the version of Landlock, 0 where there is none."""
    return max(0, int(libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


def _only_files(libc: ctypes.CDLL, version: int, reads: Iterable[Path], folder: Path) -> None:
    """Refuse every path but the libraries, `reads` and `folder`."""
    rights = (1 << max(count for since, count in _RIGHTS_SINCE.items() if version >= since)) - 1
    handled = [rights, _NET if version >= _NET_SINCE else 0, _SCOPES if version >= _SCOPES_SINCE else 0]
    length = 8 * (1 + (version >= _NET_SINCE) + (version >= _SCOPES_SINCE))  # older ones know a shorter structure
    ruleset = _done(libc.syscall(_CREATE_RULESET, struct.pack("=3Q", *handled), ctypes.c_size_t(length), 0))
    allowed = [(path, _READ_FILE | _READ_DIR | _EXECUTE) for path in _libraries()]
    allowed += [(path, _READ_FILE) for path in reads] + [(folder, rights & (_WRITE | _TRUNCATE))]
    for path, access in allowed:
        _allow(libc, ruleset, path, access)
    _done(libc.syscall(_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # what is not there cannot be read
    _done(libc.syscall(_ADD_RULE, ruleset, 1, struct.pack("=Qi", access, opened), 0))
    os.close(opened)


def _libraries() -> set[Path]:
    """Return where modules that are loaded late, their data and the time zones lie."""
    return {Path(sys.prefix), Path(sys.base_prefix), _PROJECT / "warehouse", *map(Path, ("/usr", "/lib", "/lib64"))}
