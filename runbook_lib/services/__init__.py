"""One outside system to a module, as steps, checks and waits.

Read `http` first (how everything is asked), then any of them, such as `slack`; its `settings` say
what a profile has of it, and its `service` has the steps.
"""
