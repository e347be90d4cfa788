"""YouTube: channels, uploads and commenters over the Data API v3, counted in units of a day in Pacific time."""
