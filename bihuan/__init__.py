"""闭环 Bihuan: the closed loop of local public service, from asking to striking off."""

__version__ = "0.1.0"
