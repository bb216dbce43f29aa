"""Which files of the library a program depends on, from its import statements.

A rule has a hash of these files among its parameters, so that a change in one module reruns only the rules whose
results it can change.
"""

import ast
import functools
import hashlib
from pathlib import Path

import grimp

from neural_imaging.study import plugins
from neural_imaging.study.networks import NETWORKS

PACKAGE = "neural_imaging"
# It imports networks, and joint models, by name; the rules say which.
CLASSES = f"{PACKAGE}.models.classes"
PLUGINS = f"lib/{PACKAGE}/study/plugins.py"
# Where pictures are drawn. Programs may draw one beside their numbers (evaluate_isp.py), which do not change with it;
# the rule of figures names the module that draws.
FIGURES = f"{PACKAGE}.figures"


class Library:
    """The import graph of the scripts and the library in `root`, the folder of a checkout; paths are relative to it."""

    def __init__(self, root):
        self.root = Path(root)
        self.code = functools.cache(self.code)
        # A plan asks for hundreds of sets of files that have most of them in common.
        self._program, self._path, self._upstream, self._digest = map(
            functools.cache, (self._program, self._path, self._upstream, self._digest)
        )

    def code(self, script, *names):
        """Hash of the files that a program depends on, and of their names; arguments are those of `files`."""
        files = self.files(script, *names)
        # Programs that look for networks or manipulations may find those of plugins.
        paths = {file: self.root / file for file in files}
        paths |= {file: Path(file).resolve() for file in plugins.files()} if PLUGINS in files else {}
        lines = [f"{self._digest(path)}  {file}\n" for file, path in paths.items()]
        return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]

    def files(self, script, *names):
        """Sorted paths of what a program depends on, itself and what it draws with left out.

        Args:
            script: name of the program, without folder and ending; or, dotted, that of a module below the package which
                a program takes by name, such as "figures.boxplot".
            names: networks that it takes by name. Those of plugins are in their own files.
        """
        if "." in script:
            helpers, modules = set(), {f"{PACKAGE}.{script}"}
        else:
            helpers, modules = self._program(script)
            modules = {module for module in modules if not _within(FIGURES, module)}
        modules |= {f"{PACKAGE}.{NETWORKS[name].module}" for name in names if name in NETWORKS}
        found = modules.union(*map(self._upstream, modules))
        return sorted([*helpers, *map(self._path, found - {PACKAGE})])

    @functools.cached_property
    def _graph(self):
        """Imports between modules, wherever they stand; a module needs the packages that it is in too.

        The package itself is left out: it imports, when asked, what users of the library ask for, and no module asks.
        """
        graph = grimp.build_graph(PACKAGE, cache_dir=None)
        for module in graph.modules:
            for imported in graph.find_modules_directly_imported_by(module):
                drawn = _within(FIGURES, imported) and not _within(FIGURES, module)
                if module in (CLASSES, PACKAGE) or drawn:
                    graph.remove_import(importer=module, imported=imported)
            parent = module.rpartition(".")[0]
            if parent not in ("", PACKAGE):
                graph.add_import(importer=module, imported=parent)
        return graph

    def _upstream(self, module):
        """Modules that one imports, and those that these import."""
        return self._graph.find_upstream_modules(module)

    def _program(self, script):
        """Programs that a program imports, as paths, and modules of the library."""
        helpers, modules, waiting = set(), set(), [script]
        while waiting:
            for name in _imports(self.root / "scripts" / f"{waiting.pop()}.py"):
                helper = f"scripts/{name}.py"
                if name in self._graph.modules:
                    modules.add(name)
                elif helper not in helpers and (self.root / helper).is_file():
                    helpers.add(helper)
                    waiting.append(name)
        return helpers - {f"scripts/{script}.py"}, modules - {PACKAGE}

    def _path(self, module):
        """The file of a module."""
        path = Path("lib", *module.split("."))
        package = path / "__init__.py"
        return str(package if (self.root / package).is_file() else path.with_suffix(".py"))

    @staticmethod
    def _digest(path):
        return hashlib.sha256(path.read_bytes()).hexdigest()


def _within(package, module):
    return f"{module}.".startswith(f"{package}.")


def _imports(path):
    """Dotted names that a file's import statements can mean."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
