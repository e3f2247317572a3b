"""Tests of which shares of coverage are too small."""

from tests.covered import figures, short


def report(whole: float, **shares: float) -> dict[str, object]:
    files = {path: {"summary": {"percent_covered": share}} for path, share in shares.items()}
    return {"files": files, "totals": {"percent_covered": whole}}


def test_each_module_and_the_whole_have_a_share() -> None:
    assert short(report(95.0, **{"a.py": 85.0, "x/engines/docker/b.py": 75.0})) == []


def test_what_is_below_its_share_is_said_the_worst_first() -> None:
    assert short(report(94.9, **{"a.py": 84.9, "x/engines/docker/b.py": 74.9, "c.py": 99.0})) == [
        "x/engines/docker/b.py: 74.9 % of its lines and branches, and 75 % are wanted",
        "a.py: 84.9 % of its lines and branches, and 85 % are wanted",
        "all: 94.9 %, and 95 % are wanted",
    ]


def test_the_figures_are_of_the_whole_and_of_the_least() -> None:
    said = figures(report(95.04, **{"a.py": 99.0, "x/engines/docker/b.py": 74.92}))
    assert said == "95.0 % of the lines and branches of 2 modules, of x/engines/docker/b.py 74.9 %"
