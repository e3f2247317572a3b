"""The suite's code as syntax trees: what each piece of it says, which names it uses, and where these come from."""
