"""What the tests of the plugin share: distributions that an interpreter sees, and a session of pytest that sees them."""

import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import fakes, standins
from tests.trial_files import keep
from tfcompat.outcomes import Harm, Kind

#: A question whose answer turns from fresh to stale, and a path that is missing at first.
STALE, PATH = "readapt::predict", "imports::tf.keras.layers.Normalization"
FACTS = [
    fakes.scenario_facts(STALE, kind=Kind.QUESTION, answers={"fresh": Harm.NONE, "stale": Harm.SILENT}),
    fakes.scenario_facts(PATH),
]
OLD, NEW = {"tensorflow": "2.5.3"}, {"tensorflow": "2.9.3", "keras": "2.9.0"}


def install(site: Path, distributions: Mapping[str, str]) -> None:
    """Put stand-in distributions into a folder as an installer does; those of TensorFlow have its module."""
    site.mkdir(exist_ok=True)
    for name, version in distributions.items():
        if name.startswith(("tensorflow", "tf-nightly")):
            with zipfile.ZipFile(standins.write_wheel(site, version, "", name)) as wheel:
                wheel.extractall(site)
        else:
            info = site / f"{name.replace('-', '_')}-{version}.dist-info"
            info.mkdir()
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")


def write_project(folder: Path) -> None:
    """A project of two releases in which both scenarios were measured."""
    trials = folder / "reports" / "trials"
    for cell, keras, answers in (
        ("tf2.5.3-py3.9", "2.5.0", {STALE: "fresh", PATH: AttributeError("no Normalization")}),
        ("tf2.9.3-py3.10", "2.9.0", {STALE: "stale", PATH: "class"}),
    ):
        subject = fakes.subject(cell)
        versions = {"tensorflow": subject.tensorflow, "keras": keras, "python": f"{subject.python}.1"}
        keep(trials, cell, answers, facts=FACTS, versions=versions)
    (folder / "images").mkdir(exist_ok=True)
    (folder / "images" / "releases.toml").write_text("releases = []\n")


class Session:
    """Tests in a folder with the evidence of ``write_project``, run by a pytest of their own with some distributions."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
        self.pytester, self.monkeypatch = pytester, monkeypatch
        self.site = pytester.path / "site"
        for name in ("TF_USE_LEGACY_KERAS", "KERAS_BACKEND", "PYTEST_ADDOPTS"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("TFCOMPAT_CACHE", str(project / "cache"))
        monkeypatch.setenv("PYTHONPATH", str(self.site))
        monkeypatch.syspath_prepend(str(self.site))
        for name in ("reports", "images"):
            shutil.copytree(project / name, pytester.path / name)

    def run(self, tests: str, *arguments: str, **distributions: str) -> pytest.RunResult:
        """Run some tests with ``-rA``; ``tensorflow_cpu`` is the distribution of that name.

        In this process, or in one of its own where pytest-xdist is asked for.
        """
        install(self.site, {name.replace("_", "-"): version for name, version in distributions.items()})
        self.pytester.makepyfile(test_it="import pytest\nrelies = pytest.mark.tfcompat\n" + tests)
        run = self.pytester.runpytest_subprocess if "-n" in arguments else self.pytester.runpytest_inprocess
        return run("-rA", "--strict-markers", *arguments)
