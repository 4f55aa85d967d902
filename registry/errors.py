"""What can go wrong in the registry. The messages are sentences a visitor understands."""


class RegistryError(Exception):
    """Base of all errors the registry raises on purpose."""


class SourceUnreadable(RegistryError):
    """A source exists but cannot be read as what it should be: damaged, cut short, or of another kind."""


class SourceMissing(RegistryError):
    """The Hub has no such repository, revision or file, or does not show it to us."""


class SourceRefused(RegistryError):
    """The Hub refuses: the token is wrong, or its account may not read this."""


class SourceAway(RegistryError):
    """The Hub was not reached, is out of order or asks for a pause: a later attempt may do."""


class CatalogueUnreadable(RegistryError):
    """A data file of the catalogue breaks its own format."""


class UnknownField(RegistryError):
    """A claim speaks of a field the registry has no word for."""


class UnknownUnit(RegistryError):
    """A figure comes in a unit the registry cannot convert."""


class UnknownModel(RegistryError):
    """Nothing is recorded under this name."""


class AmbiguousName(RegistryError):
    """A name fits several recorded models."""


class StoreUnusable(RegistryError):
    """The database cannot be used: another kind of database, or written by a newer version of the registry."""


class NotUnderstood(RegistryError):
    """A configuration asks for something there is no rule for. What depends on it is unknown; the message says why."""
