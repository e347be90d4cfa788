"""From the store to the files of a run's input: the only package where scoring reads the database."""

from scoring.inputs.taking import take_snapshot

__all__ = ["take_snapshot"]
