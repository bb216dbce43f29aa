"""Put the library on the path: programs run from a checkout, in environments that do not have it installed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))
