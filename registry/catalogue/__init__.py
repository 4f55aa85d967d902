"""Reviewed facts as data files, loaded into a store on first use. See load.py for their format."""
