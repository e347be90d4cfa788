"""The demo: a small simulated platform, its truth, and the main path over it."""
