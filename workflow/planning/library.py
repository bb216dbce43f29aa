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

PACKAGE = "neural_imaging"
REGISTRY = "REGISTRY"


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

    def files(self, script, *networks):
        """Files that `scripts/<script>.py` imports, directly or through others, and those of the named networks.

        Args:
            script: name of a program, without folder and ending.
            networks: names in the registry of networks. Names that are not there add nothing.

        Returns:
            Sorted tuple of paths, the program itself left out.
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

    @functools.cached_property
    def manipulations(self):
        """Names of the manipulations: what the decorator `manipulation` registers, where its name is written out."""
        tree = self._parse(self._module(f"{PACKAGE}.forensics.manipulations"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        registered = [call.args[0] for call in calls if getattr(call.func, "id", "") == "manipulation" and call.args]
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
        }
        return [name.value if isinstance(name, ast.Constant) else constants[name.id] for name in registered]

    def network_settings(self, network):
        """Names of the settings that a network takes, or None where its source does not list them."""
        module, _, name = self.networks.get(network, "").partition(":")
        path = self._module(f"{PACKAGE}.{module}") if module else None
        if path is None:
            return None
        for node in self._parse(path).body:
            if getattr(node, "name", None) != name:
                continue
            functions = node.body if isinstance(node, ast.ClassDef) else [node]
            for function in functions:
                if isinstance(function, ast.FunctionDef) and function.name in ("__init__", name):
                    names = [argument.arg for argument in function.args.args + function.args.kwonlyargs]
                    return [argument for argument in names if argument != "self"]
        return None

    def _files(self, script, networks):
        waiting = [Path("scripts", f"{script}.py")]
        for network in networks & self.networks.keys():
            module = f"{PACKAGE}.{self.networks[network].partition(':')[0]}"
            waiting += self._resolve(module)
        found = set()
        while waiting:
            path = waiting.pop()
            if path not in found:
                found.add(path)
                waiting += self._imports(path)
        return tuple(sorted(str(path) for path in found if path.parts[0] != "scripts" or path.stem != script))

    def _line(self, path):
        return f"{hashlib.sha256((self.root / path).read_bytes()).hexdigest()}  {path}\n"

    def _parse(self, path):
        return ast.parse((self.root / path).read_text(encoding="utf-8"), filename=str(path))

    def _imports(self, path):
        """Files that one file imports, wherever in it the statement stands."""
        if not (self.root / path).is_file():
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
