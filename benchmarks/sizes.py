"""Measures what environments take: ``python -m benchmarks.sizes``, over the local ones that are kept.

Prints for each its size on disk beside that of TensorFlow's wheel, and the bytes on disk for each byte of wheel over all.
"""

import sys

from tfcompat import project
from tfcompat.environments.engines.local import LocalEngine
from tfcompat.environments.uv import Uv
from tfcompat.select import releases


def main() -> int:
    here = project.find(None, None)
    wheels = {str(one.version): one.megabytes for one in releases.load(here.releases)}
    kept = LocalEngine(here.cache / "environments", Uv()).environments()
    pairs = []
    for _, cell, size in kept:
        wheel = wheels[cell.removeprefix("tf").split("-py")[0]]
        pairs.append((wheel, size / 1e6))
        print(f"{cell:24} wheel {wheel:4} MB, installed {size / 1e6:6.0f} MB")
    if pairs:
        ratio = sum(size for _, size in pairs) / sum(wheel for wheel, _ in pairs)
        print(f"{ratio:.1f} bytes installed for each byte of wheel, over {len(pairs)} environments")
    return 0


if __name__ == "__main__":
    sys.exit(main())
