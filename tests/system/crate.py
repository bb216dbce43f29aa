"""Validate a crate as a Provenance Run Crate, in the environment of `make test-crate`, without a network.

The package rocrate must read it too, and finds the workflow. Requirements are errors, with exit code 1; what the
profiles only recommend is printed.
"""

import argparse
import io
import json
import sys
import tempfile
from importlib import resources
from pathlib import Path

import requests
import requests_cache
import urllib3
from rocrate.rocrate import ROCrate
from rocrate_validator import models, services

PROFILE = "provenance-run-crate-0.5"
# What the JSON-LD of a crate refers to; the package rocrate has a copy.
CONTEXT = "https://w3id.org/ro/crate/1.1/context"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("crate", type=Path, help="folder of the crate")
    options = parser.parse_args()
    found = ROCrate(options.crate)
    print(f"{len(list(found.get_entities()))} entities, the workflow is {found.mainEntity.id}")
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "cache"
        keep_context(cache)
        settings = services.ValidationSettings(
            rocrate_uri=str(options.crate),
            profile_identifier=PROFILE,
            requirement_severity=models.Severity.RECOMMENDED,
            offline=True,
            cache_path=cache,
        )
        result = services.validate(settings)
    issues = sorted({(issue.severity.name, issue.check.identifier, issue.message) for issue in result.get_issues()})
    for severity, check, message in issues:
        print(f"{severity} {check}: {message}")
    required = sum(severity == models.Severity.REQUIRED.name for severity, *_ in issues)
    print(f"{len(issues)} kinds of issues, {required} of them against requirements of {PROFILE}")
    return 1 if required else 0


def keep_context(cache):
    """Put the context of RO-Crate 1.1 where the validator looks for what it would download."""
    content = resources.files("rocrate").joinpath("data/ro-crate.jsonld").read_bytes()
    if json.loads(content)["@id"] != CONTEXT:
        raise SystemExit(f"this version of rocrate has another context than {CONTEXT}")
    session = requests_cache.CachedSession(str(cache), backend="sqlite", expire_after=-1)
    session.mount("https://", Kept(content))
    session.get(CONTEXT).raise_for_status()
    session.close()


class Kept(requests.adapters.HTTPAdapter):
    """Answers requests with what it was given."""

    def __init__(self, content):
        super().__init__()
        self.content = content

    def send(self, request, **options):
        """The answer to a request."""
        headers = {"Content-Type": "application/ld+json"}
        body = urllib3.HTTPResponse(io.BytesIO(self.content), headers, 200, preload_content=False)
        return self.build_response(request, body)


if __name__ == "__main__":
    sys.exit(main())
