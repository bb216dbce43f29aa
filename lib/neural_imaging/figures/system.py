"""The system of an experiment, from RAW photographs to the forensic network, labelled from its configuration."""

from matplotlib.patches import FancyBboxPatch

from neural_imaging.base.errors import UserError
from neural_imaging.figures import layers, style
from neural_imaging.figures.channels import reduction
from neural_imaging.study import channel_facts, grid
from neural_imaging.study.channels import listed

KEYS = ("cameras", "isps", "channels", "manipulations", "trainable", "lambda_isp", "isp_loss", "patch")
LEARNS, FIXED = "#FCE5D3", "#F2F2F2"
# Lines that fit into a box; more are counted. Their height, and what lies between boxes, in inches.
MOST, LINE, GAP = 8, 0.115, 0.62
# Networks that take pictures which are developed already.
PASSES = {"ONet"}


def plot(settings):
    """Draw from settings that a user has given."""
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
    """
    shortened = {name: channel_facts.short(channel) for name, channel in settings["channels"].items()}
    settings = {**settings, "channels": shortened}
    learns = _learning(settings)
    manipulations = settings["manipulations"]
    steps = [
        ("photographs", settings["cameras"], False),
        ("camera ISP", _isps(settings["isps"]), learns["isp"]),
        ("manipulations", ["native", *(text.replace(":", " ") for text in manipulations)], False),
        ("channel", _channels(settings["channels"]), learns["codec"]),
        ("forensic network", ["FAN", f"{1 + len(manipulations)} classes"], True),
    ]
    height = LINE * max(min(len(lines), MOST) for _, lines, _ in steps) + 0.35
    low, high = (-0.42 if any(learns.values()) else -0.12), height + 0.25
    drawing = style.figure(style.PAGE, high - low + 0.25)
    axes = drawing.subplots()
    layers.blank(axes, style.PAGE, (low, high))
    width = (style.PAGE - GAP * (len(steps) - 1) - 0.06) / len(steps)
    lefts = [0.03 + place * (width + GAP) for place in range(len(steps))]
    for left, (title, lines, learning) in zip(lefts, steps, strict=True):
        _draw_step(axes, left, width, height, title, lines, learning)
    for left, size in zip(lefts[1:], _sizes(settings), strict=True):
        _arrow(axes, (left - GAP + 0.03, height / 2), (left - 0.03, height / 2), "black")
        axes.text(left - GAP / 2, height / 2 + 0.06, size, ha="center", va="bottom", fontsize=6)
    _draw_losses(axes, settings, learns, [left + width / 2 for left in lefts])
    return drawing


def _learning(settings):
    """Whether the ISP and the channel's codec learn in any run."""
    weights = {"isp": settings["lambda_isp"], "codec": settings.get("lambda_codec", [grid.BASIC])}
    return {
        part: part in settings["trainable"] and any(value not in (grid.FAN_ONLY, grid.BASIC) for value in values)
        for part, values in weights.items()
    }


def _isps(isps):
    return [name if name == network else f"{name} ({network})" for name, network in isps.items()]


def _channels(configured):
    """A line a kind of channel: JPEG with its qualities, and others by their names."""
    lines = {}
    for name, channel in configured.items():
        if channel["codec"] == "chain":
            lines[name] = []
            continue
        smaller = f"{reduction(channel)} {channel['downsampling']}, " if reduction(channel) else ""
        if channel["codec"] == "jpeg":
            lines.setdefault(f"{smaller}JPEG", []).append(channel["quality"])
        else:
            lines[smaller + ("no codec" if channel["codec"] == "none" else f"codec {channel.get('name', name)}")] = []
    return [f"{line} {_numbers(sorted(qualities, key=listed))}".strip() for line, qualities in lines.items()]


def _numbers(values):
    return f"{values[0]} … {values[-1]}" if len(values) > 3 else ", ".join(map(str, values))


def _sizes(settings):
    """What goes from step to step: sides of patches and their channels."""
    side = 2 * settings["patch"]
    configured = settings["channels"].values()
    # Where the factor varies, patches of a training are as small as the largest one makes them.
    sent = sorted({side // max(listed(channel["factor"])) if reduction(channel) else side for channel in configured})
    developed = set(settings["isps"].values()) <= PASSES
    pixels = f"{side}² × 3"
    return [
        pixels if developed else f"{settings['patch']}² × 4",
        pixels,
        pixels,
        f"{' or '.join(f'{length}²' for length in sent)} × 3",
    ]


def _draw_step(axes, left, width, height, title, lines, learns):
    centre = left + width / 2
    look = {"facecolor": FIXED, "edgecolor": "black", "linewidth": 0.6}
    if learns:
        look = {"facecolor": LEARNS, "edgecolor": style.BASELINE, "linewidth": 1.2}
        axes.text(centre, 0.04, "learns", ha="center", va="bottom", fontsize=6, color=style.BASELINE)
    axes.add_patch(FancyBboxPatch((left, 0), width, height, boxstyle="round,pad=0,rounding_size=0.05", **look))
    axes.text(centre, height + 0.06, title, ha="center", va="bottom", fontsize=7, weight="bold")
    if len(lines) > MOST:
        lines = [*lines[: MOST - 1], f"and {len(lines) - MOST + 1} more"]
    text = [f"{line[:17]}…" if len(line) > 18 else line for line in map(str, lines)]
    axes.text(centre, height / 2 + 0.05, "\n".join(text), ha="center", va="center", fontsize=6)


def _draw_losses(axes, settings, learns, centres):
    """The gradient's way back, below the boxes, and what is weighed against it."""
    coded = any(channel["codec"] == "dcn" for channel in settings["channels"].values())
    losses = {1: f"λ × {settings['isp_loss']} to the target"} if learns["isp"] else {}
    losses |= {3: "λc × rate and distortion"} if learns["codec"] and coded else {}
    if not losses:
        return
    look = {"color": style.BASELINE, "linewidth": 0.9, "linestyle": (0, (3, 1.5))}
    level = -0.16
    axes.plot([centres[4], centres[4], centres[min(losses)]], [-0.03, level, level], **look)
    for place, loss in losses.items():
        _arrow(axes, (centres[place], level), (centres[place], -0.02), style.BASELINE)
        axes.text(centres[place], level - 0.05, f"+ {loss}", ha="center", va="top", fontsize=6)
    axes.text(centres[4], level - 0.05, "cross-entropy", ha="center", va="top", fontsize=6)


def _arrow(axes, start, end, color):
    layers.arrow(axes, start, end, size=6, linewidth=0.8, color=color)
