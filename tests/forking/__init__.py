"""Python processes that tests start are forked from one that has imported what they need.

`started.py` is what `subprocess` calls in place of its own fork and exec; `server.py` is the
process that forks; `process.py` makes the child what a new process would be, but for the ports that
its kernels get (`ports.py`). What they can't carry out just so is started as ever; so is everything
where the environment has REAL_PROCESSES, and in a test that uses the fixture `real_processes`: one
that is about start-up, imports or signals.
"""
