"""How the site is found and read: its search index, what stands in the head of a page, and its lists for machines."""
