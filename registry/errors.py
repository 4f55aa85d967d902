"""What can go wrong while a passport is read. The messages are sentences a visitor understands."""


class RegistryError(Exception):
    """Base of all errors the registry raises on purpose."""


class SourceUnreadable(RegistryError):
    """A source exists but cannot be read as what it should be: damaged, cut short, or of another kind."""
