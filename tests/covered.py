"""Which share of the harness's lines and branches the tests reach, from coverage's report, held against what is wanted.

``python -m tests.covered coverage.json`` prints each module below its share and the whole, and ends with 1 where one is below.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

#: The whole, each module, and those that need a Docker engine for their tests, in percent.
WHOLE, MODULE, DOCKER = 95.0, 85.0, 75.0


def short(report: Mapping[str, object]) -> list[str]:
    """A sentence for each module that is below its share, the worst first, and one for the whole."""
    shares, whole = measured(report)
    sentences = [
        f"{path}: {share:.1f} % of its lines and branches, and {wanted(path):.0f} % are wanted"
        for path, share in sorted(shares.items(), key=lambda item: item[1])
        if share < wanted(path)
    ]
    return sentences + ([f"all: {whole:.1f} %, and {WHOLE:.0f} % are wanted"] if whole < WHOLE else [])


def measured(report: Mapping[str, object]) -> tuple[Mapping[str, float], float]:
    """The share of each module by its path, and that of the whole."""
    files: Mapping[str, Mapping[str, Mapping[str, float]]] = report["files"]  # type: ignore[assignment]
    whole: float = report["totals"]["percent_covered"]  # type: ignore[index]
    return {path: file["summary"]["percent_covered"] for path, file in files.items()}, whole


def wanted(path: str) -> float:
    return DOCKER if "/engines/docker/" in path else MODULE


def figures(report: Mapping[str, object]) -> str:
    """The share of the whole, and of the module that has least."""
    shares, whole = measured(report)
    share, path = min((share, path) for path, share in shares.items())
    return f"{whole:.1f} % of the lines and branches of {len(shares)} modules, of {path} {share:.1f} %"


def main() -> int:
    report = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sentences = short(report)
    print("\n".join([*sentences, figures(report)]))
    return int(bool(sentences))


if __name__ == "__main__":
    sys.exit(main())
