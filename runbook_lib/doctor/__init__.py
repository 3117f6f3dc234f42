"""What this machine has and lacks for a profile: looked at side by side, changing nothing.

Read `examining` first; `tables` walks a profile, `machine` and `jupyter` look at what is here.
"""
