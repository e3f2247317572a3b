"""The command that the tests of faults call, and the engine that it meets."""

from tests.command import call, engine

__all__ = ["call", "engine"]
