"""The images: when one is built, given up, kept and removed, and what a build is told."""

import ssl
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import docker
import pytest
from docker.errors import APIError, BuildError
from docker.models.images import Image
from requests import Response

from tests import fakes
from tests.environments.engines.docker.conftest import LOCKED, until
from tests.stand_in_project import PYTHON, tfcompat
from tfcompat.environments.engine import LockedCell
from tfcompat.environments.engines.docker import images
from tfcompat.environments.engines.docker.engine import DockerEngine
from tfcompat.errors import ToolError
from tfcompat.outcomes import NoAnswerError, Reason


@pytest.mark.fault(
    "The building of an image fails",
    group="engine",
    reads="building the image of CELL failed: …",
    code=3,
    reason="no image",
    kept="earlier trials; the other cells go on",
)
@pytest.mark.docker
@pytest.mark.usefixtures("staged_bundle")
def test_a_dockerfile_that_fails_is_one_message_and_a_hole(stand_in_project: Path, index: str, tmp_path: Path) -> None:
    dockerfile = stand_in_project / "images" / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "RUN echo the proxy said no >&2 && false\n")
    done = tfcompat(stand_in_project, index, "run", "--engine", "docker", "--tf", "9.0", home=tmp_path)
    assert done.returncode == 3
    assert f"tf9.0.0-py{PYTHON}: no image (cause: the distributions)" in done.stdout
    assert "the proxy said no" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.docker
def test_a_build_is_given_up_when_the_run_is_cancelled(engine: DockerEngine) -> None:
    dockerfile = engine.images.folder / "Dockerfile"
    dockerfile.write_text("ARG BASE\nFROM ${BASE}\nRUN python -c 'import time; time.sleep(300)'\n")
    with ThreadPoolExecutor(1) as executor:
        building = executor.submit(engine.build, LOCKED)
        until(lambda: sleepers(engine))
        engine.cancel()
        error = building.exception(timeout=20)
    assert isinstance(error, NoAnswerError)
    until(lambda: not sleepers(engine))


def sleepers(engine: DockerEngine) -> list[str]:
    """The containers in which a build step sleeps."""
    containers = engine.client.containers.list()
    return [str(container.id) for container in containers if "sleep(300)" in str(container.attrs["Config"]["Cmd"])]


@pytest.mark.docker
def test_after_a_cancel_nothing_is_built(engine: DockerEngine) -> None:
    engine.cancel()
    with pytest.raises(NoAnswerError) as raised:
        engine.build(LOCKED)
    assert raised.value.reason is Reason.INTERRUPTED


def refused(status: int) -> APIError:
    response = Response()
    response.status_code = status
    return APIError("refused", response=response)


def test_a_prune_beside_another_one_is_no_trouble(tmp_path: Path) -> None:
    """Of two at once the engine refuses one: "a prune operation is already running"."""
    client = create_autospec(docker.DockerClient, instance=True)
    client.images.list.return_value = []
    client.images.prune.side_effect = refused(409)
    kept = images.Images(tmp_path, b"", client, threading.Event())
    assert kept.prune(None) == 0
    client.images.prune.side_effect = refused(500)
    with pytest.raises(ToolError):
        kept.prune(None)


@pytest.mark.docker
def test_an_image_is_built_found_listed_and_removed(engine: DockerEngine) -> None:
    cell = fakes.cell("9.90.0", PYTHON)  # no other test has an image of it
    locked = LockedCell(cell=cell, lock=fakes.lock(cell))
    (engine.images.folder / "Dockerfile").write_text("ARG BASE\nFROM ${BASE}\nCOPY lock.txt ca.pem /\n")
    assert engine.find(locked) is None
    sandbox = engine.build(locked)
    try:
        again = engine.find(locked)
        assert again is not None
        assert again.environment == sandbox.environment
        base = engine.client.images.get(images.BASE.format(python=PYTHON))
        assert ("on a stand-in" in sandbox.environment) == (images.STAND_IN in base.labels), "the image inherits it"
        labels = sandbox.image.labels
        (tag,) = sandbox.image.tags
        assert tag == f"tfcompat/{cell.id}:{labels[images.RECIPE]}"
        assert labels[images.CELL] == cell.id
        assert (tag, cell.id) in [(name, cell_id) for name, cell_id, _ in engine.environments()]
        assert engine.prune({f"tf9.91.0-py{PYTHON}"}) == 0
        assert engine.prune({cell.id}) == 1
        assert engine.find(locked) is None
    finally:
        engine.remove(locked)


@pytest.mark.docker
def test_an_image_in_use_stays(engine: DockerEngine, base: Image) -> None:
    options = {"image": base.id, "command": ["sleep", "60"], "labels": engine.containers.labels(60)}
    with engine.containers.create(options) as container:
        container.start()
        assert not engine.images.remove(base)
    assert engine.client.images.get(str(base.id)).tags == base.tags


@pytest.mark.docker
@pytest.mark.parametrize("name", [*images.SOURCES])
def test_an_image_is_another_where_what_it_is_made_from_is(engine: DockerEngine, base: Image, name: str) -> None:
    before = engine.images.tag(LOCKED, base)
    assert engine.images.tag(LOCKED, base) == before
    path = engine.images.folder / name
    path.write_text(path.read_text() + "\n")
    assert engine.images.tag(LOCKED, base) != before


@pytest.mark.fault(
    "The registry is away, and the base image is not here",
    group="engine",
    reads="the base image python:X.Y-slim-bookworm is not here and cannot be pulled (…): make a stand-in with …",
    code=3,
    reason="no image",
    kept="earlier trials; the other cells go on",
)
@pytest.mark.docker
def test_a_base_image_that_cannot_be_pulled_is_no_image_with_advice(engine: DockerEngine) -> None:
    with pytest.raises(NoAnswerError, match=r"cannot be pulled .*python images/offline_base\.py 9\.99") as raised:
        images.base_image("9.99", engine.client)
    assert raised.value.reason is Reason.NO_IMAGE


@pytest.mark.parametrize(
    ("printed", "reason"),
    [("hash mismatch", Reason.NO_IMAGE), ("No space left on device", Reason.OUT_OF_DISK)],
)
def test_a_build_that_fails_says_what_it_printed_last(printed: str, reason: Reason) -> None:
    log: list[dict[str, Any]] = [
        {"stream": "Step 1/2"},
        {"aux": {"ID": "sha256:0"}},
        {"stream": f"\nerror: {printed}\n"},
    ]
    error = images.build_failed(LOCKED, BuildError("the command returned 1", iter(log)))
    assert (error.reason, error.message) == (
        reason,
        f"building the image of tf9.0.0-py{PYTHON} failed: Step 1/2 error: {printed}",
    )


def test_a_build_gets_the_base_and_the_settings_of_the_network_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in images.BUILD_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:8080")
    monkeypatch.setenv("SECRET", "word")
    assert images.build_arguments("sha256:0") == {"BASE": "sha256:0", "HTTPS_PROXY": "http://proxy:8080"}


@pytest.mark.parametrize("name", ["TFCOMPAT_CA_CERTS", "SSL_CERT_FILE"])
def test_a_build_trusts_the_certificates_that_the_environment_names(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("TFCOMPAT_CA_CERTS", "SSL_CERT_FILE"):
        monkeypatch.delenv(other, raising=False)
    assert images.trusted_certificates() == b""
    (tmp_path / "company.pem").write_bytes(b"certificate")
    monkeypatch.setenv(name, str(tmp_path / "company.pem"))
    assert images.trusted_certificates() == b"certificate"


def test_the_projects_own_setting_for_certificates_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own.pem").write_bytes(b"own")
    monkeypatch.setenv("TFCOMPAT_CA_CERTS", str(tmp_path / "own.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(ssl.get_default_verify_paths().openssl_cafile))
    assert images.trusted_certificates() == b"own"


@pytest.mark.fault(
    "The file of certificates is not there",
    group="engine",
    reads="the certificates of TFCOMPAT_CA_CERTS or SSL_CERT_FILE cannot be read (FILE: …)",
    code=2,
    kept="everything",
)
def test_certificates_that_are_not_there_are_said_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TFCOMPAT_CA_CERTS", "/etc/company.pem")
    with pytest.raises(ToolError, match=r"cannot be read \(/etc/company\.pem: No such file"):
        DockerEngine(tmp_path, tmp_path)
