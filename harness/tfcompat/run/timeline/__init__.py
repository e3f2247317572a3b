"""The timeline of a run: what each cell did when, and how busy the cores were, as a trace that Perfetto opens."""
