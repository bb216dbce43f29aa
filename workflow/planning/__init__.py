"""What Snakemake needs to know before it plans: a checked configuration, the grid, and which modules a script imports.

Standard library and YAML only, and of the library the module that says what a grid is: planning must be quick, and
knows nothing of TensorFlow.
"""

import sys
from pathlib import Path

# The checkout's own library, wherever Snakemake is installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))
