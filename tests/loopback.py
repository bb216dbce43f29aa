"""A web server on this machine that fails in the ways that servers and lines fail, and photographs for it to serve."""

import dataclasses
import http.server
import os
import threading
import time

import numpy as np

from neural_imaging.imaging import cameras, dng


class Web:
    """Serves `files` (path to bytes) on loopback.

    `moods` has for a path what the next requests for it meet, one after another, and then all is well:
    a number (that status), ("cut", n) (the connection ends after n bytes of the body), ("wait", status, seconds)
    (Retry-After), "no ranges" (the whole file, whatever was asked for), "no length" (nor a Content-Length),
    "other part" (a part that was not asked for), "page" (HTML, with status 200), "endless" (a body without end),
    ("announce", digits) (a Content-Length of so many digits), ("slow", seconds) and ("slow head", seconds) (the body or
    the headers come byte by byte, so many seconds apart).

    Attributes:
        asked: for each request its path, and the Range and If-Range headers or None.
        authorisations: for each request its Authorization header or None.
        sent: bytes of bodies.
        most: most requests under way at one time.
    """

    def __init__(self, files):
        self.files, self.moods, self.asked, self.authorisations = dict(files), {}, [], []
        self.etag, self.sent, self.most, self._now = True, 0, 0, 0
        self._lock = threading.Lock()

    def __enter__(self):
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                with web._lock:
                    web._now += 1
                    web.most = max(web.most, web._now)
                try:
                    web._answer(self)
                except OSError:
                    self.close_connection = True
                finally:
                    with web._lock:
                        web._now -= 1

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        # A line that the other side has cut is what many tests are about.
        self._server.handle_error = lambda *_: None
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        # Where the way to the web leads through a proxy, the way to this machine does not.
        self._kept = {name: os.environ.get(name) for name in ("no_proxy", "NO_PROXY")}
        os.environ.update(dict.fromkeys(self._kept, "127.0.0.1"))
        return self

    def __exit__(self, *_):
        for name, value in self._kept.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})
        self._server.shutdown()
        self._server.server_close()

    def url(self, path=""):
        """Address of a path."""
        return f"http://127.0.0.1:{self._server.server_port}/{path}"

    def ranges(self, path):
        """Range headers of the requests for a path."""
        return [asked for name, asked, _ in self.asked if name == path]

    def tag(self, path):
        """ETag of a path, which changes with its bytes."""
        return f'"{hash(self.files[path]):x}"'

    def _answer(self, request):
        path = request.path.lstrip("/")
        with self._lock:
            self.authorisations.append(request.headers.get("Authorization"))
            self.asked.append((path, request.headers.get("Range"), request.headers.get("If-Range")))
            moods = self.moods.get(path, [])
            mood = moods.pop(0) if moods else None
        if isinstance(mood, int):
            return self._send(request, mood, b"")
        if isinstance(mood, tuple) and mood[0] == "wait":
            return self._send(request, mood[1], b"", {"Retry-After": str(mood[2])})
        if mood == "page":
            return self._send(request, 200, b"<html>Please log in</html>" * 5000, {"Content-Type": "text/html"})
        content = self.files.get(path)
        if content is None:
            return self._send(request, 404, b"")
        if mood == "endless" or (isinstance(mood, tuple) and mood[0] in ("announce", "slow", "slow head")):
            return self._misbehave(request, content, *([mood] if mood == "endless" else mood))
        headers = {"ETag": self.tag(path)} if self.etag else {}
        status, body = 200, content
        asked, condition = request.headers.get("Range"), request.headers.get("If-Range")
        if asked and mood not in ("no ranges", "no length") and condition in (None, headers.get("ETag")):
            first = int(asked.removeprefix("bytes=").rstrip("-")) + (mood == "other part")
            if first >= len(content):
                return self._send(request, 416, b"", {"Content-Range": f"bytes */{len(content)}"})
            status, body = 206, content[first:]
            headers["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        length = mood[1] if isinstance(mood, tuple) else None
        self._send(request, status, body, headers, length, claim=mood != "no length")

    def _misbehave(self, request, content, kind, number=0):
        """Send for as long as somebody listens."""
        head = b"HTTP/1.1 200 OK\r\n"
        if kind == "announce":
            head += b"Content-Length: " + b"9" * number + b"\r\n"
        if kind == "slow":
            head += f"Content-Length: {len(content)}\r\n".encode()
        if kind == "slow head":
            self._drip(request, head + b"X-Filler: " + b"x" * 60_000, number)
        request.wfile.write(head + b"\r\n")
        if kind == "slow":
            self._drip(request, content, number)
        while True:
            request.wfile.write(content)
            self.sent += len(content)

    @staticmethod
    def _drip(request, content, seconds):
        for place in range(len(content)):
            request.wfile.write(content[place : place + 1])
            time.sleep(seconds)

    def _send(self, request, status, body, headers=(), cut=None, claim=True):
        request.send_response(status)
        for name, value in dict(headers).items():
            request.send_header(name, value)
        if claim:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        body = body if cut is None else body[:cut]
        for start in range(0, len(body), 1 << 13):
            request.wfile.write(body[start : start + (1 << 13)])
            self.sent += len(body[start : start + (1 << 13)])
        if cut is not None or not claim:
            request.close_connection = True
            request.wfile.flush()
            request.connection.close()


def photograph(
    folder, camera_file, seed=0, camera="D90", make="NIKON CORPORATION", model="NIKON D90", flip=0, size=256
):
    """Bytes of a DNG file, `size` pixels high, that names a camera."""
    profile = cameras.load(camera_file, camera)
    noise = np.random.default_rng(seed).integers(profile.black + 1, profile.white, (size, size * 3 // 2), np.uint16)
    long = "x" * 60  # Room for any name.
    path = folder / f"{seed}.dng"
    dng.write(path, noise, dataclasses.replace(profile, name=long), flip=flip)
    content = path.read_bytes()
    path.unlink()
    name = f"Simulated {long}\0".encode()
    assert name in content
    return content.replace(name, model.encode().ljust(len(name), b"\0")).replace(
        b"Simulated\0", make.encode()[:9].ljust(10, b"\0")
    )
