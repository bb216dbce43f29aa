"""What figures of photographs share: framed details, rows of spectra, and rows of patches. No figure itself."""

from matplotlib.patches import Rectangle

from neural_imaging.figures import style

# Frequencies in cycles a pixel, as `numpy.fft` has them.
EXTENT = (-0.5, 0.5, -0.5, 0.5)


def with_detail(whole, detail, photo, box, title, **font):
    """Show a photograph with its detail (top, left and side in pixels) framed, and the detail on axes of its own."""
    top, left, side = box
    style.picture(whole, photo)
    # White on black, so that it shows on any ground.
    for colour, thickness in (("black", 1.6), ("white", 0.8)):
        corner = (left - 0.5, top - 0.5)
        whole.add_patch(Rectangle(corner, side, side, fill=False, edgecolor=colour, linewidth=thickness))
    whole.set_title(title, **font)
    style.picture(detail, photo[top : top + side, left : left + side])


def spectra(drawing, panels, magnitudes, label):
    """Show logarithms of magnitudes in a row, on one scale."""
    for panel, values in zip(panels, magnitudes, strict=True):
        image = panel.imshow(values, cmap="magma", vmin=magnitudes.min(), vmax=magnitudes.max(), extent=EXTENT)
        frequencies(panel, left=panel is panels[0], below=True)
        panel.set_xlabel("cycles a pixel")
    panels[0].set_ylabel("cycles a pixel")
    style.colour_bar(drawing, image, panels, label, fraction=0.03)


def frequencies(axes, left, below):
    """Frequencies along the outer panels, and a frame."""
    axes.set_xticks([-0.5, 0, 0.5], ["−½", "0", "½"] if below else [])
    axes.set_yticks([-0.5, 0, 0.5], ["−½", "0", "½"] if left else [])
    axes.spines[:].set_visible(True)


def patches(images, names, rows, quality):
    """Draw a row an image: the original or target, then what each codec or pipeline made of it.

    Args:
        images, names: what rows and columns are called.
        rows: patches, (images, names, height, width, 3).
        quality: gives what stands above a patch, of its row and its place among those that were made.
    """
    down, across = rows.shape[:2]
    # Titles take a fifth of an inch, the columns' names above the first row another eighth.
    size = min((style.PAGE - 0.2) / across, 1.9, (style.PAGE_HEIGHT - 0.15) / down - 0.2)
    drawing = style.figure(size * across + 0.2, down * (size + 0.2) + 0.15, layout="compressed")
    axes = drawing.subplots(down, across, squeeze=False)
    for row, (image, shown) in enumerate(zip(images, rows, strict=True)):
        axes[row, 0].set_ylabel(str(image))
        for column, (name, patch) in enumerate(zip(names, shown, strict=True)):
            style.picture(axes[row, column], patch)
            title = [str(name)] if row == 0 else []
            title += [quality(row, column - 1)] if column else []
            axes[row, column].set_title("\n".join(title))
    return drawing
