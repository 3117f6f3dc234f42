"""The outside systems, one a folder or module, each as that system's own description has it."""
