"""The checks of meaning, one module for each thing they look at; each adds its faults to the pack."""
