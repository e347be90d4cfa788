"""The report as slides: native tables and charts that a planner can edit."""
