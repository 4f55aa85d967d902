"""How to cite a model: which works, and each in the formats of those who write papers."""

from registry.citations.formats import FORMATS, Format, cite
from registry.citations.work import Name, Work
from registry.citations.works import Cited, citations

__all__ = ["FORMATS", "Cited", "Format", "Name", "Work", "citations", "cite"]
