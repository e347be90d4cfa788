"""The planner's workbook: one file with brief, candidates, quotes, audience and performance, in and out."""
