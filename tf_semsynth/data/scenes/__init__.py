"""Procedural street scenes: the data set that needs no download."""
