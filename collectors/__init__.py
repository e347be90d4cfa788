"""Files and networks to records: knows platforms, knows no statistics."""
