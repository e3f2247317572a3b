"""How long the fuzz tests look: some examples in an ordinary run, as many as fit with TFCOMPAT_FUZZ, in seconds for each test."""

import os
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

#: What a test found once is kept here, and tried first by everybody who runs it.
CORPUS = Path(__file__).parent / "corpus"
SECONDS = float(os.environ.get("TFCOMPAT_FUZZ", "0"))
#: Examples that fit into a second, about; where they take longer, the rest of them is left out by the clock.
PER_SECOND = 100

settings.register_profile(
    "fuzz",
    database=DirectoryBasedExampleDatabase(CORPUS),
    deadline=1000,  # milliseconds: nothing that is read takes longer
    max_examples=max(50, int(SECONDS * PER_SECOND)),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)
