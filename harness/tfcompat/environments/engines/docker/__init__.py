"""The docker engine: an image a cell, built from one Dockerfile, and containers that run as nobody, without a network."""
