"""The reader: trial files to columns. What many files say is decoded and judged once."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tfcompat.index import lines
from tfcompat.index.builder import Builder, trial_row
from tfcompat.index.columns import Columns
from tfcompat.index.lines import Lines, RawHeader, RawOutcome, UnusualError
from tfcompat.index.shape import WORDS
from tfcompat.record import sense
from tfcompat.record.judge import CANARY, Lack, Run, asked, failed_canary, lack_of_answer, outcome, reused_names
from tfcompat.record.lines import RecordError, ScenarioFacts
from tfcompat.record.suites import Facts, Versions, documented
from tfcompat.trials.file import SUFFIX, unpacked
from tfcompat.trials.store import Store

#: What an answer follows from: the number of the scenario's facts, and of its line all but seconds, traceback and key;
#: where there is no line, why.
Known = tuple[int | str | bytes | None, ...]


@dataclass(frozen=True, kw_only=True)
class Question:
    """A scenario as its suite has it, and the number that stands for all that is said of it in a cell."""

    number: int
    facts: ScenarioFacts
    versions: Versions


@dataclass(frozen=True, kw_only=True)
class Questions:
    """The scenarios of a header with their ids, and the name of their list in the index."""

    name: str
    scenarios: Sequence[Question]
    ids: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """The outcomes of a trial by scenario, its own and those that it reuses, and when each of the latter was measured."""

    outcomes: Mapping[str, RawOutcome]
    moments: Mapping[str, str]


class Reader:
    """Reads trial files of one folder; files of one cell should follow one another."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder)
        self.builder = Builder()
        self.judged: dict[Known, int] = {}
        self.facts: dict[tuple[str, ...], int] = {}
        self.nothing = Questions(name=self.builder.ask([]), scenarios=(), ids=())
        self.questions: dict[tuple[str, ...], Questions] = {}
        self.origins: dict[str, Lines] = {}

    def columns(self) -> Columns:
        """All that was read."""
        return self.builder.columns()

    def add(self, file: str, digest: str) -> None:
        """Read a file, given by its path in the folder. Raises DataError where it is not a whole trial."""
        try:
            self.add_lines(self.lines_of(file), file, digest)
        except UnusualError:
            self.builder.add_trial(self.store.trial(self.store.folder / file), digest)

    def lines_of(self, file: str) -> Lines:
        try:
            return lines.read(unpacked((self.store.folder / file).read_bytes()))
        except (OSError, RecordError, zlib.error) as error:
            raise UnusualError(str(error)) from error

    def add_lines(self, trial: Lines, file: str, digest: str) -> None:
        """Add the trial of some lines. Raises UnusualError before anything is added where they are not a whole one."""
        check_sense(trial, file)
        recorded = self.recorded(trial, file)
        canary = recorded.outcomes.get(CANARY)
        questions = self.questions_of(trial.header)
        asked = list(map(recorded.outcomes.get, questions.ids))
        if len(recorded.outcomes) - (canary is not None) != len(asked) - asked.count(None):
            raise UnusualError("a header that names a scenario twice, or not at all")
        lack = lack_of_answer(trial.verdict, failed_canary([lines.checked(canary)] if canary else []))
        if lack.reason is None and None in asked:
            raise UnusualError("it has neither an outcome of a scenario nor a reason why not")
        self.builder.add_rows(
            self.numbers(questions, asked, lack),
            [line.seconds if line else 0.0 for line in asked],
            self.moments(asked, recorded.moments, trial.first.started),
        )
        self.builder.trials.append(
            trial_row(
                trial.first.subject,
                trial.header.versions if trial.header else {},
                lack.reason,
                lack.message,
                trial.verdict.seconds,
                schema=trial.first.schema,
                file=file,
                confirmed=False,
                digest=digest,
                asked=questions.name,
                rows=len(asked),
            )
        )

    def numbers(self, questions: Questions, asked: Sequence[RawOutcome | None], lack: Lack) -> list[int]:
        """The number of each answer; one that was judged before is not judged again."""
        numbers = []
        lacking: Known = (str(lack.reason or ""), lack.message)
        judged = self.judged.get
        for question, line in zip(questions.scenarios, asked, strict=True):
            known: Known = (question.number, *(evidence_of(line) if line else lacking))
            number = judged(known)
            if number is None:
                checked = lines.checked(line) if line else None
                judgement = outcome(question.facts, checked, question.versions, lack, Run())
                number = self.judged[known] = self.builder.answer(judgement)
            numbers.append(number)
        return numbers

    def moments(self, asked: Sequence[RawOutcome | None], reused: Mapping[str, str], started: str) -> list[int]:
        """The number of the moment in which each outcome was measured; ``reused`` has those of another trial."""
        own, never = self.builder.moment(started), self.builder.moment("")
        if not reused:
            return [own if line else never for line in asked]
        earlier = {name: self.builder.moment(measured) for name, measured in reused.items()}
        return [earlier.get(line.scenario, own) if line else never for line in asked]

    def recorded(self, trial: Lines, file: str) -> Recorded:
        """The outcomes of a trial, with those that it reuses. Raises UnusualError where one is there twice, or not at all."""
        outcomes, moments = dict(trial.outcomes), dict[str, str]()
        suite = frozenset(self.questions_of(trial.header).ids) if trial.reused else frozenset[str]()
        for line in trial.reused:
            origin = self.origin(f"{file.rpartition('/')[0]}/{line.trial}{SUFFIX}")
            for name in reused_names(line, origin.outcomes, moments.keys(), trial.outcomes, suite):
                if name in outcomes or name not in origin.outcomes:
                    raise UnusualError("what it reuses is not there, or has an outcome already")
                outcomes[name] = origin.outcomes[name]
                moments[name] = line.measured or origin.first.started
        return Recorded(outcomes=outcomes, moments=moments)

    def origin(self, file: str) -> Lines:
        """The lines of a file from which outcomes are reused; those of the cell at hand are kept."""
        if file not in self.origins:
            cell = file.rpartition("/")[0]
            self.origins = {name: kept for name, kept in self.origins.items() if name.startswith(f"{cell}/")}
            self.origins[file] = self.lines_of(file)
        return self.origins[file]

    def questions_of(self, header: RawHeader | None) -> Questions:
        """The scenarios of a header; equal ones are read once."""
        if header is None:
            return self.nothing
        key = (header.suite, bytes(header.scenarios).decode(), *sorted(map(str, header.versions.items())))
        if key not in self.questions:
            facts = self.asked(header).values()
            self.questions[key] = Questions(
                name=self.builder.ask([words_of(scenario) for scenario in facts]),
                scenarios=[self.question(scenario, header.versions) for scenario in facts],
                ids=[scenario.id for scenario in facts],
            )
        return self.questions[key]

    def asked(self, header: RawHeader) -> Facts:
        """The scenarios of a header. Raises UnusualError where its suite does not have them."""
        try:
            return asked(header.whole, self.store.sources(""))
        except RecordError as error:
            raise UnusualError(str(error)) from error

    def question(self, facts: ScenarioFacts, versions: Versions) -> Question:
        said = (facts.id, repr(documented(facts, versions)), repr(facts))
        return Question(number=self.facts.setdefault(said, len(self.facts)), facts=facts, versions=versions)


def check_sense(trial: Lines, file: str) -> None:
    """Raises UnusualError where the lines of a file make no sense together."""
    canary = trial.outcomes.get(CANARY)
    try:
        sense.check(trial.every, lines.checked(canary) if canary else None, file.removesuffix(SUFFIX))
    except RecordError as error:
        raise UnusualError(str(error)) from error


def evidence_of(line: RawOutcome) -> Known:
    """All of a line that its judgement follows from."""
    values = (line.observed, line.expected, line.seen)
    return (line.happened, *map(bytes, values), line.type, *line.classes, line.message, line.lacks)


def words_of(facts: ScenarioFacts) -> tuple[str, ...]:
    """What a suite says of a scenario, as the ``WORDS`` of its outcome."""
    said = outcome(facts, None, {}, Lack(reason=None, message=""), Run())
    return tuple(text(said) for text in WORDS.values())
