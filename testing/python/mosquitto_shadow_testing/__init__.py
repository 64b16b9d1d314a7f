"""A real AWS IoT Device Shadow endpoint for every test (docs/unit-tests.md)."""
from .fault import Fault
from .programs import NoEndpoint
from .service import ShadowError
from .shadow import Shadow
from .world import Thing, World, begin, given

__all__ = ["Fault", "NoEndpoint", "Shadow", "ShadowError", "Thing", "World", "begin", "given"]
