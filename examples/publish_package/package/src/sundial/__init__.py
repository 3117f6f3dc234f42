"""Tells the time where the sun shines."""
