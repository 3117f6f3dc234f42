"""What the push duty decides: dates, turns, tags, picks, and the notes' text."""
