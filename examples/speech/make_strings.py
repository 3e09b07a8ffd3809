#!/usr/bin/env python3
"""Strings of 3 to 6 spoken digits, joined from single ones: python3 make_strings.py ARCHIVE OUT.zip [TRAIN TEST]

ARCHIVE, a zip or a tar, has the recordings of the Free Spoken Digit Dataset under their names or in folders by digit
(data/digits.zip). A string is of one speaker, with 0.02 to 0.20 s of silence before each digit; theo and yweweler test,
the others train. OUT.zip gets train/, test/ and metadata.csv with file_name, part, text, speaker and seconds. The same
recordings give the same strings each time. Python's standard library is enough.
"""
import csv, io, random, sys, tarfile, wave, zipfile

RATE = 8000
TRAIN_SPEAKERS, TEST_SPEAKERS = ("george", "jackson", "lucas", "nicolas"), ("theo", "yweweler")


def files(archive):
    """The names of an archive's recordings and their bytes."""
    if zipfile.is_zipfile(archive):
        with zipfile.ZipFile(archive) as members:
            for name in members.namelist():
                if name.endswith(".wav"):
                    yield name, members.read(name)
    else:
        with tarfile.open(archive) as members:
            for member in members:
                if member.name.endswith(".wav"):
                    yield member.name, members.extractfile(member).read()


def recordings(archive):
    """By digit and speaker the samples of each recording, in the order of their numbers."""
    found = {}
    for name, data in files(archive):
        *folders, base = name[:-4].split("/")
        words = base.split("_")
        digit, speaker, index = words if len(words) == 3 else [folders[-1], *words]
        with wave.open(io.BytesIO(data)) as recording:
            assert (recording.getframerate(), recording.getnchannels(), recording.getsampwidth()) == (RATE, 1, 2), name
            found[int(digit), speaker, int(index)] = recording.readframes(recording.getnframes())
    ordered = {}
    for digit, speaker, index in sorted(found):
        ordered.setdefault((digit, speaker), []).append(found[digit, speaker, index])
    return ordered


def strings(recordings, speakers, count, seed):
    """So many texts, who says them, and their samples."""
    rng = random.Random(seed)
    for _ in range(count):
        speaker, text, pieces = rng.choice(speakers), "", []
        for _ in range(rng.randint(3, 6)):
            digit = rng.randrange(10)
            said = recordings[digit, speaker]
            pieces += [bytes(2 * int(RATE * rng.uniform(0.02, 0.20))), said[rng.randrange(len(said))]]
            text += str(digit)
        yield text, speaker, b"".join(pieces)


def main(archive, out, training=1500, testing=300):
    said = recordings(archive)
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("file_name", "part", "text", "speaker", "seconds"))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        def put(name, data):
            made.writestr(zipfile.ZipInfo(name, (2018, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED, 1)

        parts = (("train", TRAIN_SPEAKERS, int(training), 1), ("test", TEST_SPEAKERS, int(testing), 2))
        for part, speakers, count, seed in parts:
            for i, (text, speaker, samples) in enumerate(strings(said, speakers, count, seed)):
                file = io.BytesIO()
                with wave.open(file, "wb") as recording:
                    recording.setnchannels(1)
                    recording.setsampwidth(2)
                    recording.setframerate(RATE)
                    recording.writeframes(samples)
                put(f"{part}/{i:05d}.wav", file.getvalue())
                rows.writerow((f"{part}/{i:05d}.wav", part, text, speaker, f"{len(samples) / 2 / RATE:.2f}"))
        put("metadata.csv", table.getvalue())


if __name__ == "__main__":
    if not 3 <= len(sys.argv) <= 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
