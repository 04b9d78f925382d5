"""Sample guidelines from fictional publishers: their sources, their PDFs, the generator.

Nothing here is medical advice. It knows nothing of the catalogue, retrieval or models.
"""
