#!/usr/bin/env python3
"""Lines of 5 to 12 handwritten digits, pasted from MNIST: python3 make_lines.py FOLDER OUT.zip [TRAIN TEST]

FOLDER has MNIST's files train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz and the two of t10k. Training lines are
pasted from the first, test lines from the others, which other people wrote. OUT.zip gets train/, test/ and metadata.csv
with file_name, part, text and width. The same files give the same lines each time. Python's standard library is enough.
"""
import csv, gzip, io, os, random, struct, sys, zipfile, zlib

HEIGHT, WIDTH = 28, 288  # of every line, black at the right; `width` says how much of it is written on


def digits(folder, kind):
    """Of each digit its rows and what it says."""
    def read(name):
        with gzip.open(os.path.join(folder, name)) as file:
            return file.read()

    pixels, labels = read(f"{kind}-images-idx3-ubyte.gz")[16:], read(f"{kind}-labels-idx1-ubyte.gz")[8:]
    for i, label in enumerate(labels):
        image = pixels[784 * i:784 * (i + 1)]
        yield [image[28 * row:28 * (row + 1)] for row in range(28)], label


def line(digits, rng):
    """The rows of a line, its text, and how far it is written on."""
    image, at, text = [bytearray(WIDTH) for _ in range(HEIGHT)], rng.randint(2, 8), ""
    for _ in range(rng.randint(5, 12)):
        rows, label = digits[rng.randrange(len(digits))]
        inked = [column for column in range(28) if any(row[column] for row in rows)]
        left, wide, down = inked[0], inked[-1] + 1 - inked[0], rng.randint(-3, 3)
        if at + wide > WIDTH:
            break
        for y in range(HEIGHT):  # what goes out at one edge comes in at the other
            source = rows[(y - down) % 28]
            for x in range(wide):
                image[y][at + x] = max(image[y][at + x], source[left + x])
        text += str(label)
        at += wide + rng.randint(-3, 7)  # digits may touch and overlap
    return image, text, min(WIDTH, at + 4)


def png(rows):
    """A grey picture as a PNG file."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def main(folder, out, training=3000, testing=500):
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("file_name", "part", "text", "width"))
    with zipfile.ZipFile(out, "w") as archive:
        def put(name, data):
            archive.writestr(zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0)), data)

        for part, kind, count, seed in (("train", "train", int(training), 1), ("test", "t10k", int(testing), 2)):
            source, rng = list(digits(folder, kind)), random.Random(seed)
            for i in range(count):
                image, text, width = line(source, rng)
                put(f"{part}/{i:05d}.png", png(image))
                rows.writerow((f"{part}/{i:05d}.png", part, text, width))
        put("metadata.csv", table.getvalue())


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
