"""The snapshot: the index of one day as Parquet files with a manifest, which the package carries and the site publishes."""
