"""tfcompat loads: what a release makes of the models that another one saved."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise

import click

from tfcompat import ask
from tfcompat.commands.door import evidence_of
from tfcompat.commands.options import json_option, leave_if
from tfcompat.errors import ExitCode
from tfcompat.escape import printable
from tfcompat.exchange.loads import Loaded, LoadResult, Loads, release_of
from tfcompat.project import Project

#: Characters of a prediction or an error in a line; how many pairs a line names, and from how many on they are counted.
LONGEST, NAMED = 160, 6
#: What each result means to who has the file.
MEANINGS = {
    LoadResult.RIGHT: "loads, and predicts the same",
    LoadResult.WRONG: "loads, and predicts something else without a word",
    LoadResult.LOST: "loads without what was learned",
    LoadResult.FAILS: "does not load",
    LoadResult.NOT_SAVED: "could not be saved in this format",
    LoadResult.UNKNOWN: "was not measured",
}


@click.command()
@click.argument("writers", metavar="WRITER")
@click.argument("readers", metavar="READER")
@click.argument("model", required=False)
@json_option
@click.pass_obj
def loads(project: Project, writers: str, readers: str, model: str | None, as_json: bool) -> None:
    """Say what TensorFlow READER makes of the models that TensorFlow WRITER saved, format by format.

    Both are releases as --tf takes them: 2.7 (its last patch), 2.7..2.9, '>=2.13', all; of a range the last patch of each minor.
    MODEL is one of the models of the grid, such as Normalization; by default all of them are looked up. Exit code 3 where
    nothing of it was measured.
    """
    found = ask.loads(evidence_of(project), writers, readers, model)
    for note in found.notes:
        click.echo(note, err=True)
    click.echo(ask.as_json(found) if as_json else "\n".join(lines(found)))
    leave_if(not any(pair.result is not LoadResult.UNKNOWN for pair in found.pairs), ExitCode.UNKNOWN_CELLS)


def lines(found: Loads) -> Iterator[str]:
    """What became of each format, model by model; then how much of everything, and what was not measured."""
    if found.writers and found.readers:
        yield f"saved by TensorFlow {some(found.writers)}, loaded by TensorFlow {some(found.readers)}"
    one = len({(pair.writer, pair.reader) for pair in found.pairs}) == 1
    for model in found.models:
        of_model = [pair for pair in found.pairs if pair.model == model]
        if of_model:
            yield f"{printable(model, LONGEST)}:"
            yield from (f"  {line}" for line in (each(of_model) if one else counted(of_model)))
    if found.pairs:
        yield ", ".join(f"{count} {result}" for result, count in found.counts.items() if count)
    for role, releases in found.not_measured.items():
        if releases:
            yield f"not measured as {role}, for the grid does not have them: {some(releases)}"


def each(pairs: Sequence[Loaded]) -> Iterator[str]:
    """A line a format: what became of it, and what that is seen by."""
    width = max(len(pair.format) for pair in pairs)
    for pair in pairs:
        yield f"{printable(pair.format, LONGEST):{width}}  {pair.result}: {MEANINGS[pair.result]}{seen(pair)}"


def seen(pair: Loaded) -> str:
    """What a result is seen by: another prediction, or an error."""
    if pair.result in (LoadResult.WRONG, LoadResult.LOST):
        return f" ({printable(pair.loaded, LONGEST)} instead of {printable(pair.saved, LONGEST)})"
    return f" ({printable(pair.message, LONGEST)})" if pair.message else ""


def counted(pairs: Sequence[Loaded]) -> Iterator[str]:
    """A line a format and result: how many pairs of releases, and which; the right ones without their names."""
    for format_ in dict.fromkeys(pair.format for pair in pairs):
        of_format = [pair for pair in pairs if pair.format == format_]
        for result in LoadResult:
            same = [pair for pair in of_format if pair.result is result]
            if same:
                yield f"{printable(format_, LONGEST)}  {result}: {len(same)} of {len(of_format)}{named(same, of_format)}"


def named(same: Sequence[Loaded], pairs: Sequence[Loaded]) -> str:
    """The pairs of a line in words, the writers that share their readers together; none where there is nothing to tell."""
    if same[0].result is LoadResult.RIGHT or len(same) == len(pairs):
        return ""
    writers, readers = in_order(pair.writer for pair in pairs), in_order(pair.reader for pair in pairs)
    if same[0].result is LoadResult.NOT_SAVED:
        return f", by {spans({pair.writer for pair in same}, writers)}"
    of_readers: dict[frozenset[str], set[str]] = {}
    for writer in writers:
        if inside := frozenset(pair.reader for pair in same if pair.writer == writer):
            of_readers.setdefault(inside, set()).add(writer)
    texts = [
        f"{spans(some_writers, writers)} in {spans(inside, readers)}" for inside, some_writers in of_readers.items()
    ]
    return f", of {'; of '.join(texts)}"


def in_order(cells: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(cells))


def spans(inside: Collection[str], every: Sequence[str]) -> str:
    """Some cells of a row by their releases, neighbours as a span."""
    runs: list[list[str]] = []
    for before, cell in pairwise(["", *every]):
        if cell in inside:
            if before not in inside:
                runs.append([])
            runs[-1].append(release_of(cell))
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} – {run[-1]}" for run in runs)


def some(texts: Iterable[str]) -> str:
    """Some texts on a line, and how many more there are."""
    known = list(texts)
    return ", ".join(known[:NAMED]) + (f" and {len(known) - NAMED} more" if len(known) > NAMED else "")
