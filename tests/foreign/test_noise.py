"""Tests of the noise that is split off: what the environment adds goes, and what the program says stays."""

import time

import pytest

from tests.foreign.made import PLACES
from tfcompat.foreign.noise import Noise, clean, first_line


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("2021-01-01 10:00:00.123456: I tensorflow/core/x.cc:12] Creating device", Noise.LOGS),
        ("W0000 00:00:1700000000.123456   12345 cpu_feature_guard.cc:210] This binary", Noise.LOGS),
        ("WARNING:tensorflow:5 out of the last 5 calls triggered tf.function retracing", Noise.LOGS),
        ("WARNING: All log messages before absl::InitializeLog() is called are written to STDERR", Noise.LOGS),
        ("1/1 [==============================] - 0s 45ms/step", Noise.BARS),
        ("\x1b[1m1/1\x1b[0m \x1b[32m━━━━━━━━━━\x1b[0m\x1b[37m\x1b[0m \x1b[1m0s\x1b[0m 42ms/step", Noise.BARS),
        ("5/10 [====>.....] - ETA: 0s - loss: 1.0", Noise.BARS),
        ("/opt/cell/lib/python3.8/site-packages/keras/a.py:87: UserWarning: bad\n  super().x()", Noise.WARNINGS),
    ],
)
def test_a_line_of_the_environment_goes(line: str, kind: Noise) -> None:
    found = clean(f"before\n{line}\nafter\n", PLACES)
    assert found.text == "before\nafter"
    assert found.noise[kind] >= 1


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("10/10 [==========] - 1s 2ms/step - loss: 0.1 - mae: 0.2", "loss: 0.1 - mae: 0.2"),
        ("3/3 ━━━━━━━━━━ 0s 42ms/step - loss: 0.5000", "loss: 0.5000"),
        ("<object at 0x7f1234567890>", "<object at 0x…>"),
        ("took 0.123 s, then 45ms", "took <time>, then <time>"),
        ("/tmp/tmpab12cd3_/m.h5 and /tmp/work/m.h5", "<tmp>/…/m.h5 and m.h5"),  # noqa: S108
        ("\x1b[31mred\x1b[0m", "red"),
        ("one\rtwo", "two"),
        ("one\rtwo\r\nthree", "two\nthree"),
        ("1%\b\b2%\b\b", "2%"),
    ],
)
def test_what_a_line_says_stays(line: str, stays: str) -> None:
    assert clean(line, PLACES).text == stays


@pytest.mark.parametrize(
    "text",
    [
        "[[-1.]\n [ 1.]]",
        "1/2 of the data",
        "Epoch 1/5",
        "0xff 12 3.5 s1 v2.0",
        "  indented",
        "warning: mine\n  with more",
        "2021-01-01 10:00:00.1: F tensorflow/core/x.cc:12] Check failed".replace("2021-01-01 10:00:00.1", "<time>"),
    ],
)
def test_what_the_program_says_is_no_noise(text: str) -> None:
    assert clean(text, PLACES).text == text


def test_a_traceback_keeps_the_users_frames_and_the_error() -> None:
    text = (
        "Traceback (most recent call last):\n"
        '  File "/tmp/work/x.py", line 3, in <module>\n'
        "    f()\n"
        '  File "/opt/cell/lib/python3.12/site-packages/keras/a.py", line 87, in f\n'
        "    raise E\n"
        "    ^^^^^^^\n"
        "ValueError: no\n"
    )
    found = clean(text, PLACES)
    assert found.text.splitlines() == [
        "Traceback (most recent call last):",
        '  File "x.py", line 3, in <module>',
        "    f()",
        "ValueError: no",
    ]
    assert found.noise[Noise.FRAMES] == 1


@pytest.mark.parametrize(
    "text",
    [
        "x" * 400_000,
        "1" * 400_000,
        " " * 400_000,
        "1/1 [" * 80_000,
        "\x1b]" * 200_000,
        "\b\r" * 200_000,
        "a\n" * 200_000,
    ],
)
def test_what_is_printed_to_waste_time_does_not(text: str) -> None:
    started = time.monotonic()
    clean(text, PLACES)
    assert time.monotonic() - started < 10


def test_two_cells_that_print_the_same_beside_their_paths_say_the_same() -> None:
    local = type(PLACES)(work="/tmp/tfcompat-ab/work", scratch="/tmp/tfcompat-ab", packages="/c/env", python="/usr")  # noqa: S108
    there = clean("made /tmp/work/a.txt in /tmp/work", PLACES).text
    assert there == clean("made /tmp/tfcompat-ab/work/a.txt in /tmp/tfcompat-ab/work", local).text == "made a.txt in ."


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ("ValueError: no\nmore", "ValueError: no"),
        (
            "AssertionError: \nNot equal to tolerance rtol=1e-07\n\nMismatched",
            "AssertionError: Not equal to tolerance rtol=1e-07",
        ),
        ("\n\n  late\nmore", "late"),
        ("AssertionError:", "AssertionError:"),
        ("", ""),
    ],
)
def test_the_first_line_says_what_is_wrong(message: str, first: str) -> None:
    assert first_line(message) == first
