"""How things show themselves: as text, as HTML, as tables and as cards with buttons.

Read `lines` first.
"""
