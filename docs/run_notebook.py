"""Run docs/getting_started.py from top to bottom, and write it with its outputs as a notebook: `make notebook`."""

import sys
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient

SOURCE = Path(__file__).with_name("getting_started.py")
# A cell that takes longer hangs.
LIMIT = 900


def main(output):
    notebook = jupytext.read(SOURCE)
    NotebookClient(notebook, timeout=LIMIT, record_timing=False).execute()
    for number, cell in enumerate(notebook.cells):
        # By themselves they are drawn anew each time.
        cell.id = f"cell-{number}"
        # There TensorFlow tells of the machine that it runs on.
        if cell.cell_type == "code":
            cell.outputs = [each for each in cell.outputs if each.get("name") != "stderr"]
    nbformat.write(notebook, output)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
