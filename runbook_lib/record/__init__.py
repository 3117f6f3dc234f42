"""The record: a notebook of what a kernel really executed.

In the kernel, `recorder` and `tap` write down what is sent (`messages`); `transcript`, `matching`
and `weaving` make the notebook of it, which `record` keeps.
"""
