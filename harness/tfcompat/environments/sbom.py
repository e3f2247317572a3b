"""The bill of materials of a cell: what its lock puts into an environment, as a CycloneDX document."""

import json
import re
import uuid
from collections.abc import Collection
from typing import Any

from tfcompat.environments.locks import Lock
from tfcompat.select.cells import Cell

#: The version of CycloneDX that is written, and the address of its schema.
SPECIFICATION, SCHEMA = "1.6", "http://cyclonedx.org/schema/bom-1.6.schema.json"
#: Names a document by what it is made from: the same lock gives the same document.
NAMESPACE = uuid.UUID("3f0c1d52-8f3e-5a7e-9d1b-6c1f0f0e7a11")

#: What a document says of a distribution that has no wheel.
BUILT = "from its source, with build tools of the day: the lock pins the source and not the tools"


def document(cell: Cell, lock: Lock, built: Collection[str] = ()) -> dict[str, Any]:
    """The document of a locked cell: its Python, and each distribution with the hashes of the files that may be installed.

    Those that are ``built`` from their source say so.
    """
    components = [python(cell), *(component(part, built=part[0] in built) for part in distributions(lock.text))]
    return {
        "$schema": SCHEMA,
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, lock.digest)}",
        "version": 1,
        "metadata": {
            "timestamp": f"{lock.exclude_newer}T00:00:00Z",
            "tools": {"components": [{"type": "application", "name": "tfcompat"}]},
            "component": {
                "type": "application",
                "bom-ref": cell.id,
                "name": cell.id,
                "version": str(cell.release.version),
            },
            "properties": [
                {"name": "tfcompat:lock", "value": lock.digest},
                {"name": "tfcompat:package", "value": lock.package},
                {"name": "tfcompat:variant", "value": cell.variant.name},
            ],
        },
        "components": components,
        "dependencies": [{"ref": cell.id, "dependsOn": [part["bom-ref"] for part in components]}],
    }


def distributions(text: str) -> list[tuple[str, str, list[str]]]:
    """The name, version and SHA-256 hashes of each distribution in a lock's text."""
    parts = re.split(r"\n(?=\S)", text)
    pins = [(re.match(r"([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", part), part) for part in parts]
    return [(pin[1], pin[2], re.findall(r"--hash=sha256:([0-9a-f]{64})", part)) for pin, part in pins if pin]


def component(distribution: tuple[str, str, list[str]], *, built: bool = False) -> dict[str, Any]:
    name, version, hashes = distribution
    address = f"pkg:pypi/{re.sub(r'[-_.]+', '-', name).lower()}@{version.replace('+', '%2B')}"
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{name}/{version}/",
                "hashes": [{"alg": "SHA-256", "content": content} for content in hashes],
            }
        ],
        **({"properties": [{"name": "tfcompat:built", "value": BUILT}]} if built else {}),
    }


def python(cell: Cell) -> dict[str, Any]:
    """The interpreter, of which a lock says no more than the version."""
    return {"type": "platform", "bom-ref": f"python@{cell.python}", "name": "CPython", "version": cell.python}


def text(cell: Cell, lock: Lock, built: Collection[str] = ()) -> str:
    return json.dumps(document(cell, lock, built), indent=1) + "\n"
