"""Pages in a real browser: Chromium without a window, steered by Playwright, and looked over by axe-core."""

import importlib.util
import re
import shutil

import pytest

BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
TOOLS = all(importlib.util.find_spec(name) for name in ("playwright", "axe_playwright_python"))
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium: apt-get install chromium-headless-shell"),
    pytest.mark.skipif(not TOOLS, reason="needs playwright and axe-playwright-python: make setup"),
]
PAGES = ("index.html", "study-cvpr2019.html", "study-codecs.html", "study-robustness.html", "records.html")
# Shifts that readers hardly see (web.dev/cls); with everything in its place from the start there are none.
_SHIFT = 0.01
_WATCH = """window.shift = 0;
new PerformanceObserver(list => {
  for (const each of list.getEntries()) if (!each.hadRecentInput) shift += each.value;
})
.observe({type: "layout-shift", buffered: true});"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Its own sandbox needs rights that root in a container does not have; the pages are ours.
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, pages):
    """Open a page: opened("index.html", width=1440). What it logs and asks for is in `faults` and `asked`."""
    contexts = []

    def open_page(name, width=1440):
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}))
        page = contexts[-1].new_page()
        page.faults, page.asked = [], []
        page.on("console", lambda message: page.faults.append(message.text))
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.add_init_script(_WATCH)
        page.goto(f"file://{pages / name}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def _serious(page):
    """Serious findings of axe-core, each with the first place."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]


@pytest.mark.slow  # axe-core looks at each element of five pages, at two widths.
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_pages_are_quiet_local_steady_and_readable_by_all(opened, pages, name, width):
    page = opened(name, width)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert page.faults == []
    assert all(url.startswith((f"file://{pages}/", "data:")) for url in page.asked)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("shift") < _SHIFT
    assert _serious(page) == []


def test_the_first_page_needs_little(opened, pages):
    page = opened("index.html")
    files = {url for url in page.asked if url.startswith("file:")}
    size = sum((pages / url.removeprefix(f"file://{pages}/")).stat().st_size for url in files)
    # It is there within a second over a line of 2 Mbit/s.
    assert 0 < size < 250_000


def test_a_mark_tells_its_run_and_opens_its_record(opened):
    page = opened("study-cvpr2019.html")
    marks, tip, details = page.locator(".mark"), page.locator(".tip"), page.locator("section.plot .details")
    marks.last.hover()
    assert re.search(r"run 1, seed 101: [\d.]+ %, [\d.]+ dB", tip.inner_text())
    marks.last.click()
    link = details.locator("a").get_attribute("href")
    assert link.endswith("evaluation.json")
    assert details.locator("table.confusion tbody tr").count() == 5


def test_keys_go_from_mark_to_mark(opened):
    page = opened("study-cvpr2019.html")
    page.locator(".mark").first.focus()
    before = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    after = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert before != after
    page.keyboard.press("Enter")
    assert page.locator("section.plot .details h4").inner_text() == after


def test_another_view_draws_other_axes_and_closes_what_was_open(opened):
    page = opened("study-codecs.html")
    section = page.locator("section.plot")
    before = section.locator("svg[role=group]").get_attribute("aria-label")
    section.locator("select").select_option(index=1)
    assert section.locator("svg[role=group]").get_attribute("aria-label") != before
    assert section.locator(".details h4").count() == 0


def test_a_codec_s_quality_opens_its_profile(opened):
    page = opened("study-codecs.html")
    page.locator(".mark").first.click()
    details = page.locator("section.plot .details")
    assert details.locator("a").get_attribute("href") == "records/profiles/kodak/jpeg.json"
    assert details.locator("p, table").count() == 0


def test_a_plot_fits_when_the_window_becomes_narrow(opened):
    page = opened("study-cvpr2019.html")
    page.set_viewport_size({"width": 360, "height": 800})
    page.wait_for_function("document.querySelector('.canvas svg').clientWidth < 360")


def test_a_cell_of_the_matrix_opens_its_confusion(opened):
    page = opened("study-robustness.html")
    cell = page.locator(".matrix button[data-look=jpeg30]").first
    cell.focus()
    page.keyboard.press("Enter")
    assert cell.get_attribute("aria-pressed") == "true"
    details = page.locator(".details").first
    assert details.locator("h4").inner_text() == cell.get_attribute("aria-label")
    assert "mean over 2 runs" in details.inner_text()
    assert details.locator("table.confusion tbody tr").count() == 3
    assert _serious(page) == []


def _cut(page):
    return page.evaluate("getComputedStyle(document.querySelector('.pair')).getPropertyValue('--cut')")


def test_the_slider_moves_by_mouse_and_by_keys(opened):
    page = opened("study-cvpr2019.html")
    pair = page.locator(".pair").first
    pair.scroll_into_view_if_needed()
    box = pair.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20)
    page.mouse.up()
    assert float(_cut(page).rstrip("%")) == pytest.approx(25, abs=1)
    handle = page.locator("figure.slider input").first
    before = float(handle.input_value())
    handle.focus()
    page.keyboard.press("ArrowRight")
    assert float(handle.input_value()) > before
    assert _cut(page) == f"{handle.input_value()}%"


def test_the_slider_shows_chosen_pictures_at_their_own_size(opened):
    page = opened("study-cvpr2019.html", 360)
    figure = page.locator("figure.slider").first
    left, _, size = (figure.locator("select").nth(place) for place in range(3))
    left.select_option(index=2)
    image = figure.locator("img").first
    assert image.get_attribute("src") == left.input_value()
    size.select_option("1")
    # A picture that was just chosen may still be on its way.
    page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image.element_handle())
    assert image.evaluate("image => [image.clientWidth, image.naturalWidth]") == [64, 64]


def test_tables_sort_by_mouse_and_by_keys(opened):
    page = opened("study-cvpr2019.html")
    table = page.locator("table:has(th:has-text('PSNR, whole'))").last
    heading = table.locator("th button", has_text="PSNR, whole")
    place = heading.evaluate("button => button.parentElement.cellIndex")

    def column():
        return [float(text) for text in table.locator(f"tbody td:nth-child({place + 1})").all_inner_texts()]

    heading.click()
    assert column() == sorted(column())
    heading.focus()
    page.keyboard.press("Enter")
    assert column() == sorted(column(), reverse=True)
