"""One outside system to a module, as steps, checks and waits."""
