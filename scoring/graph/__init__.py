"""Graphs: what followees say of a person, and the graph of named accounts."""
