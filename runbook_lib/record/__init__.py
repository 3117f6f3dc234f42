"""The record: a notebook of what a kernel really executed.

Read `recorder` first: in the kernel, it and `tap` write down what is sent (`messages`);
`transcript`, `matching` and `weaving` make the notebook of it, which `record` keeps.
"""
