"""The registry as tools for models, agents and programs: five plain functions, and how each is declared and called.

They know the registry's public names, and neither the page nor the engine: chat, MCP and API call the same functions.
"""
