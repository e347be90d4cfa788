"""What changes between two looks at an account: whom it gained and lost, what they are like, who speaks of it."""
