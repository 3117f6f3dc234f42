"""What this machine has and lacks for a profile: looked at side by side, changing nothing.

Read `doctor` first; `examining` looks side by side, `tables` walks a profile, `jupyter` is apart.
"""
