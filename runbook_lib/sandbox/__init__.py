"""The embedded world: real git repositories, and servers that answer as GitHub and Bugzilla."""
