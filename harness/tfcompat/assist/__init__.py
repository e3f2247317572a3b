"""Assistants: the questions as tools of the Model Context Protocol, with bounded arguments and typed results."""
