"""Bluesky and the AT Protocol: public profiles, follows and posts over XRPC."""
