"""The demo: a page, a chat and an in-process vLLM engine around one quantized multimodal model."""
