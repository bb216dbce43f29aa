"""What Snakemake needs to know before it plans: a checked configuration, the grid, and which modules a script imports.

Standard library, YAML and grimp only, and of the library the room `study`, which says what a grid is and what networks
there are: planning must be quick, and knows nothing of TensorFlow. What a run tells of itself is here too (`following`,
which takes part in Snakemake's own logging, and `closing`).
"""

import sys
from pathlib import Path

# The checkout's own library, wherever Snakemake is installed.
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "lib"))
