"""The embedded world: real git repositories, and servers that answer as GitHub and Bugzilla.

Read `world` first, then `server`; each outside system is in `services`, who works there in
`people`, what is there at first in `samples`, and what is seen of it in `page`.
"""
