"""The two engines: local environments in the cache, and Docker containers."""
