"""The system of an experiment, from RAW photographs to the forensic network, labelled from its configuration."""

from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from neural_imaging.base.errors import UserError
from neural_imaging.figures import style
from neural_imaging.figures.channels import reduction

KEYS = ("cameras", "isps", "channels", "manipulations", "trainable", "lambda_isp", "isp_loss", "patch")
LEARNS, FIXED = "#FCE5D3", "#F2F2F2"
# Lines that fit into a box; more are counted.
MOST = 8
LINE = 0.115
# Networks that take pictures which are developed already.
PASSES = {"ONet"}
BASELINES = ("fan-only", "basic")


def plot(settings):
    """Draw from settings that a user has given.

    Raises:
        UserError: a key is missing.
    """
    missing = [key for key in KEYS if key not in settings]
    if missing:
        raise UserError(f"--settings: no {', '.join(missing)}")
    return draw(settings)


@style.look
def draw(settings):
    """Draw a box a step, and what the parts that learn learn from.

    Args:
        settings: `KEYS`, as the configuration has them: names of cameras; each ISP's network by its name; each
            channel's settings by its name; manipulations, parts that learn, weights of the ISP's loss, that loss, and
            the side of patches in Bayer cells. Where channels have learned codecs also lambda_codec.

    Returns:
        Figure, a page wide.
    """
    learns = _learning(settings)
    learned = [one for one in settings["channels"].values() if one["codec"] == "dcn"]
    steps = [
        ("photographs", settings["cameras"], False),
        ("camera ISP", _isps(settings["isps"]), learns["isp"]),
        ("manipulations", ["native", *(text.replace(":", " ") for text in settings["manipulations"])], False),
        ("channel", _channels(settings["channels"]), learns["codec"]),
        ("forensic network", ["FAN", f"{1 + len(settings['manipulations'])} classes"], True),
    ]
    side = 2 * settings["patch"]
    sent = sorted({side // one["factor"] if reduction(one) else side for one in settings["channels"].values()})
    developed = set(settings["isps"].values()) <= PASSES
    sizes = [
        f"{side}² × 3" if developed else f"{settings['patch']}² × 4",
        f"{side}² × 3",
        f"{side}² × 3",
        f"{' or '.join(f'{one}²' for one in sent)} × 3",
    ]
    most = max(min(len(lines), MOST) for _, lines, _ in steps)
    height = LINE * most + 0.35
    low, high = (-0.42 if any(learns.values()) else -0.12), height + 0.25
    drawing = style.figure(style.PAGE, high - low + 0.25)
    axes = drawing.subplots()
    axes.set(xlim=(0, style.PAGE), ylim=(low, high))
    axes.axis("off")
    gap = 0.62
    width = (style.PAGE - gap * (len(steps) - 1) - 0.06) / len(steps)
    lefts = [0.03 + place * (width + gap) for place in range(len(steps))]
    for left, (title, lines, learning) in zip(lefts, steps, strict=True):
        _draw_step(axes, left, width, height, title, lines, learning)
    for left, size in zip(lefts[1:], sizes, strict=True):
        middle = height / 2
        _arrow(axes, (left - gap + 0.03, middle), (left - 0.03, middle), color="black")
        axes.text(left - gap / 2, middle + 0.06, size, ha="center", va="bottom", fontsize=6)
    _draw_losses(axes, settings, learns, [left + width / 2 for left in lefts], learned)
    return drawing


def _learning(settings):
    """Whether the ISP and the channel's codec learn in any run."""
    weights = {"isp": settings["lambda_isp"], "codec": settings.get("lambda_codec", ["basic"])}
    return {
        part: part in settings["trainable"] and any(value not in BASELINES for value in values)
        for part, values in weights.items()
    }


def _isps(isps):
    return [name if name == network else f"{name} ({network})" for name, network in isps.items()]


def _channels(channels):
    """A line a kind of channel: JPEG with its qualities, and others by their names."""
    lines = {}
    for name, channel in channels.items():
        smaller = f"{reduction(channel)} {channel['downsampling']}, " if reduction(channel) else ""
        if channel["codec"] == "jpeg":
            lines.setdefault(f"{smaller}JPEG", []).append(channel["quality"])
        else:
            lines[smaller + ("no codec" if channel["codec"] == "none" else f"codec {channel.get('name', name)}")] = []
    return [f"{line} {_numbers(values)}".strip() for line, values in lines.items()]


def _numbers(values):
    values = sorted(values)
    return f"{values[0]} … {values[-1]}" if len(values) > 3 else ", ".join(map(str, values))


def _draw_step(axes, left, width, height, title, lines, learns):
    axes.add_patch(
        FancyBboxPatch(
            (left, 0),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=0.05",
            linewidth=1.2 if learns else 0.6,
            facecolor=LEARNS if learns else FIXED,
            edgecolor=style.BASELINE if learns else "black",
        )
    )
    axes.text(left + width / 2, height + 0.06, title, ha="center", va="bottom", fontsize=7, weight="bold")
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], f"and {len(lines) - MOST + 1} more"]
    if learns:
        axes.text(left + width / 2, 0.04, "learns", ha="center", va="bottom", fontsize=6, color=style.BASELINE)
    text = [f"{line[:17]}…" if len(line) > 18 else line for line in map(str, lines)]
    axes.text(left + width / 2, height / 2 + 0.05, "\n".join(text), ha="center", va="center", fontsize=6)


def _draw_losses(axes, settings, learns, centres, learned):
    """The gradient's way back, below the boxes, and what is weighed against it."""
    marked = [(1, "isp", f"λ × {settings['isp_loss']} to the target"), (3, "codec", "λc × rate and distortion")]
    marked = [(place, loss) for place, part, loss in marked if learns[part] and (part == "isp" or learned)]
    if not marked:
        return
    look = {"color": style.BASELINE, "linewidth": 0.9, "linestyle": (0, (3, 1.5))}
    level = -0.16
    axes.plot([centres[4], centres[4], centres[marked[0][0]]], [-0.03, level, level], **look)
    for place, loss in marked:
        _arrow(axes, (centres[place], level), (centres[place], -0.02), color=style.BASELINE)
        axes.text(centres[place], level - 0.05, f"+ {loss}", ha="center", va="top", fontsize=6)
    axes.text(centres[4], level - 0.05, "cross-entropy", ha="center", va="top", fontsize=6)


def _arrow(axes, start, end, color):
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=6, linewidth=0.8, color=color, shrinkA=0, shrinkB=0
        )
    )
