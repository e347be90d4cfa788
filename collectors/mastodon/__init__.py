"""The Mastodon API (Mastodon, GoToSocial, Pleroma, Akkoma): public profiles, follows and posts, asked at each account's home server."""
