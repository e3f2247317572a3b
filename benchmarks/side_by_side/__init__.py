"""tfcompat beside what a user would pick instead, on the same releases, locks and scenarios, and the table of both."""
