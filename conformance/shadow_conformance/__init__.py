"""Does an endpoint do what AWS IoT Device Shadow does? (docs/conformance.md)"""

__version__ = "0.1.0"
