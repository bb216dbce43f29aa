"""What happened in a study as linked data: a Provenance Run Crate, its records as actions of tools.

References: P. Sefton et al., RO-Crate Metadata Specification 1.1, 2020; S. Leo et al., "Recording provenance of
workflow runs with RO-Crate", PLOS ONE 19(9), 2024, profile Provenance Run Crate 0.5.
"""

import datetime
import json
from pathlib import Path, PurePosixPath

CRATE, WORKFLOW_CRATE = "https://w3id.org/ro/crate/1.1", "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/ro/wfrun/provenance/0.5": "Provenance Run Crate",
    WORKFLOW_CRATE: "Workflow RO-Crate",
}
# The one term that RO-Crate 1.1 lacks.
CONTEXT = [f"{CRATE}/context", {"sha256": "https://w3id.org/ro/terms/workflow-run#sha256"}]
METADATA, WORKFLOW, ENGINE = "ro-crate-metadata.json", "workflow/Snakefile", "https://snakemake.github.io"
_LANGUAGE, _RUN = "https://w3id.org/workflowhub/workflow-ro-crate#snakemake", "#run"
# What the workflow makes.
_MADE = {"tables": "tables of the results", "figures": "figures, each drawn from a table"}
_TYPES = {
    ".json": "application/json", ".csv": "text/csv", ".html": "text/html", ".md": "text/markdown", ".png": "image/png",
    ".pdf": "application/pdf", ".tex": "application/x-tex", ".txt": "text/plain", ".py": "text/x-python",
    ".yaml": "application/yaml", ".toml": "application/toml", ".cff": "application/yaml", "": "text/plain",
}  # fmt: skip
_OTHER = "application/octet-stream"


class Graph:
    """Entities of a crate by their ids.

    Args:
        root: folder of the crate, whose files are described as they lie there.
        about: "name", "description", "license" (a URL) and "creators" (names) of the whole.
        version: of the code: the commit of the records.
        engine: version of Snakemake.
    """

    def __init__(self, root, about, version, engine):
        self.root, self.about, self.version = Path(root), about, version
        self._entities, self._files, self._actions, self._controls, self._steps = {}, [], [], [], {}
        self._add(ENGINE, "SoftwareApplication", name="Snakemake", url=ENGINE, softwareVersion=engine)
        self._add(_LANGUAGE, "ComputerLanguage", name="Snakemake", url=ENGINE, identifier=ENGINE)

    def file(self, name, **more):
        """A file of the crate, described once; a reference to it."""
        path = self.root / name
        if name not in self._entities:
            self._files.append(name)
            more |= {"encodingFormat": _TYPES.get(path.suffix, _OTHER), "contentSize": str(path.stat().st_size)}
            self._add(name, "File", name=path.name, **more)
        return {"@id": name}

    def folder(self, name, description, **more):
        """A folder of the crate; its name ends with a slash."""
        self._files.append(name)
        self._add(name, "Dataset", name=name.strip("/"), description=description, **more)

    def elsewhere(self, name, sha256):
        """A file that is not in the crate, by its name and hash."""
        return self._add(f"#sha256-{sha256}", "CreativeWork", name=name, sha256=sha256, description="not in this crate")

    def value(self, name, value):
        """A setting, or several as JSON text."""
        text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        return self._add(f"#value-{len(self._entities)}", "PropertyValue", name=name, value=text)

    def action(self, name, description, tool, used, made, ended, seconds=None):
        """A run of a tool: a program in `scripts/`, what it used and made, and when it ended (seconds since 1970)."""
        number = f"{len(self._actions):05}"
        if tool not in self._steps:
            step = f"#step-{tool}"
            version = {"version": self.version} if self.version else {}
            self.file(f"scripts/{tool}.py", **version)
            self._entities[f"scripts/{tool}.py"]["@type"] = ["File", "SoftwareSourceCode"]
            example = {"@id": f"scripts/{tool}.py"}
            self._add(step, "HowToStep", name=tool, position=str(len(self._steps) + 1), workExample=example)
            self._steps[tool] = step
        started = {} if seconds is None else {"startTime": _time(ended - seconds)}
        self._actions.append(
            self._add(
                f"#action-{number}",
                "CreateAction",
                name=name,
                description=description,
                instrument={"@id": f"scripts/{tool}.py"},
                object=used,
                result=made,
                endTime=_time(ended),
                **started,
                actionStatus="http://schema.org/CompletedActionStatus",
            )
        )
        self._controls.append(
            self._add(
                f"#control-{number}",
                "ControlAction",
                name=f"orchestrate {name}",
                instrument={"@id": self._steps[tool]},
                object=self._actions[-1],
            )
        )

    def run(self, configuration, used, made):
        """The run of the whole workflow, once all actions are there: its configuration, what it used and made."""
        ends = [self._entities[action["@id"]] for action in self._actions]
        starts = [each["startTime"] for each in ends if "startTime" in each]
        self._entities[WORKFLOW] |= {
            "@type": ["File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo"],
            "name": "neural-imaging",
            "programmingLanguage": {"@id": _LANGUAGE},
            "hasPart": [{"@id": f"scripts/{tool}.py"} for tool in self._steps],
            "step": [{"@id": step} for step in self._steps.values()],
            "conformsTo": {"@id": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"},
            "input": [self._parameter("configuration", "File", required="true")],
            "output": [self._parameter(name, "Dataset") for name in _MADE],
        }
        for name, description in _MADE.items():
            self.folder(f"results/{name}/", description, exampleOfWork={"@id": f"#parameter-{name}"})
        if self.version:
            self._entities[WORKFLOW]["version"] = self.version
        self._entities[configuration["@id"]]["exampleOfWork"] = {"@id": "#parameter-configuration"}
        self._add(
            _RUN,
            "CreateAction",
            name="Run of the workflow",
            description="All trainings, evaluations, tables and figures.",
            instrument={"@id": WORKFLOW},
            object=[configuration, *used],
            result=made,
            startTime=min(starts),
            endTime=max(each["endTime"] for each in ends),
            actionStatus="http://schema.org/CompletedActionStatus",
        )
        self._add(
            "#engine",
            "OrganizeAction",
            name="Run of Snakemake",
            instrument={"@id": ENGINE},
            object=self._controls,
            result={"@id": _RUN},
        )

    def content(self):
        """The whole, as JSON types."""
        ended = self._entities[_RUN]["endTime"]
        creators = [
            self._add(f"#creator-{place}", "Person", name=name) for place, name in enumerate(self.about["creators"])
        ]
        for action in (*self._actions, {"@id": _RUN}, {"@id": "#engine"}):
            self._entities[action["@id"]]["agent"] = creators
        licence = self._add(self.about["license"], "CreativeWork", name=self.about["license"].rsplit("/", 1)[-1])
        profiles = [
            self._add(url, "CreativeWork", name=name, version=PurePosixPath(url).name) for url, name in PROFILES.items()
        ]
        root = {
            "@id": "./",
            "@type": "Dataset",
            "name": self.about["name"],
            "description": self.about["description"],
            "datePublished": ended,
            "license": licence,
            "author": creators,
            "conformsTo": profiles,
            "mainEntity": {"@id": WORKFLOW},
            "hasPart": [{"@id": name} for name in self._files],
            "mentions": [{"@id": _RUN}, *self._actions],
        }
        descriptor = {
            "@id": METADATA,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": [{"@id": CRATE}, {"@id": WORKFLOW_CRATE}],
        }
        return {"@context": CONTEXT, "@graph": [*map(_compact, (descriptor, root, *self._entities.values()))]}

    def _parameter(self, name, kind, required="false"):
        return self._add(
            f"#parameter-{name}",
            "FormalParameter",
            name=name,
            additionalType=kind,
            valueRequired=required,
            conformsTo={"@id": "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"},
        )

    def _add(self, identifier, kind, /, **properties):
        self._entities.setdefault(identifier, {"@id": identifier, "@type": kind, **properties})
        return {"@id": identifier}


def _compact(entity):
    """An entity without empty lists, and single values as such."""
    plain = {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in entity.items()}
    return {key: value for key, value in plain.items() if value != []}


def _time(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat(timespec="seconds")
