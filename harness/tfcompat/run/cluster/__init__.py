"""A run on a Dask cluster: cells as tasks, placed where their environments are, and stored by the driver."""
