"""Texts to counts of hashed terms, the lexicon of interests, what may not be asked, and texts as a signal."""
