"""The documentation's site: pages as people wrote them, and what of them is generated (`pages`)."""
