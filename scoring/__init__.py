"""Arrays to estimates: no session, no clock, no network; only `scoring.inputs` touches storage."""
