"""``python -m tests.mutation``: try the mutants of all modules, of those that are named, of those that changed, or a sample."""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Sequence

from tests.mutation import results
from tests.mutation.mutants import Mutant, mutants
from tests.mutation.results import Result
from tests.mutation.subjects import Subject, subjects
from tests.mutation.trying import Fate, fates

#: A sample is of so many modules: each costs a run of its tests before the first mutant.
MODULES = 1


def main() -> int:
    arguments = parser().parse_args()
    every = {subject.path: subject for subject in subjects()}
    if unknown := set(arguments.modules) - set(every):
        print(f"{', '.join(sorted(unknown))}: one of {', '.join(every)}", file=sys.stderr)
        return 2
    if arguments.sample:
        return sample(every, arguments.sample)
    chosen = [every[name] for name in arguments.modules or every]
    if arguments.changed:
        before = results.read()
        chosen = [subject for subject in chosen if is_changed(subject, before)]
    return whole(chosen, again=arguments.survivors)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    made.add_argument("modules", nargs="*", metavar="MODULE", help="such as table/ranges.py; default: all")
    made.add_argument("--changed", action="store_true", help="only modules that changed, or whose tests did")
    made.add_argument(
        "--survivors", action="store_true", help="only those that survived before: tests were added since"
    )
    made.add_argument("--sample", type=int, metavar="N", help="N mutants of modules with results; nothing is written")
    return made


def is_changed(subject: Subject, before: dict[str, Result]) -> bool:
    return subject.path not in before or before[subject.path].digest != subject.digest


def whole(chosen: Sequence[Subject], *, again: bool) -> int:
    """Try the mutants of some modules and write their results, one module after the other."""
    codes = [module(subject, again=again) for subject in chosen]
    every = results.read()
    share = results.share(every.values())
    print(f"{share:.1%} of the mutants of {len(every)} modules are noticed")
    return max([*codes, int(share < results.WANTED)])


def module(subject: Subject, *, again: bool) -> int:
    digest, made = subject.digest, mutants(subject.source)
    before = results.read().get(subject.path) if again else None
    tried = [mutant for mutant in made if before is None or mutant.name in before.survived]
    found = try_all(subject, tried)
    survived = tuple(mutant.name for mutant, fate in zip(tried, found, strict=True) if fate is Fate.SURVIVED)
    timeout = found.count(Fate.TIMEOUT) + (before.timeout if before else 0)
    killed = len(made) - len(survived) - timeout
    result = Result(digest=digest, mutants=len(made), killed=killed, timeout=timeout, survived=survived)
    results.write({**results.read(), subject.path: result})
    return judge(subject.path, survived, whole=True)


def try_all(subject: Subject, made: Sequence[Mutant]) -> list[Fate]:
    begin = time.monotonic()
    found = fates(subject, [mutant.source for mutant in made])
    noticed = len(found) - found.count(Fate.SURVIVED)
    print(f"{subject.path}: {noticed} of {len(made)} mutants noticed, {time.monotonic() - begin:.0f} s", flush=True)
    return found


def judge(path: str, survived: Sequence[str], *, whole: bool) -> int:
    """Print the survivors that survivors.toml does not have, and after a whole run those that it has and should not."""
    listed = results.reasons()
    unlisted = results.unlisted(path, survived, listed)
    idle = results.idle(path, survived, listed) if whole else []
    if unlisted:
        print(f'write a test for each of these, or say in survivors.toml why it lives:\n["{path}"]')
        print("\n".join(map(results.line_of, unlisted)))
    for name in idle:
        print(f"{path}: survivors.toml lists what does not survive: {name}")
    return int(bool(unlisted or idle))


def sample(every: dict[str, Subject], count: int) -> int:
    """Try some mutants of some modules that have results: others at each commit, and the same at one commit."""
    tried = [subject for path, subject in every.items() if path in results.read()]
    seed = hashlib.sha256("".join(subject.digest for subject in tried).encode()).hexdigest()
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    chosen = chance.sample(tried, min(MODULES, len(tried)))
    codes = []
    for subject in chosen:
        made = mutants(subject.source)
        some = chance.sample(made, min(count // len(chosen), len(made)))
        found = try_all(subject, some)
        survived = [mutant.name for mutant, fate in zip(some, found, strict=True) if fate is Fate.SURVIVED]
        codes.append(judge(subject.path, survived, whole=False))
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
