"""The steps of the nightly job, so that whoever wants to can run them anywhere."""
