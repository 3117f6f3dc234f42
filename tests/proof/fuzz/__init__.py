"""Bad input of every kind: a clear error of ours or a right result, in bounded time and memory.

`feeding` first, which says what is never allowed; then `texts` and `values`, of which inputs
are made.
"""
