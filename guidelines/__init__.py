"""The library: editions of guidelines, their PDFs, and what stands on each page.

Knows nothing of vectors or models.
"""
