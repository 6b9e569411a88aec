"""The same acts as the pages, for other programs: JSON in, JSON out."""
