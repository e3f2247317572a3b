"""The pages of the site: what each says, as text and as HTML, from the table and what is beside it."""
