"""A report laid out in words: titled tables that a terminal and a page show alike, so that both tell the same."""
