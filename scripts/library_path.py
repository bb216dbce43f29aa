"""Put the library on the path: programs run from a checkout, in environments that do not have it installed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lib"))
