"""Fetch photographs a few at once, in the order of their list, and never more than are still needed."""

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass

from tqdm import tqdm

from neural_imaging.base import files
from neural_imaging.datasets.collections.download import Arrived, Failed, Unwanted
from neural_imaging.datasets.collections.photographs import Photograph, public
from neural_imaging.imaging import cameras, containers

# From this value of EXIF's orientation on, a photograph stands on its side in the file.
_ON_ITS_SIDE = 5


class NotRaw(Unwanted):
    """What a server sent is no RAW file, whatever it is called."""


@dataclass(frozen=True)
class Taken:
    """What became of a photograph, and why it is not here.

    `status` is "here", "unwanted", "missing" (the server does not have it) or "broken" (it may have it another time).
    """

    photograph: Photograph
    status: str
    reason: str = ""


@dataclass(frozen=True)
class Selection:
    """The photographs that are wanted: by a camera (see `cameras.is_model`), in "landscape", "portrait" or "any".

    Files say how the camera was held; one that does not is wanted, since its picture will tell.
    """

    model: str
    orientation: str = "any"

    def refusal(self, camera, orientation):
        """Why a photograph is not wanted, by its camera and EXIF's orientation ("" or None where not known), or ""."""
        if camera and not cameras.is_model(camera, self.model):
            return f"by another camera, {camera}"
        if orientation and self.orientation != "any":
            held = "portrait" if int(orientation) >= _ON_ITS_SIDE else "landscape"
            if held != self.orientation:
                return f"in {held} format"
        return ""


class Fetching:
    """Fetches photographs into a folder, of which `known` is the `record.Record`, so many `connections` at once."""

    def __init__(self, folder, known, selection, web, connections):
        self._folder, self._known, self._selection = folder, known, selection
        self._web, self._connections = web, connections

    def fetch(self, photographs, count=None, title=""):
        """Take the first `count` wanted photographs, or all.

        A photograph that the server does not have is passed over for the next. One that broke off is not, so that which
        photographs are taken does not depend on the state of the line; after several of these in a row the server is
        taken to be down.

        Returns:
            List of `Taken`, in the order of the photographs, up to the last that was looked at.
        """
        taken, running, down = {}, {}, 0
        pool = ThreadPoolExecutor(self._connections)
        progress = tqdm(total=count or len(photographs), desc=title, unit="photograph", disable=None)
        try:
            while True:
                while (
                    len(taken) + len(running) < len(photographs)
                    and len(running) < self._connections
                    and (count is None or _counting(taken) + len(running) < count)
                    and down < self._connections
                ):
                    number = len(taken) + len(running)
                    running[pool.submit(self._take, photographs[number])] = number
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = taken[running.pop(future)] = future.result()
                    down = down + 1 if result.status == "broken" else 0
                    progress.update(count is None or result.status == "here")
                    progress.set_postfix_str(f"{len(taken)} looked at")
        except BaseException:
            # Also at an interrupt: what runs ends at its next chunk, and its bytes stay.
            self._web.stop.set()
            raise
        finally:
            pool.shutdown(cancel_futures=True)
            progress.close()
        return [taken[number] for number in sorted(taken)]

    def _take(self, photograph):
        """Make sure that one photograph is here, whole and wanted."""
        path, row = self._folder / photograph.file, self._known[photograph.file]
        reason = self._selection.refusal(row["camera"], row["orientation"])
        if reason:
            return Taken(photograph, "unwanted", reason)
        try:
            arrived = self._present(path) or self._web.fetch(
                photograph.url,
                path,
                sha256=self._known.sha256(photograph.file),
                size=self._known.size(photograph.file),
                look=lambda part: self._look(photograph, part),
            )
            container = self._look(photograph, path)
        except NotRaw as error:
            return Taken(photograph, "missing", str(error))
        except Unwanted as error:
            return Taken(photograph, "unwanted", str(error))
        except Failed as error:
            return Taken(photograph, "missing" if error.final else "broken", str(error))
        if container.problem:
            return Taken(photograph, "missing", container.problem)
        if not container.camera and not photograph.camera:
            return Taken(photograph, "unwanted", "without the name of its camera")
        self._known.add(photograph.file, size=arrived.size, sha256=arrived.sha256)
        return Taken(photograph, "here")

    def _present(self, path):
        """The file that is here already; None where there is none, or a damaged one, which then is fetched anew."""
        if not path.is_file():
            return None
        arrived, expected = Arrived(path.stat().st_size, files.sha256(path)), self._known.sha256(path.name)
        if expected:
            return arrived if arrived.sha256 == expected else None
        container = containers.inspect(path)
        return arrived if _is_raw(container) and not container.problem else None

    def _look(self, photograph, path):
        """Note what a file, or its beginning, says of itself, and refuse it where it is not wanted."""
        container = containers.inspect(path)
        if not _is_raw(container):
            raise NotRaw(f"not a RAW file, though it is called one: {container.foreign or 'of no known format'}")
        facts = {"camera": container.camera, "orientation": container.orientation or ""}
        self._known.add(photograph.file, url=public(photograph.url), **facts)
        reason = self._selection.refusal(container.camera, container.orientation)
        if reason:
            raise Unwanted(reason)
        return container


def _is_raw(container):
    return container.format not in (None, "JPEG")


def _counting(taken):
    """How many of those needed are accounted for: here, or to be fetched another time."""
    return sum(result.status in ("here", "broken") for result in taken.values())
