"""Camera pipelines, lossy compression and photo forensics, optimised together (after Korus and Memon)."""

__version__ = "0.1.0"
