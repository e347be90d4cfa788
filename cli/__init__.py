"""The composition root: the only room that reads settings and starts things."""
