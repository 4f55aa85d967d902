"""The engine room: the only importer of vLLM.

Importing this package imports no vLLM; `space.engine.vllm_engine` does, and it is imported once the engine
starts, so that the page can answer before.
"""
