"""From what is known of a person to the probability that they fit a persona: signals, fusion, calibration."""
