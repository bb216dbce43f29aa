"""BPG through the programs of its reference, `bpgenc` and `bpgdec`, where they are on the path: 4:4:4, 8 bits.

Reference:
    F. Bellard, "BPG image format", https://bellard.org/bpg.
"""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import imagecodecs

from neural_imaging.base.errors import UserError
from neural_imaging.coding import payload

ENCODER, DECODER = "bpgenc", "bpgdec"
SETTINGS = {"chroma": "444"}
_CAPTURED = {"capture_output": True, "text": True, "errors": "replace", "check": False}
TIME_LIMIT = 600  # Seconds; a photograph of 24 megapixels takes about one minute.


def available():
    """Whether both programs are on the path."""
    return all(shutil.which(program) for program in (ENCODER, DECODER))


def version():
    """What `bpgenc` says of itself, e.g. "bpgenc 0.9.8"; the name alone where it does not."""
    try:
        done = subprocess.run([ENCODER, "-h"], **_CAPTURED, timeout=10)
    except (OSError, subprocess.SubprocessError):
        return ENCODER
    number = re.search(r"version\s+(\S+)", done.stdout + done.stderr)
    return f"{ENCODER} {number[1]}" if number else ENCODER


def encode(image, quality):
    """The bytes of a BPG file of a picture, uint8 of shape (height, width, 3); the quality is 0 (best) to 51.

    Raises:
        UserError: the program is missing, failed, took too long, or wrote no BPG file.
    """
    source = imagecodecs.png_encode(image, level=1)
    data = _converted(source, "picture.png", [ENCODER, "-q", str(quality), "-f", SETTINGS["chroma"]], "picture.bpg")
    try:
        payload.bpg(data)
    except UserError as error:
        raise UserError(f"{ENCODER} wrote {error}") from None
    return data


def decode(data):
    """Decode a BPG file's bytes to uint8, shape (height, width, 3).

    Raises:
        UserError: no BPG file; or the program is missing, failed, took too long, or wrote no picture.
    """
    payload.bpg(data)
    decoded = _converted(data, "picture.bpg", [DECODER], "picture.png")
    try:
        return imagecodecs.png_decode(decoded)
    except (RuntimeError, ValueError) as error:
        raise UserError(f"{DECODER} wrote no PNG file ({error})") from None


def _converted(content, source, command, target):
    """What a program makes of a file `source` with this content: the bytes of its file `target`."""
    program = command[0]
    with tempfile.TemporaryDirectory(prefix="bpg-") as folder:
        source, target = Path(folder, source), Path(folder, target)
        source.write_bytes(content)
        try:
            done = subprocess.run([*command, "-o", target, source], **_CAPTURED, timeout=TIME_LIMIT)
        except FileNotFoundError:
            raise UserError(f"{program} is not on the path; it comes with libbpg (https://bellard.org/bpg)") from None
        except OSError as error:
            raise UserError(f"{program} cannot be run ({error.strerror})") from None
        except subprocess.TimeoutExpired:
            raise UserError(f"{program} took more than {TIME_LIMIT} seconds and was stopped") from None
        if done.returncode != 0:
            reason = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()[-1][:200]
            raise UserError(f"{program} failed (exit status {done.returncode}): {reason}")
        if not target.is_file():
            raise UserError(f"{program} ended well, but wrote no file")
        return target.read_bytes()
