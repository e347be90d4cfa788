"""Alembic's migrations of fanfit's schema; run by `storage.schema`."""
