"""What vendors' exports hold, as far as they document it in public: each field with its source, and whom nothing was found for."""
