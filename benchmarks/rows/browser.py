"""A release that a person steps through in JupyterLab, against the same run headless."""

import shutil
import time
from importlib.util import find_spec

from benchmarks.cost import Cost, medians
from benchmarks.row import Bench, Line, Missing, need
from benchmarks.sample import release, serving
from tests.browser.lab import FLAGS, LIMIT, open_lab
from tests.browser.notebook import Notebook

WHAT = "a release stepped through in JupyterLab, from Run All to its end, less its clicks"
GOAL = 2.0
GATES = ('approve("changelog"', 'approve("load-test"')
END, ENDED = "run.close(", "GitHub was called"
STOPPED = "has stopped at the gate"


def measure(bench: Bench) -> list[Line]:
    """The release in a browser and headless, in turns, each in a sandbox that is running."""
    need("chromium" if shutil.which("chromium") else "chromium-browser")
    for module in ("playwright", "jupyterlab"):
        if find_spec(module) is None:
            raise Missing(f"{module} is not installed")
    found = medians(lambda: {"headless": headless(bench)} | in_browser(bench), bench.rounds)
    shown, other, clicks = found["browser"], found["headless"], found["clicks"]
    ratio = shown.times(other).wall
    note = f"{shown.wall:.2f} s and {clicks.wall:.2f} s for the clicks, against {other}"
    against = "the same run headless"
    return [Line(WHAT, against, f"at most {GOAL:g} ×", f"{ratio:.2f} ×", ratio / GOAL, note)]


def headless(bench: Bench) -> Cost:
    """The release by `runbook run`, whole."""
    home = bench.new_folder("headless")
    with serving(home):
        return release(home)


def in_browser(bench: Bench) -> dict[str, Cost]:
    """The release in JupyterLab; what each click takes until it is made counts apart."""
    from playwright.sync_api import sync_playwright

    folder = bench.new_folder("browser")
    with serving(folder / "home"), open_lab(folder, "release") as lab, sync_playwright() as driver:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(LIMIT * 1000)
        notebook = Notebook(page)
        notebook.open(lab.address)
        found = step_through(notebook)
        browser.close()
    return found


def step_through(notebook: Notebook) -> dict[str, Cost]:
    """Run it to its end, and approve at each gate."""
    began, clicks = time.perf_counter(), 0.0
    notebook.run_all()
    for gate in GATES:
        notebook.output(gate).get_by_text(STOPPED).wait_for()
        notebook.idle()
        asked = time.perf_counter()
        notebook.output(gate).get_by_role("button", name="Approve").click()
        clicks += time.perf_counter() - asked
    notebook.output(END).get_by_text(ENDED).wait_for()
    whole = time.perf_counter() - began
    return {"browser": Cost(whole - clicks), "clicks": Cost(clicks)}
