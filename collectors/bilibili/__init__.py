"""Bilibili: what an authorised creator may read of itself on the open platform; everything else of Bilibili comes by import."""
