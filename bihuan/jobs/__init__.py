"""The clock: what happens without anybody pressing a button."""
