"""The record from end to end: real kernels that live and die, archives, hand-over, no secret."""
