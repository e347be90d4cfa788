"""The engine seam: where the heavy steps of a run are computed (ENGINE 3)."""
