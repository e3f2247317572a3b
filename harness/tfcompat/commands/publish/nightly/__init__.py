"""The steps of the nightly job, which run on any machine."""
