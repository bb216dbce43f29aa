"""A crate as an archive for Zenodo, with the metadata that its API takes. Nothing is sent."""

import zipfile
from pathlib import Path

from neural_imaging.base import files
from neural_imaging.base.errors import UserError
from neural_imaging.publishing.graph import METADATA

# The least date that zip archives know, so that the same crate gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
# Endings of files that are compressed already.
_STORED = (".png", ".pdf", ".npz", ".keras")


def write(crate, output, related=()):
    """Write an archive of a crate, and beside it, as `.json`, what Zenodo is told of it.

    Args:
        crate: folder that `crate.write` has made.
        output: the `.zip` file.
        related: identifiers of papers, such as "arXiv:1812.01516", that the results are of.

    Returns:
        (number of files, bytes of the archive).

    Raises:
        UserError: the folder is no crate.
    """
    crate, output = Path(crate), Path(output)
    content = files.read_json(crate / METADATA) if crate.is_dir() else None
    if not isinstance(content, dict) or "@graph" not in content:
        raise UserError(f"{crate}: is no crate; make crate makes one")
    entities = {entity["@id"]: entity for entity in content["@graph"]}
    paths = sorted(path for path in crate.rglob("*") if path.is_file())
    with files.atomic(output) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for path in paths:
            entry = zipfile.ZipInfo(path.relative_to(crate).as_posix(), _DATE)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in _STORED else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            with path.open("rb") as source, archive.open(entry, "w") as target:
                while block := source.read(1 << 20):
                    target.write(block)
    files.write_json(output.with_suffix(".json"), {"metadata": _metadata(entities, related)})
    return len(paths), output.stat().st_size


def _metadata(entities, related):
    """What a deposition of Zenodo's API has: https://developers.zenodo.org, "Deposit metadata"."""
    root = entities["./"]
    creators = root["author"] if isinstance(root["author"], list) else [root["author"]]
    return {
        "title": root["name"],
        "upload_type": "dataset",
        "publication_date": root["datePublished"][:10],
        "description": root["description"],
        "creators": [{"name": entities[creator["@id"]]["name"]} for creator in creators],
        "license": entities[root["license"]["@id"]]["name"].lower(),
        "access_right": "open",
        "keywords": ["image forensics", "neural imaging pipelines", "learned compression", "RO-Crate"],
        "related_identifiers": [
            {"identifier": identifier, "relation": "isSupplementTo", "scheme": "arxiv"}
            for identifier in related
            if identifier.startswith("arXiv:")
        ],
        "version": entities[root["mainEntity"]["@id"]].get("version", ""),
    }
