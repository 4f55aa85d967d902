"""Which model is served: finding a checkpoint, fetching it, and checking that it can be served."""
