"""The user's code as syntax trees: what each name stands for, what is done to layers and models, and what that uses."""
