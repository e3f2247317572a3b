"""Fixing: import paths that do not work on the wanted releases, written as one that does, or as a try of two."""

import ast
import shutil
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tfcompat.door.door import Door
from tfcompat.files import write_whole
from tfcompat.scan.judge import BAD, INSTALLED, Finding, Judge, Verdict
from tfcompat.scan.known.names import Use, asks_of_path, class_of, long
from tfcompat.scan.report import Report
from tfcompat.scan.sources import LARGEST, UNPARSED, parsed

#: What stands between the root and the class in paths that came or went.
EXPERIMENTAL = ".experimental.preprocessing"


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What to write for a path: one path, or two where the second is for the releases that lack the first."""

    use: Use
    paths: tuple[str, ...]

    @property
    def write(self) -> str:
        """What to write, in words."""
        return " and, where that is not there, ".join(self.paths)


def advised(report: Report, advice: Sequence[Fix]) -> Report:
    """The report with what to write for import paths."""
    write = {(fix.use.path, fix.use.key): fix.write for fix in advice}
    findings = tuple(
        replace(one, use=replace(one.use, write=write.get((one.use.path, one.use.key), one.use.write)))
        for one in report.findings
    )
    subjects = {fix.use.subject: fix.write for fix in advice}
    obstacles = tuple(replace(one, write=one.write or subjects.get(one.subject, "")) for one in report.obstacles)
    return replace(report, findings=findings, obstacles=obstacles)


def fixes_of(door: Door, report: Report) -> list[Fix]:
    """What to write for the import paths of a report on the releases in question."""
    return fixes(Judge(door), report.findings, report.in_question)


def fixes(judge: Judge, findings: Sequence[Finding], releases: Collection[str]) -> list[Fix]:
    """What to write for each import path that does not work on some of the releases, where something does on all."""
    return [
        fix
        for finding in findings
        if finding.counts
        and finding.use.rule == "import"
        and len(finding.use.ways) == 1
        and finding.on(releases) in BAD
        if (fix := fix_of(judge, finding.use, releases))
    ]


def fix_of(judge: Judge, use: Use, releases: Collection[str]) -> Fix | None:
    """The first path that works on all the releases, else the first two that do together."""
    works = {path: working(judge, use, path, releases) for path in candidates(use.subject)}
    whole = set(releases)
    for path, there in works.items():
        if there == whole and path != use.subject:
            return Fix(use=use, paths=(path,))
    for first, there in works.items():
        for second, more in works.items():
            if first != second and there | more == whole:
                return Fix(use=use, paths=(first, second))
    return None


def candidates(path: str) -> list[str]:
    """The public paths of the class behind a path, the current one first."""
    cls = class_of(path)
    if not cls or not path.startswith(("tf.", "keras.")):
        return []
    root = "tf.keras" if path.startswith("tf.") else "keras"
    return [f"{root}.layers.{cls}", f"{root}.layers{EXPERIMENTAL}.{cls}"]


def working(judge: Judge, use: Use, path: str, releases: Collection[str]) -> set[str]:
    """The releases on which a path is there."""
    module, _, name = path.rpartition(".")
    asks = asks_of_path(path, f"from {long(module)} import {name}")
    there = judge.of(judge.chosen(asks), False) if judge.chosen(asks) else {}
    verdicts: dict[str, list[Verdict]] = {}
    for spot in (spot for spot in judge.spots if spot.variant in INSTALLED):
        verdicts.setdefault(spot.tensorflow, []).append(there.get(spot.cell, Verdict.UNKNOWN))
    return {
        release
        for release in releases
        if Verdict.WORKS in verdicts.get(release, ()) and not BAD & set(verdicts.get(release, ()))
    }


def apply(fixes: Sequence[Fix]) -> tuple[list[Fix], list[Fix]]:
    """Write fixes into their files: those that were written, and those that a person has to write."""
    done: list[Fix] = []
    for path in dict.fromkeys(fix.use.path for fix in fixes):
        done += in_file(Path(path), [fix for fix in fixes if fix.use.path == path])
    return done, [fix for fix in fixes if fix not in done]


def in_file(path: Path, fixes: Sequence[Fix]) -> list[Fix]:
    """Write the fixes of a file, the last first, so that the places of the others stay; none where it would not parse."""
    if path.suffix == ".ipynb" or path.is_symlink() or path.stat().st_size > LARGEST[".py"]:
        return []
    data = path.read_bytes()
    try:
        lines, done = data.decode("utf-8").encode().splitlines(keepends=True), []
        tree = parsed(data.decode("utf-8"))
        for fix in sorted(fixes, key=lambda fix: (fix.use.line, fix.use.column), reverse=True):
            if (text := replacement(lines, tree, fix)) is not None:
                lines = replaced(lines, fix.use, text)
                done.append(fix)
        parsed(b"".join(lines).decode("utf-8"))
    except UNPARSED:
        return []
    if done:
        write_whole(path, lambda beside: rewrite(beside, path, b"".join(lines)))
    return done


def rewrite(beside: Path, path: Path, data: bytes) -> None:
    """Write what is to take a file's place, with that file's permissions."""
    beside.write_bytes(data)
    shutil.copymode(path, beside)


def segment(lines: Sequence[bytes], use: Use) -> bytes:
    """The bytes of a use; columns are in bytes, as Python counts them."""
    first, last = use.line - 1, use.end[0] - 1
    if first == last:
        return lines[first][use.column : use.end[1]]
    return b"".join((lines[first][use.column :], *lines[first + 1 : last], lines[last][: use.end[1]]))


def replaced(lines: Sequence[bytes], use: Use, text: bytes) -> list[bytes]:
    first, last = use.line - 1, use.end[0] - 1
    if lines[last].endswith(b"\r\n"):
        text = text.replace(b"\n", b"\r\n")
    whole = lines[first][: use.column] + text + lines[last][use.end[1] :]
    return [*lines[:first], *whole.splitlines(keepends=True), *lines[last + 1 :]]


def replacement(lines: Sequence[bytes], tree: ast.Module, fix: Fix) -> bytes | None:
    """What is written in the place of a use; None where that is not clear."""
    node = next(at(tree, fix.use), None)
    if isinstance(node, ast.ImportFrom):
        return statement(lines, node, fix)
    if not isinstance(node, ast.Attribute) or len(fix.paths) > 1:
        return None
    text = segment(lines, fix.use).decode()
    for old in (EXPERIMENTAL, ".python"):
        if old in text and fix.use.subject.replace(old, "") == fix.paths[0]:
            return text.replace(old, "").encode()
    return None


def at(tree: ast.Module, use: Use) -> Iterator[ast.AST]:
    """The node of a use."""
    for node in ast.walk(tree):
        place = (getattr(node, "lineno", 0), getattr(node, "col_offset", -1))
        end = (getattr(node, "end_lineno", 0), getattr(node, "end_col_offset", -1))
        if place == (use.line, use.column) and end == use.end and isinstance(node, ast.ImportFrom | ast.Attribute):
            yield node


def statement(lines: Sequence[bytes], node: ast.ImportFrom, fix: Fix) -> bytes | None:
    """An import statement for another; what else it imports stays, in a statement of its own."""
    own = lines[fix.use.line - 1 : fix.use.end[0]]
    commented = any(b"#" in line for line in own)
    before = lines[fix.use.line - 1][: fix.use.column].decode()
    after = lines[fix.use.end[0] - 1][fix.use.end[1] :].decode().strip()
    if before.strip() or (after and not after.startswith("#")):
        return None
    name = fix.use.subject.rpartition(".")[2]
    alias = next((alias for alias in node.names if alias.name == name), None)
    if alias is None:
        return None
    rest = [other for other in node.names if other is not alias]
    written = [ast.unparse(ast.ImportFrom(module=node.module, names=rest, level=0))] if rest else []
    ways = [of(path, alias) for path in fix.paths]
    written += ways if len(ways) == 1 else ["try:", f"    {ways[0]}", "except ImportError:", f"    {ways[1]}"]
    if commented and len(own) + len(written) > 2:
        return None  # which line a comment belongs to a person knows
    return f"\n{before}".join(written).encode()


def of(path: str, alias: ast.alias) -> str:
    """``from … import …`` of a path, by the name that it had before."""
    module, _, name = path.rpartition(".")
    return ast.unparse(ast.ImportFrom(module=long(module), names=[ast.alias(name=name, asname=alias.asname)], level=0))
