"""Reports and alerts on their way to people: a folder, mail, chat webhooks; at least once, and twice only under the same key."""
