"""What a scenario did, described: an observation or a failure, bounded, as the JSON that a child sends."""

import errno
import json
import os
import traceback
from typing import Any, Dict, Optional

from scenarios.marks import LARGEST
from scenarios.observe import Answer, Compared, Missing, plain

#: Bounds on what one scenario may put into the record, in characters; of an observation each says its own (`largest`).
BOUNDS = {"message": 1500, "traceback": 1500}
#: The words for what may have happened, and the keys that say more of it: a child's answer has no other.
WORDS = ("returned", "raised", "missing", "memory", "disk", "undescribed")
KEYS = ("happened", "observed", "expected", "seen", "type", "classes", "message", "lacks", "traceback", "token")
VALUES = ("observed", "expected", "seen", "classes")
#: Errors of the system that say that this machine is short of something, and no word of the release.
OUT_OF_DISK, OUT_OF_MEMORY = (errno.ENOSPC, errno.EDQUOT), (errno.ENOMEM, errno.EAGAIN)
#: How many classes of an exception, itself first, are recorded.
CLASSES = 8
#: Bytes that the parent reads of what a child sends, and of what it printed.
LARGEST_ANSWER = 256 * 1024


def answer_of(item: Any, setup: bool) -> Dict[str, Any]:
    """Run one pytest item here, in this process, and say what happened; ``setup`` is what ``needs_setup`` says of it."""
    return ask(lambda: observed(item) if setup else called(item), item.get_closest_marker("scenario").kwargs["largest"])


def observed(item: Any) -> Any:
    """What an item returns that pytest sets up and calls.

    The hooks are called without pytest's report of them, which reads the source of every frame (300 ms on TensorFlow's).
    """
    item.ihook.pytest_runtest_setup(item=item)
    item.ihook.pytest_runtest_call(item=item)
    return item.observed


def called(item: Any) -> Any:
    """What an item's function returns for its parameters, without pytest, which would touch memory that a fork shares."""
    os.environ["PYTEST_CURRENT_TEST"] = "%s (call)" % item.nodeid  # as pytest does, for who looks
    return item.obj(**parameters_of(item))


def parameters_of(item: Any) -> Dict[str, Any]:
    return getattr(getattr(item, "callspec", None), "params", {})


def needs_setup(item: Any) -> bool:
    """Whether pytest has more to do for an item than to call its function with its parameters.

    That is so where it has a fixture, a marker of pytest's, or a class, and where a plugin that is not pytest's takes part.
    """
    fixtures = item._fixtureinfo.name2fixturedefs.values()
    hooks = (item.ihook.pytest_runtest_setup, item.ihook.pytest_runtest_call)
    taking_part = [fixture[-1].func for fixture in fixtures] + [
        part.function for hook in hooks for part in hook.get_hookimpls()
    ]
    return (
        item.cls is not None
        or not set(item.fixturenames) <= set(parameters_of(item))
        or any(mark.name not in ("scenario", "parametrize") for mark in item.iter_markers())
        or not all(function.__module__.startswith("_pytest.") for function in taking_part)
    )


def ask(question: Any, largest: int = LARGEST) -> Dict[str, Any]:
    """Call a function and say what happened."""
    try:
        value = question()
    except BaseException as error:
        return described_failure(error)
    try:
        return returned(value, largest)
    except BaseException as error:  # the scenario's fault, which says nothing of the release
        text = "the observation cannot be written as JSON: %s" % type(error).__name__
        return {"happened": "undescribed", "message": text, "traceback": ""}


def failure_of(action: Any) -> Optional[Dict[str, Any]]:
    """What happened where an action raised; None where it did not."""
    answer = ask(action)
    return None if answer["happened"] == "returned" else answer


def returned(value: Any, largest: int = LARGEST) -> Dict[str, Any]:
    """A returned value: what was observed, what it is held against, and what was seen beside it."""
    if isinstance(value, Compared):
        parts = {"observed": value.observed, "expected": value.expected}
    elif isinstance(value, Answer):
        parts = {"observed": value.word, "seen": value.seen}
    else:
        parts = {"observed": value}
    return dict({"happened": "returned"}, **{key: fitting(part, largest) for key, part in parts.items()})


def fitting(value: Any, largest: int) -> Any:
    """A value as JSON; what is longer than ``largest`` is a text with its beginning and end."""
    described = plain(value)
    text = json.dumps(described)
    return described if len(text) <= largest else shortened(text, largest)


def described_failure(error: BaseException) -> Dict[str, Any]:
    """An exception as it was raised; where a scenario says that something is missing, the one that showed it."""
    missing = isinstance(error, Missing)
    raised = error.__cause__ or error if missing else error
    answer = {
        "happened": "missing" if missing else shortage(error) or "raised",
        "type": type(raised).__name__,
        "classes": [cls.__name__ for cls in type(raised).__mro__ if issubclass(cls, Exception)][:CLASSES],
        "message": bounded(text_of(raised), "message"),
        "traceback": bounded(described_frames(raised), "traceback"),
    }
    return dict(answer, lacks=bounded(text_of(error), "message")) if missing else answer


def text_of(error: BaseException) -> str:
    try:
        return str(error)
    except Exception as other:
        return "its text cannot be made: %s" % type(other).__name__


def shortage(error: BaseException) -> Optional[str]:
    """What this machine was short of, where an exception says so: ``memory`` or ``disk``."""
    number = getattr(error, "errno", None)
    if isinstance(error, OSError) and number in OUT_OF_DISK:
        return "disk"
    starved = type(error).__name__ == "ResourceExhaustedError" or "can't start new thread" in text_of(error)
    if starved or isinstance(error, MemoryError) or (isinstance(error, OSError) and number in OUT_OF_MEMORY):
        return "memory"
    return None


def described_frames(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(type(error), error, own_frames(error.__traceback__)))
    except Exception:  # the exception cannot be shown; its type says what there is to say
        return ""


def own_frames(frames: Any) -> Any:
    """A traceback from the scenario's own frame on, without the frames of pytest that called it."""
    start = frames
    while start is not None and not os.path.basename(start.tb_frame.f_code.co_filename).startswith("test_"):
        start = start.tb_next
    return start or frames


def bounded(text: str, what: str) -> str:
    """The text, or its beginning and end where it is longer than its bound: errors say most in these."""
    return text if len(text) <= BOUNDS[what] else shortened(text, BOUNDS[what])


def shortened(text: str, bound: int) -> str:
    return text[: bound // 3] + " [...] " + text[-(bound - bound // 3) :]


def encoded(line: Dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode("ascii")


def checked(data: bytes, token: str) -> Optional[Dict[str, Any]]:
    """A child's answer: a bounded JSON object with its token, the keys of an answer and no other. None where it is not one."""
    try:
        answer = json.loads(data.decode("ascii"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict) or answer.get("happened") not in WORDS or not set(answer) <= set(KEYS):
        return None
    texts = all(isinstance(answer.get(key, ""), str) for key in KEYS if key not in VALUES)
    own = answer.pop("token", None) == token
    return answer if texts and own and len(data) <= LARGEST_ANSWER else None
