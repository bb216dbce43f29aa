"""What `mkdocs build` does besides: pages from outside this folder, and a look whether any page needs the network."""

import re
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
# Pages by their place in the checkout. The first is the front page.
PAGES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "config/README.md", "data/README.md")
# What a browser loads by itself. Links that a reader follows may lead anywhere.
LOADED = re.compile(
    r"""<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=["']?(?:https?:)?//[^"'\s>]*"""
    r"""|<link\b(?![^>]*\brel=["']?canonical)[^>]*\bhref=["']?(?:https?:)?//[^"'\s>]*"""
    r"""|url\(["']?(?:https?:)?//[^)]*|@import\s+["'](?:https?:)?//[^"']*"""
)


def on_files(files, config):
    """Add the pages of the checkout; those of docs/ lie beside them on the site."""
    for page in PAGES:
        files.append(File.generated(config, page, abs_src_path=str(ROOT / page)))
    return files


def on_page_markdown(markdown, page, config, files):
    """Point links from and to docs/ to where the pages lie on the site."""
    if page.file.src_uri not in PAGES:
        return markdown.replace("](../", "](")
    return markdown.replace("](docs/", "](").replace("](../docs/", "](../")


def on_post_build(config):
    """Refuse scripts, styles, fonts and pictures from elsewhere."""
    site = Path(config.site_dir)
    for path in sorted([*site.rglob("*.html"), *site.rglob("*.css")]):
        for loaded in LOADED.findall(path.read_text(encoding="utf-8")):
            raise PluginError(f"{path.relative_to(site)} would load from the network: {loaded}")
