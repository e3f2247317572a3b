"""What is installed, by the distributions that an interpreter sees."""

from pathlib import Path

import pytest

from tests.plugin.session import install
from tfcompat.plugin.installed import Installed, installed, variant_of


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose distributions come before all others."""
    folder = tmp_path / "site"
    monkeypatch.syspath_prepend(str(folder))
    for name in ("TF_USE_LEGACY_KERAS", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    return folder


def found() -> tuple[str, str, str]:
    here = installed()
    return here.tensorflow, here.keras, here.variant


@pytest.mark.parametrize(
    ("distributions", "expected"),
    [
        ({"tensorflow-cpu": "2.5.3", "keras": "2.5.0"}, ("2.5.3", "", "")),
        ({"tensorflow": "2.9.3", "keras": "2.9.0"}, ("2.9.3", "2.9.0", "")),
        ({"tensorflow": "2.15.0+nv24.1", "keras": "2.15.0"}, ("2.15.0", "2.15.0", "")),
        ({"tf-nightly": "2.22.0.dev20260101", "keras-nightly": "3.15.0"}, ("2.22.0.dev20260101", "3.15.0", "")),
        ({"tensorflow-of-a-vendor": "2.16.2", "keras": "3.4.1"}, ("2.16.2", "3.4.1", "")),
        ({"tensorflow": "2.16.2"}, ("2.16.2", "", "")),
        ({"tensorflow": "of today", "keras": "3.4.1"}, ("", "", "")),
    ],
)
def test_the_versions_are_those_of_the_distributions(
    distributions: dict[str, str], expected: tuple[str, str, str], site: Path
) -> None:
    install(site, distributions)
    assert found() == expected


def test_without_tensorflow_nothing_is_known(site: Path) -> None:
    site.mkdir()
    assert installed().tensorflow == ""


def test_tf_keras_is_the_keras_where_it_is_asked_for(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(site, {"tensorflow": "2.16.2", "keras": "3.4.1", "tf-keras": "2.16.0"})
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "1")
    assert found() == ("2.16.2", "2.16.0", "legacy")


@pytest.mark.parametrize(
    ("release", "variables", "variant"),
    [
        ("2.15.1", {"TF_USE_LEGACY_KERAS": "1"}, ""),
        ("2.16.1", {"TF_USE_LEGACY_KERAS": "0"}, ""),
        ("2.16.1", {"KERAS_BACKEND": "tensorflow"}, ""),
        ("2.20.0", {"KERAS_BACKEND": "jax"}, "keras-jax"),
        ("2.16.0rc0", {"TF_USE_LEGACY_KERAS": "True"}, "legacy"),
    ],
)
def test_variables_make_a_variant_of_a_release_with_keras_3(
    release: str, variables: dict[str, str], variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("TF_USE_LEGACY_KERAS", "KERAS_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert variant_of(release) == variant


@pytest.mark.parametrize(
    ("here", "words"),
    [
        (Installed(tensorflow="2.5.3", python="3.9"), "TensorFlow 2.5.3"),
        (Installed(tensorflow="2.9.3", keras="2.9.0", python="3.9"), "TensorFlow 2.9.3 with Keras 2.9.0"),
        (
            Installed(tensorflow="2.16.2", keras="2.16.0", python="3.12", variant="legacy"),
            "TensorFlow 2.16.2 with tf_keras 2.16.0",
        ),
        (
            Installed(tensorflow="2.20.0", keras="3.11.3", python="3.13", variant="keras-jax"),
            "TensorFlow 2.20.0 with Keras 3.11.3 on jax",
        ),
    ],
)
def test_it_is_said_in_words(here: Installed, words: str) -> None:
    assert str(here) == words
