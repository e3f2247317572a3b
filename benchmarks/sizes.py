"""Measures what environments take: ``python -m benchmarks.sizes``, over the local ones that are kept.

Prints for each the bytes on disk beside the size of TensorFlow's wheel, and the two constants that fit them best: the
factor by which a wheel grows when it is installed and byte-code compiled, and what all the rest takes.
"""

import statistics
import sys

from harness import project, releases
from harness.engines.local import LocalEngine
from harness.uv import Uv


def main() -> int:
    here = project.find(None, None)
    wheels = {str(one.version): one.megabytes for one in releases.load(here.releases)}
    kept = LocalEngine(here.cache / "environments", Uv()).environments()
    pairs = []
    for _, cell, size in kept:
        wheel = wheels[cell.removeprefix("tf").split("-py")[0]]
        pairs.append((wheel, size / 1e6))
        print(f"{cell:24} wheel {wheel:4} MB, installed {size / 1e6:6.0f} MB")
    if len(pairs) > 1:
        factor, rest = statistics.linear_regression(*zip(*pairs, strict=True))
        print(f"installed = {factor:.1f} x wheel + {rest:.0f} MB over {len(pairs)} environments")
    return 0


if __name__ == "__main__":
    sys.exit(main())
