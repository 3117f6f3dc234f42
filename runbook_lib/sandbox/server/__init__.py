"""The server of a world: one process and address for all services, and its own controls.

Read `server` first, then `process` (how it is started, found and stopped).
"""
