"""Trials whose every text means harm, for the tests of everything that shows text."""

from tests.fakes import trial
from tfcompat.outcomes import Outcome, Status, Trial

HOSTILE = "</title><script>alert(1)</script> | `x` [a](javascript:b) *c* & \"d\" 'e' {{ 7 * 7 }} \u2028 é"


def hostile_trials() -> list[Trial]:
    """Two releases whose every text is hostile, and whose observations differ, so that they are shown."""
    name = "adapt::a<b>&\"c\"'d'|e`f"
    return [
        trial(
            f"tf{version}-py3.9",
            Outcome(
                scenario=name,
                status=Status.WRONG,
                observed=[HOSTILE, number],
                documented=0,
                title=HOSTILE,
                reference=HOSTILE,
                message=HOSTILE,
                traceback=HOSTILE,
                type="Error",
            ),
            versions={"python": HOSTILE, "keras": HOSTILE, "numpy": HOSTILE},
        )
        for number, version in enumerate(("2.6.5", "2.7.4"))
    ]
