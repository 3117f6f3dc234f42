"""Etherpad: a pad as a document that several write at once, on 1.8 as on 2.x.

Read `pad` first, then `letting_in` for the ways in.
"""
