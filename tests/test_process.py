"""The one door: what ends a program, what is left of it, and what it may print."""

import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tfcompat import process

#: A limit that no test reaches unless the code is wrong.
FAR = 30.0
SHORT = 0.3


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-c", code]


def is_running(pid: int) -> bool:
    """Whether a process is there and is no zombie; a kill takes a moment to be seen."""
    for _ in range(50):
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return False
        except (FileNotFoundError, ProcessLookupError):
            return False
        time.sleep(0.02)
    return True


def stream(
    code: str, cwd: Path, *, limit: float = FAR, cancelled: threading.Event | None = None
) -> tuple[process.Completed, list[str]]:
    heard: list[str] = []
    done = process.stream(
        python(code), heard.append, limit=limit, env=dict(os.environ), cwd=cwd, cancelled=cancelled or threading.Event()
    )
    return done, heard


@pytest.mark.starts
def test_run_gives_the_exit_code_and_both_outputs_together() -> None:
    code = "import sys; print('one', flush=True); print('two', file=sys.stderr, flush=True); sys.exit(3)"
    assert process.run(python(code), limit=FAR) == process.Completed(code=3, output="one\ntwo")


@pytest.mark.starts
def test_run_gives_a_signal_as_a_negative_exit_code() -> None:
    assert process.run(python("import os; os.abort()"), limit=FAR).code == -signal.SIGABRT


@pytest.mark.starts
@pytest.mark.parametrize("lines", [2001, 9000])
def test_run_keeps_the_end_of_a_long_output(lines: int) -> None:
    done = process.run(python(f"for number in range({lines}): print('line', number)"), limit=FAR)
    assert done.output.endswith(f"line {lines - 1}")
    assert len(done.output) == process.TAIL


@pytest.mark.starts
def test_run_passes_variables_and_folder_and_no_input(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ.get('ASKED'), os.environ.get('HOME'), os.getcwd(), repr(sys.stdin.read()))"
    done = process.run(python(code), limit=FAR, env={"ASKED": "yes"}, cwd=tmp_path)
    assert done.output == f"yes None {tmp_path} ''"


@pytest.mark.starts
def test_run_raises_where_the_program_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        process.run([tmp_path / "nothing"], limit=FAR)


@pytest.mark.starts
def test_a_program_that_outruns_its_limit_is_killed_and_said_to_have() -> None:
    began = time.monotonic()
    done = process.run(python("import time; print('began', flush=True); time.sleep(60)"), limit=SHORT)
    assert done == process.Completed(code=-signal.SIGKILL, output="began", timed_out=True)
    assert time.monotonic() - began < 10


@pytest.mark.starts
def test_a_program_that_ends_in_time_did_not_time_out() -> None:
    assert not process.run(python("pass"), limit=FAR).timed_out


@pytest.mark.starts
@pytest.mark.parametrize(
    "leave", ["pass", "os.setpgid(0, 0)"], ids=["in its group", "in a group of its own, as a cell's scenarios are"]
)
def test_the_limit_also_kills_what_the_program_started(leave: str) -> None:
    code = (
        "import os, time\n"
        "child = os.fork()\n"
        f"if not child: {leave}; time.sleep(60)\n"
        "print(child, flush=True)\n"
        "time.sleep(60)"
    )
    began = time.monotonic()
    done = process.run(python(code), limit=SHORT)
    assert not is_running(int(done.output))
    assert time.monotonic() - began < 10, "it waited for the child, which holds the pipe"


@pytest.mark.starts
def test_on_a_busy_machine_the_time_that_passed_counts_and_not_the_number_of_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each look comes half a second after the one before: ten of them make the limit, not fifty."""
    times = itertools.count(start=100.0, step=0.5)
    monkeypatch.setattr(process, "monotonic", lambda: next(times))
    began = time.monotonic()
    done = process.run(python("import time; time.sleep(60)"), limit=5.0)
    assert done.timed_out
    assert 9 * process.LOOK < time.monotonic() - began < 4.0


@pytest.mark.fault(
    "The machine sleeps for an hour while a cell runs",
    group="machine",
    reads="nothing: time in which nothing ran is not counted",
    code=0,
    kept="all outcomes",
)
@pytest.mark.starts
def test_time_in_which_the_machine_was_stopped_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour passes between two looks, twice: a program with a limit of some seconds still ends by itself."""
    times = itertools.chain([0.0, 0.1, 3600.0, 3600.1, 7200.0], itertools.count(start=7200.1, step=0.1))
    monkeypatch.setattr(process, "monotonic", lambda: next(times))
    done = process.run(python("import time; time.sleep(1); print('whole')"), limit=8.0)
    assert done == process.Completed(code=0, output="whole")


@pytest.mark.starts
def test_a_program_that_is_always_stopped_again_still_has_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    times = itertools.count(start=0.0, step=3600.0)
    monkeypatch.setattr(process, "monotonic", lambda: next(times))
    assert process.run(python("import time; time.sleep(60)"), limit=5.0).timed_out


@pytest.mark.starts
def test_what_a_program_leaves_behind_at_its_own_end_is_killed() -> None:
    code = (
        "import os, sys, time\n"
        "child = os.fork()\n"
        "if not child:\n"
        "    os.close(1); os.close(2); time.sleep(60)\n"
        "print(child)"
    )
    done = process.run(python(code), limit=FAR)
    assert done.code == 0
    assert not is_running(int(done.output))


@pytest.mark.starts
def test_the_limit_holds_for_a_program_that_has_closed_its_output() -> None:
    done = process.run(python("import os, time; os.close(1); os.close(2); time.sleep(20)"), limit=SHORT)
    assert done.timed_out


@pytest.mark.starts
def test_a_streamed_program_is_bound_by_its_limit_too(tmp_path: Path) -> None:
    done, _ = stream("import os, time; os.close(1); os.close(2); time.sleep(20)", tmp_path, limit=SHORT)
    assert done.timed_out


@pytest.mark.starts
def test_cancelling_kills_and_is_not_a_timeout(tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    done, _ = stream("import time; time.sleep(20)", tmp_path, cancelled=cancelled)
    assert (done.code, done.timed_out) == (-signal.SIGKILL, False)


@pytest.mark.starts
def test_run_can_be_cancelled() -> None:
    cancelled = threading.Event()
    threading.Timer(SHORT, cancelled.set).start()
    done = process.run(python("import time; time.sleep(20)"), limit=FAR, cancelled=cancelled)
    assert (done.code, done.timed_out) == (-signal.SIGKILL, False)


@pytest.mark.starts
def test_stream_hands_over_lines_and_keeps_standard_error_apart(tmp_path: Path) -> None:
    done, heard = stream("import sys; print('a\\nb'); print('why', file=sys.stderr); sys.exit(4)", tmp_path)
    assert heard == ["a", "b"]
    assert (done.code, done.output.strip()) == (4, "why")


@pytest.mark.starts
def test_stream_hands_over_a_line_as_it_comes(tmp_path: Path) -> None:
    """The program ends only after its first line was heard, by the file that the hearer makes."""
    code = (
        "import os, time\n"
        "print('first', flush=True)\n"
        "while not os.path.exists('heard'): time.sleep(0.01)\n"
        "print('second')"
    )
    heard: list[str] = []

    def on_line(line: str) -> None:
        heard.append(line)
        (tmp_path / "heard").touch()

    process.stream(python(code), on_line, limit=FAR, env=dict(os.environ), cwd=tmp_path, cancelled=threading.Event())
    assert heard == ["first", "second"]


@pytest.mark.starts
def test_a_flood_on_standard_error_neither_blocks_nor_is_kept_whole(tmp_path: Path) -> None:
    done, heard = stream("import sys; sys.stderr.write('x' * 3_000_000 + 'end'); print('done')", tmp_path)
    assert heard == ["done"]
    assert len(done.output) == process.TAIL
    assert done.output.endswith("end")


@pytest.mark.starts
def test_a_streamed_program_has_no_input_to_wait_for(tmp_path: Path) -> None:
    assert stream("import sys; print(repr(sys.stdin.read()))", tmp_path)[1] == ["''"]


@pytest.mark.starts
def test_a_hearer_that_raises_ends_the_program(tmp_path: Path) -> None:
    def on_line(line: str) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match=r"^\d+$") as raised:
        process.stream(
            python("import os, time; print(os.getpid(), flush=True); time.sleep(60)"),
            on_line,
            limit=FAR,
            env=dict(os.environ),
            cwd=tmp_path,
            cancelled=threading.Event(),
        )
    assert not is_running(int(str(raised.value)))


@pytest.mark.starts
def test_interactive_gives_the_exit_code(tmp_path: Path) -> None:
    assert process.interactive(python("import os, sys; sys.exit(len(os.listdir()))"), cwd=tmp_path) == 0
    assert process.interactive(python("import sys; sys.exit(7)")) == 7


@pytest.mark.starts
def test_an_interruption_at_the_terminal_is_the_programs_alone() -> None:
    """A terminal sends Ctrl-C to the whole group: to the program and to who handed it over."""
    program = (
        "import sys, time\n"
        "try: print('there', flush=True); time.sleep(10)\n"
        "except KeyboardInterrupt: print('interrupted, and goes on', flush=True); sys.exit(7)"
    )
    code = (
        f"import sys; from tfcompat import process; sys.exit(process.interactive([sys.executable, '-c', {program!r}]))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, cwd=ROOT, start_new_session=True
    ) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == b"there\n"
        os.killpg(command.pid, signal.SIGINT)
        assert command.communicate(timeout=FAR)[0] == b"interrupted, and goes on\n"
    assert command.returncode == 7


@pytest.mark.starts
def test_after_the_program_an_interruption_is_what_it_was(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    process.interactive(python("pass"))
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(FileNotFoundError):
        process.interactive([tmp_path / "nothing"])
    assert signal.getsignal(signal.SIGINT) is before


def pieces_of(data: bytes, size: int = 1000) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


#: Leaves a process in a session of its own that holds standard output and error, and sleeps.
LEAVES_A_DAEMON = (
    "import os, time\n"
    "print('began', flush=True)\n"
    "child = os.fork()\n"
    "if not child:\n"
    "    os.setsid()\n"
    "    if os.fork(): os._exit(0)\n"
    "    time.sleep(60)\n"
    "    os._exit(0)\n"
    "print('ended', flush=True)\n"
)


@pytest.mark.starts
@pytest.mark.fault(
    "A daemon of a cell leaves its session and holds standard output",
    group="machine",
    reads="nothing: the cell ends when its runner ends",
    code=0,
    kept="all outcomes",
)
def test_a_daemon_that_holds_the_output_does_not_keep_its_reader(tmp_path: Path) -> None:
    heard: list[str] = []
    began = time.monotonic()
    done = process.stream(python(LEAVES_A_DAEMON), heard.append, limit=FAR, env={}, cwd=tmp_path)
    assert (done.code, done.timed_out, heard) == (0, False, ["began", "ended"])
    assert time.monotonic() - began < 30
    assert process.run(python(LEAVES_A_DAEMON), limit=FAR).output == "began\nended"


@pytest.mark.starts
def test_a_daemon_that_prints_without_end_is_not_heard_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LINGER", 0.2)
    code = LEAVES_A_DAEMON.replace("time.sleep(60)", "while os.getppid(): os.write(1, b'more\\n')")
    done = process.run(python(code), limit=FAR)
    assert (done.code, done.timed_out) == (0, False)


def test_a_line_longer_than_the_bound_comes_in_pieces_of_it() -> None:
    pieces = list(process.lines_of(pieces_of(b"x" * (process.LONGEST_LINE + 10) + b"\nshort\n")))
    assert [len(piece) for piece in pieces] == [process.LONGEST_LINE, 10, 5]


def test_lines_lose_their_ending_and_keep_what_is_not_utf_8_visible() -> None:
    assert list(process.lines_of(pieces_of(b"one\r\n\ntw\xffo", 3))) == ["one", "", "tw\ufffdo"]
