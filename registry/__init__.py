"""The record of models: what is known about a checkpoint, who says so, and how it was found out.

Usable without the Space: it knows neither the page nor the engine.
"""
