"""Confinement: what keeps a scenario's process from the recorder and from the other scenarios, as far as Linux lets it.

None of it needs a privilege, and none of it is a sandbox: that is the container. A process of root is not held by
``unreadable``; where the system refuses one of these, the scenario runs without it.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
from typing import Collection, Iterator, List, Tuple

#: Options of ``prctl``.
SET_DUMPABLE, SET_SECCOMP, SET_CHILD_SUBREAPER, SET_NO_NEW_PRIVS, FILTER = 4, 22, 36, 38, 2
#: By machine: its name in the kernel, and the numbers of system calls: kill, tkill, tgkill, rt_sigqueueinfo,
#: rt_tgsigqueueinfo, whose first argument is the process; then those that reach into another process, whichever:
#: ptrace, process_vm_readv, process_vm_writev, pidfd_send_signal, pidfd_getfd. From the kernel's tables.
CALLS = {
    "x86_64": (0xC000003E, (62, 200, 234, 129, 297), (101, 310, 311, 424, 438)),
    "aarch64": (0xC00000B7, (129, 130, 131, 138, 240), (117, 270, 271, 424, 438)),
}
#: Instructions of the filter: load a word, compare, return. What may be; what is refused, as "not permitted".
LOAD, EQUAL, HAS_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
#: The bit of a call by the second set of numbers that x86_64 has, which nothing here uses.
OTHER_NUMBERS = 0x40000000
ALLOWED, REFUSED = 0x7FFF0000, 0x00050001
#: How often strays are looked for before all processes of a container are ended.
PATIENCE = 1
#: By how much scenarios leave the processor to the recorder of their container.
POLITENESS = 10
#: Bytes that a scenario may write into one file.
LARGEST_FILE = 512 << 20


def libc_prctl(option: int, *values: object) -> None:
    """Ask the kernel; what it refuses, or does not know, stays as it is."""
    with contextlib.suppress(OSError, AttributeError, ValueError):
        ctypes.CDLL(None, use_errno=True).prctl(option, *values)


def guard() -> None:
    """Make the recorder unreadable for its children, and itself the parent of what they leave behind."""
    unreadable()
    libc_prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def unreadable() -> None:
    """Close the descriptors and the memory of this process to others of its user; its children inherit that."""
    libc_prctl(SET_DUMPABLE, 0, 0, 0, 0)


def confine(recorder: int, group: int) -> None:
    """Let this process, and those it starts, neither signal the recorder nor reach into any other; bound its files."""
    unreadable()
    if (
        recorder == 1
    ):  # in a container, where it competes with nobody else: the recorder has to come before a crowd of these
        os.nice(POLITENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    largest = LARGEST_FILE if allowed == resource.RLIM_INFINITY else min(LARGEST_FILE, allowed)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    if platform.machine() in CALLS:
        libc_prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        install(program(*CALLS[platform.machine()], processes=(recorder, -group, -1, 0)))


def program(
    machine: int, signals: Tuple[int, ...], reaching: Tuple[int, ...], processes: Tuple[int, ...]
) -> List[Tuple[int, int, int, int]]:
    """The filter of system calls: it refuses signals to some ``processes``, and all that reaches into another one.

    An instruction is its code, how many it skips where its comparison holds and where not, and its number. They read the
    machine (word 4), the call (0) and the call's first argument (16).
    """
    allow, refuse = (RETURN, 0, 0, ALLOWED), (RETURN, 0, 0, REFUSED)
    never = [step for call in reaching for step in ((EQUAL, 0, 1, call), refuse)]
    signalling = [(EQUAL, len(signals) - place, 0, call) for place, call in enumerate(signals)]
    aimed = [(EQUAL, len(processes) - place, 0, one & 0xFFFFFFFF) for place, one in enumerate(processes)]
    begin = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, machine), allow, (LOAD, 0, 0, 0), (HAS_BIT, 0, 1, OTHER_NUMBERS), refuse]
    return [*begin, *never, *signalling, allow, (LOAD, 0, 0, 16), *aimed, allow, refuse]


def install(steps: List[Tuple[int, int, int, int]]) -> None:
    """Give a filter to the kernel."""
    instructions = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(instructions, len(instructions))
    head = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(buffer))
    libc_prctl(SET_SECCOMP, FILTER, ctypes.create_string_buffer(head, len(head)), 0, 0)


def end_strays(known: Collection[int]) -> None:
    """End the processes that scenarios left behind: children of the recorder that are not ``known``, until there is none.

    Who forks faster than that is ended with all other processes of the container, at once, those that are ``known`` too.
    """
    for turn in range(100):
        strays = [child for child in children() if child not in known]
        if not strays:
            return
        if turn >= PATIENCE and os.getpid() == 1:
            kill(-1)
        for stray in strays:
            kill(stray)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(stray, 0)


def kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(process, signal.SIGKILL)


def children() -> Iterator[int]:
    """The children of this process, of all its threads."""
    with contextlib.suppress(OSError):
        for thread in os.listdir("/proc/self/task"):
            with open("/proc/self/task/%s/children" % thread) as names:
                yield from map(int, names.read().split())
