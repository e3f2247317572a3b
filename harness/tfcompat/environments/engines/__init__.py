"""The two engines: Docker containers, and local environments."""
