"""Which files of the library a program depends on, read from its import statements without running it.

A rule takes a listing of these files as input, so that a change in one module reruns only the rules whose results it
can change. Networks are looked up by name in `models/__init__.py` and imported when asked for; import statements do
not show that, so a rule names its networks.
"""

import ast
import functools
import hashlib
import os
from pathlib import Path

from neural_imaging.study import plugins

PACKAGE = "neural_imaging"
FACE = Path("lib", PACKAGE, "__init__.py")
REGISTRY = "REGISTRY"
# Where pictures are drawn, and how programs are called whose results these are. Others may draw one beside their
# numbers where they run alone (evaluate_isp.py); numbers do not change with it.
FIGURES, DRAWING = Path("lib", PACKAGE, "figures"), "plot_"
# The class that all networks are made from; it takes tensors, not settings.
_ROOT = "Network"


class Library:
    """The import graph of a checkout's scripts and library.

    Args:
        root: folder of the checkout. Paths that come back are relative to it.
    """

    def __init__(self, root):
        self.root = Path(root)
        self.listing = functools.cache(self.listing)
        self._line = functools.cache(self._line)
        self._files = functools.cache(self._files)
        self._imports = functools.cache(self._imports)
        self._module = functools.cache(self._module)
        self._parse = functools.cache(self._parse)

    def files(self, script, *networks):
        """Files that `scripts/<script>.py` imports, directly or through others, and those of the named networks.

        Args:
            script: name of a program, without folder and ending.
            networks: names in the registry of networks. Names that are not there add nothing.

        Returns:
            Sorted tuple of paths, the program itself left out; and modules of figures, where it is no `plot_…`.
        """
        return self._files(script, frozenset(networks))

    def listing(self, script, *networks, folder="results/library", write=True):
        """Listing of the files that a program depends on, with their hashes: one input that stands for all of them.

        A job with forty inputs is slow to plan, and a grid has thousands of jobs. The listing is as new as the
        newest of its files; where its content changes, it is new.

        Args:
            script, networks: as for `files`.
            folder: where listings lie.
            write: bring the file up to date; otherwise only name it.

        Returns:
            Path of the listing, as text.
        """
        listing = Path(folder, f"{'+'.join([script, *sorted(set(networks))])}.txt")
        if write:
            files = self.files(script, *networks)
            content = "".join(map(self._line, files))
            newest = max((self.root / file).stat().st_mtime for file in files) if files else 0
            if not listing.is_file() or listing.read_text(encoding="utf-8") != content:
                listing.parent.mkdir(parents=True, exist_ok=True)
                beside = listing.with_suffix(f".{os.getpid()}")
                beside.write_text(content, encoding="utf-8")
                beside.replace(listing)
            elif newest > listing.stat().st_mtime:
                os.utime(listing, (newest, newest))
        return str(listing)

    @functools.cached_property
    def networks(self):
        """The registry of networks: name to "module:class", below the package."""
        tree = self._parse(self._module(f"{PACKAGE}.models"))
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if any(isinstance(target, ast.Name) and target.id == REGISTRY for target in targets):
                return ast.literal_eval(node.value)
        return {}

    @property
    def pipelines(self):
        """Names of the networks that are camera pipelines: those of `models/isp`."""
        own = [name for name, place in self.networks.items() if place.startswith("models.isp.")]
        return own + list(plugins.registered("pipeline"))

    @property
    def codecs(self):
        """Names of the networks that are learned codecs: those of `models/dcn`."""
        own = [name for name, place in self.networks.items() if place.startswith("models.dcn.")]
        return own + list(plugins.registered("codec"))

    @property
    def manipulations(self):
        """The manipulations, those of plugins among them: each name with its numbers."""
        outside = {name: numbers for name, (_, numbers) in plugins.registered("manipulation").items()}
        return self._own_manipulations | outside

    @functools.cached_property
    def _own_manipulations(self):
        """Each name that the decorator `manipulation` registers, with the decorator's numbers."""
        tree = self._parse(self._module(f"{PACKAGE}.forensics.manipulations"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        registered = [call for call in calls if getattr(call.func, "id", "") == "manipulation" and call.args]
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
        }
        return {
            constants[call.args[0].id] if isinstance(call.args[0], ast.Name) else call.args[0].value: {
                keyword.arg: _constant(keyword.value) for keyword in call.keywords
            }
            for call in registered
        }

    def definitions(self, network):
        """A network's class (or function) in its source, as a syntax tree, and those of its family: the classes that it
        is made from, such as DCN, short of Network itself. An empty list where there is none."""
        return [node for _, node in self._family(network)]

    def choices(self, network):
        """Tuples of texts that the modules of a network's family write out or import, and those of
        `models/settings.py` and `layers/kernels.py`: by their names there."""
        found = self._tuples(self._module(f"{PACKAGE}.layers.kernels"))
        found |= self._tuples(self._module(f"{PACKAGE}.models.settings"))
        for path, _ in self._family(network):
            for node in self._parse(path).body:
                if isinstance(node, ast.ImportFrom) and (home := self._module(self._absolute(node, path))):
                    there = self._tuples(home)
                    found |= {alias.name: there[alias.name] for alias in node.names if alias.name in there}
            found |= self._tuples(path)
        return found

    def _tuples(self, path):
        values = {
            target.id: _constant(node.value)
            for node in self._parse(path).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        return {name: value for name, value in values.items() if isinstance(value, tuple)}

    def _family(self, network):
        """The definitions with the files that they are in."""
        module, _, name = self.networks.get(network, "").partition(":")
        path, found = self._module(f"{PACKAGE}.{module}") if module else None, []
        while path is not None and name != _ROOT:
            tree = self._parse(path)
            node = next((node for node in tree.body if getattr(node, "name", None) == name), None)
            if node is None:
                break
            found.append((path, node))
            name = next((base.id for base in getattr(node, "bases", ()) if isinstance(base, ast.Name)), _ROOT)
            imported = (one for one in tree.body if isinstance(one, ast.ImportFrom))
            home = next((one for one in imported if name in {alias.name for alias in one.names}), None)
            path = path if home is None else self._module(self._absolute(home, path))
        return found

    def network_settings(self, network):
        """Settings that a network takes, each with its default; None where its source does not list them.

        A default that is not written out in the function's head is None.
        """
        found = None
        for node in self.definitions(network):
            functions = node.body if isinstance(node, ast.ClassDef) else [node]
            for function in functions:
                if isinstance(function, ast.FunctionDef) and function.name in ("__init__", node.name):
                    given, keywords = function.args.args, function.args.kwonlyargs
                    defaults = [None] * (len(given) - len(function.args.defaults)) + function.args.defaults
                    pairs = zip(given + keywords, defaults + function.args.kw_defaults, strict=True)
                    own = {one.arg: _constant(default) for one, default in pairs if one.arg != "self"}
                    found = {**own, **(found or {})}
        return found

    def _files(self, script, networks):
        waiting = [Path("scripts", f"{script}.py")]
        for network in networks & self.networks.keys():
            module = f"{PACKAGE}.{self.networks[network].partition(':')[0]}"
            waiting += self._resolve(module)
        found, drawn = set(), script.startswith(DRAWING)
        while waiting:
            path = waiting.pop()
            if path not in found and (drawn or FIGURES not in path.parents):
                found.add(path)
                waiting += self._imports(path)
        return tuple(sorted(str(path) for path in found if path.parts[0] != "scripts" or path.stem != script))

    def _line(self, path):
        return f"{hashlib.sha256((self.root / path).read_bytes()).hexdigest()}  {path}\n"

    def _parse(self, path):
        return ast.parse((self.root / path).read_text(encoding="utf-8"), filename=str(path))

    def _imports(self, path):
        """Files that one file imports, wherever in it the statement stands."""
        # The face names all of the library, and loads of it what is asked for.
        if not (self.root / path).is_file() or path == FACE:
            return ()
        found = []
        for node in ast.walk(self._parse(path)):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    found += self._resolve(alias.name)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node, path)
                found += self._resolve(base)
                for alias in node.names:
                    found += self._resolve(f"{base}.{alias.name}")
        return tuple(found)

    @staticmethod
    def _absolute(node, path):
        """Dotted name of the module that a `from … import` statement names."""
        if not node.level:
            return node.module or ""
        package = path.with_suffix("").parts[1:-1]
        package = package[: len(package) - node.level + 1]
        return ".".join([*package, *([node.module] if node.module else [])])

    def _resolve(self, name):
        """Files behind a dotted name: the module's and those of the packages around it; none for what is not ours."""
        parts = name.split(".")
        return [path for end in range(len(parts)) if (path := self._module(".".join(parts[: end + 1])))]

    def _module(self, name):
        """The file of one module, or None where the name is not a module of ours."""
        parts = name.split(".")
        folder = Path("lib" if parts[0] == PACKAGE else "scripts", *parts)
        candidates = [folder / "__init__.py", folder.with_suffix(".py")]
        return next((path for path in candidates if (self.root / path).is_file()), None)


def _constant(node):
    """The value of an expression of constants; None where there is no expression, or another one."""
    try:
        return None if node is None else ast.literal_eval(node)
    except ValueError:
        return None
