"""The pictures of the docs, of a real run: pictures.py PROGRAM FOLDER."""

import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).parent), str(pathlib.Path(__file__).parent.parent)]

import samples  # noqa: E402
from server import Program  # noqa: E402
from tab import Tab, picture  # noqa: E402

SEVEN = [[(1.6, 1.6), (6.2, 1.6), (5.0, 4.0), (3.6, 7.2)]]


def main():
    program, folder = sys.argv[1:]
    server = Program(program)
    samples.fill(server)
    digits = server.train(**(samples.DIGITS_TRAINING | {"epochs": 30}))
    running = server.train("running", model="line", dataset="table", loss="mse", epochs=10**6)
    tab = Tab(server)
    tab.theme("light")
    tab.size(1100, 620)
    tab.go("#/jobs")
    tab.until("return document.querySelector('.grid-body').innerText.includes(' left')", "the time that is left")
    picture(tab, folder, "page-jobs")
    server.must("POST", f"/jobs/{running}/cancel")
    tab.size(1100, 900)
    tab.go(f"#/jobs/{digits}?smooth=0.5")
    picture(tab, folder, "page-job")
    tab.size(1100, 620)
    tab.go("#/models/digits-cnn")
    picture(tab, folder, "page-model")
    tab.go("#/datasets/digits")
    picture(tab, folder, "page-data")
    tab.theme("dark")
    tab.go("#/try/digits-cnn")
    x, y, width = tab.until("const one = document.querySelector('[aria-label=Drawing]')?.getBoundingClientRect(); return one && [one.x, one.y, one.width]", "the board")
    for stroke in SEVEN:
        steps = [(x + at * width / 8, y + down * width / 8) for at, down in stroke]
        tab.pointer(steps[0], "down", *steps[1:], "up")
    tab.until("return document.querySelector('.answer-class')?.textContent === '7'", "a seven to be recognised")
    tab.settle()
    picture(tab, folder, "page-try")
    tab.theme("light")
    tab.size(1100, 980)
    tab.go("#/inside/digits-cnn/activations?layer=conv2d&channel=7&row=digits:test:3")
    x, y, width, height = tab.until("const one = document.querySelectorAll('.pixel .heat canvas')[1]?.getBoundingClientRect(); return one?.width > 20 && [one.x, one.y, one.width, one.height]", "the map")
    tab.pointer((x + width * 0.45, y + height * 0.6))
    tab.until("return document.querySelector('.pixel .products table')", "the products")
    picture(tab, folder, "page-inside")
    tab.size(1100, 860)
    tab.go("#/learn")
    picture(tab, folder, "page-learn")
    tab.quit()
    server.stop()


main()
