"""The nouns and their tables: what fanfit knows, where it is kept, for how long."""
