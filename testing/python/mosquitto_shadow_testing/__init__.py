"""A real AWS IoT Device Shadow endpoint for every test (docs/unit-tests.md)."""
from .programs import NoEndpoint
from .shadow import Shadow, ShadowError
from .world import Thing, World, begin, given

__all__ = ["NoEndpoint", "Shadow", "ShadowError", "Thing", "World", "begin", "given"]
