"""Weibo: what an authorised account may read of itself on the open platform; everything else of Weibo comes by import."""
