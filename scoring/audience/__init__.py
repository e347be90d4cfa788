"""From scored followers to an account's audience: precision with its interval, base, order, overlap."""
