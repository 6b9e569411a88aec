"""One function per sentence of the domain; each owns its transaction and records one event per order touched."""
