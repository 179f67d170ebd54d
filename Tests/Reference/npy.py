"""Files of NumPy's own making for the readers of npy and npz: `python npy.py` writes Golden/npy/."""

import gzip
import os

import numpy as np

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "npy")
os.makedirs(folder, exist_ok=True)


def path(name):
    return os.path.join(folder, name)


base = np.arange(6).reshape(2, 3)
for name in ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "bool"]:
    np.save(path(f"{name}.npy"), base.astype(name))
np.save(path("fortran.npy"), np.asfortranarray(np.arange(24, dtype="float32").reshape(2, 3, 4)))
np.save(path("scalar.npy"), np.float64(2.5))
np.save(path("empty.npy"), np.zeros((0, 3), "float32"))
np.save(path("bigendian.npy"), base.astype(">f4"))
np.save(path("strings.npy"), np.array(["a", "bc"]))
np.save(path("bytes.npy"), np.array([b"a", b"bc"]))
np.save(path("objects.npy"), np.array([{}, []], dtype=object))
np.save(path("records.npy"), np.zeros(2, dtype=[("a", "f4"), ("b", "i4")]))
np.save(path("complex.npy"), np.zeros(2, "complex64"))
np.save(path("dates.npy"), np.array(["2020-01-01"], dtype="datetime64[D]"))
np.save(path("uint64_large.npy"), np.array([2**64 - 1], dtype="uint64"))
for version in [(1, 0), (2, 0), (3, 0)]:
    with open(path(f"version{version[0]}.npy"), "wb") as file:
        np.lib.format.write_array(file, base.astype("int64"), version=version)
np.savez(path("stored.npz"), b=base, a=np.ones((2, 2), "float32"))
np.savez_compressed(path("deflated.npz"), zeros=np.zeros((1000, 100), "float32"), b=base)
with gzip.GzipFile(path("lines.csv.gz"), "wb", mtime=0) as file:
    file.write(b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * i) for i in range(20000)))
with open(path("lines.csv"), "wb") as file:
    file.write(b"a,b\n1,2\n")
