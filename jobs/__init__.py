"""The use cases: import, score and save, compare, report, forget; the CLI only calls them."""
