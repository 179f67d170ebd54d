"""Reading a CSV file of numbers: pandas' C engine and pyarrow, on one thread.

    tables.py make FILE MEGABYTES   writes a table of ten columns, numbers of several lengths
    tables.py read FILE             reads it into float32 by each: prints seconds and rows
    tables.py table FILE BYTES      the medians of the lines of a file, in megabytes a second
"""

import statistics
import sys
import time


def make(path, megabytes):
    import numpy

    generator = numpy.random.default_rng(1)
    formats = ["{:.6f}"] * 6 + ["{!r}", "{:.0f}", "{:.3g}", "{:.1f}"]
    scales = [1] * 7 + [1000, 1, 10]
    lines = []
    for row in generator.normal(size=(20000, 10)):
        lines.append(",".join(f.format(float(x) * s) for f, x, s in zip(formats, row, scales)) + "\n")
    block = "".join(lines)
    with open(path, "w") as file:
        file.write(",".join(f"c{index}" for index in range(10)) + "\n")
        while file.tell() < megabytes * 1e6:
            file.write(block)


def read(path):
    import numpy
    import pandas
    import pyarrow.csv

    def with_pandas():
        return len(pandas.read_csv(path, engine="c", dtype=numpy.float32))

    def with_pyarrow():
        types = pyarrow.csv.ConvertOptions(column_types={f"c{index}": pyarrow.float32() for index in range(10)})
        return pyarrow.csv.read_csv(path, pyarrow.csv.ReadOptions(use_threads=False), convert_options=types).num_rows

    for name, body in [("pandas", with_pandas), ("pyarrow", with_pyarrow)]:
        start = time.perf_counter()
        rows = body()
        print(name, time.perf_counter() - start, rows)


def table(path, size):
    runs, rows = {}, set()
    with open(path) as lines:
        for line in lines:
            who, seconds, count = line.split()
            runs.setdefault(who, []).append(float(seconds))
            if who != "plain-reading":
                rows.add(int(count))
    assert len(rows) == 1, "not the same table"
    print(f"| a file of {size / 1e6:.0f} MB | MB/s |\n|---|---|")
    for who, seconds in runs.items():
        print(f"| {who} | {size / 1e6 / statistics.median(seconds):.0f} |")


mode, path = sys.argv[1:3]
{"make": lambda: make(path, int(sys.argv[3])), "read": lambda: read(path), "table": lambda: table(path, int(sys.argv[3]))}[
    mode
]()
