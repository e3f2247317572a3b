"""Made trials for tests of the door: cells, engines, suites and answers of which many come again."""

from hypothesis import strategies as st

from tests import fakes
from tfcompat.outcomes import Harm, Outcome, Reason, Status, Trial

CELLS = ("tf2.5.3-py3.9", "tf2.6.5-py3.9", "tf2.6.5-py3.10", "tf2.16.2-py3.12+legacy", "tf2.17.0rc1-py3.12")
SCENARIOS = ("adapt::mean", "imports::tf.keras.layers.Normalization", "map::twice", "inventory::tf.keras")
OBSERVED = st.sampled_from([None, 1.0, 1.0001, 2.0, True, [1, "é"], {"tf.keras.layers.Normalization": "()", "x": 1}])


@st.composite
def outcomes(draw: st.DrawFn, scenario: str) -> Outcome:
    status = draw(st.sampled_from(Status))
    return fakes.outcome(
        scenario,
        status,
        observed=draw(OBSERVED),
        harm=draw(st.sampled_from(Harm)),
        reason=draw(st.sampled_from(Reason)) if status is Status.UNKNOWN else None,
        type=draw(st.sampled_from(["", "ValueError"])),
        message=draw(st.sampled_from(["", "no"])),
        documented=draw(st.sampled_from([None, 2.0])),
        title=draw(st.sampled_from(["one", "two"])),
    )


@st.composite
def trial(draw: st.DrawFn, number: int) -> Trial:
    """The trial that started as the ``number``-th."""
    subject = fakes.subject(
        draw(st.sampled_from(CELLS)),
        engine=draw(st.sampled_from(["docker", "local"])),
        suite=draw(st.sampled_from(["0" * 16, "1" * 16])),
        started=f"2026-01-01T00:00:{number:02}Z",
    )
    asked = draw(st.lists(st.sampled_from(SCENARIOS), unique=True))
    reason = draw(st.sampled_from([None, None, Reason.ENGINE_LOST]))
    return fakes.trial(
        subject, *(draw(outcomes(name)) for name in asked), reason=reason, message="lost" if reason else ""
    )


@st.composite
def trials(draw: st.DrawFn) -> list[Trial]:
    return [draw(trial(number)) for number in range(draw(st.integers(0, 8)))]
