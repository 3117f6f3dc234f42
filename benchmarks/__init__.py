"""What is fast, side by side in one run: `python -m benchmarks [ROW…]`."""
