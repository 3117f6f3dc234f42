"""The recorder, proved with real kernels."""
