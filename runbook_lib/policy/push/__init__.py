"""What the push duty decides: dates, turns, tags, picks, and the notes' text.

Read `calendar` first (when a team pushes), then `tags`; the notes are a room of their own, `notes`.
"""
