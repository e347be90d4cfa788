"""X: profiles, followers, followees and posts over the API v2, which sells its data per item."""
