"""What a reader is shown of each status: what it means, and its colours."""

from collections.abc import Mapping

from tfcompat.outcomes import Status

MEANINGS: Mapping[Status, str] = {
    Status.WORKS: "it was compared with its oracle and does what is promised; a name that is asked for is there",
    Status.WRONG: "it ran and gave something other than what is promised",
    Status.ANSWERED: "it did one of several things that it may do, which the row names",
    Status.MISSING: "the path, class, argument or method does not exist",
    Status.FAILS: "it exists and raises an error",
    Status.CRASHES: "it ended the process",
    Status.HANGS: "it did not end within its time limit",
    Status.UNKNOWN: "there is no answer, for the reason that is given; it may work or not",
}
#: On a light ground and on a dark one: told apart by lightness too, and always shown beside a symbol or a word.
COLOURS: Mapping[Status, tuple[str, str]] = {
    Status.WORKS: ("#2b7a4b", "#3fa268"),
    Status.WRONG: ("#c98500", "#e0a030"),
    Status.ANSWERED: ("#5f7fa6", "#7f9fc6"),
    Status.MISSING: ("#c9ced6", "#3a404a"),
    Status.FAILS: ("#b3261e", "#e2605a"),
    Status.CRASHES: ("#5b1a5e", "#b277b6"),
    Status.HANGS: ("#27408b", "#7f9be8"),
    Status.UNKNOWN: ("#ffffff", "#14171c"),
}
