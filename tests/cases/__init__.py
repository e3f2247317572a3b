"""The small programs of public reports, what each prints on a release, and the rows of the suite that answer them."""
