"""The engines: containers, and local environments."""
