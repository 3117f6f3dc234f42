"""Gives each machine of a team, in the tests, its own name: they all run on this one."""

import os
import socket

if name := os.environ.get("PRACTICE_MACHINE"):
    socket.gethostname = lambda: name
