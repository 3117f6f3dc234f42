"""Reading what is kept: `runbook log`, `show`, `diff`, `status`."""
