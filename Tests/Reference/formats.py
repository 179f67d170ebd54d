"""Files in the formats that Hornbill reads and writes itself, made by Python: `python formats.py` writes Golden/formats/.

HDF5 files by h5py and Keras with what is in them (`hdf5.json`), files whose constructs are refused, and JSON texts with
what Python's json makes of them (`json.json`).
"""

import gzip
import json
import os
import random

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import keras
import ml_dtypes
import numpy as np

from read_hdf5 import contents

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "formats")
os.makedirs(folder, exist_ok=True)


def path(name):
    return os.path.join(folder, name)


# HDF5 files that are read


def everything():
    with h5py.File(path("everything.h5"), "w") as file:
        base = np.arange(6).reshape(2, 3)
        for name in ["float16", "float32", "float64", "int8", "int16", "int32", "int64"]:
            file[f"numbers/{name}"] = (base - 2).astype(name)
        for name in ["uint8", "uint16", "uint32", "uint64", "bool"]:
            file[f"numbers/{name}"] = base.astype(name)
        half = file.create_dataset("numbers/bfloat16", data=(base / 4).astype(ml_dtypes.bfloat16))
        half.attrs["dtype"] = "bfloat16"
        file["scalar"] = np.float32(2.5)
        file["empty"] = np.zeros((0, 4), "float32")
        file["four axes"] = np.arange(24, dtype="int32").reshape(2, 3, 1, 4)
        file["texts"] = ["", "plain", "Ünïcödé 😀"]
        file["fixed"] = np.array([b"ab", b"abc", b""])
        file["größe/名前/vars/0"] = np.float64(-1)
        file.create_group("nothing")
        attributes = file["numbers"].attrs
        attributes["text"] = "Ünïcödé 😀"
        attributes["no text"] = ""
        attributes["texts"] = ["a", "", "ccc"]
        attributes["no list"] = []
        attributes["fixed"] = np.bytes_(b"abc")
        attributes["fixed list"] = np.array([b"a", b"bcd"])
        attributes["int"] = -3
        attributes["ints"] = np.array([1, 2, 3], "int8")
        attributes["float"] = 0.5
        attributes["floats"] = np.array([0.5, -2], "float32")
        attributes["flag"] = True
        attributes["größe"] = 1
        attributes["long"] = "0123456789" * 1000


def many():
    """So many names in a group that its B-tree has two levels."""
    with h5py.File(path("many.h5"), "w") as file:
        group = file.create_group("layers")
        for index in range(600):
            group[f"dense_{index}"] = np.int32(index)


def ordered():
    with h5py.File(path("ordered.h5"), "w", track_order=True) as file:
        for name in ["c", "a", "b"]:
            file.create_group(name, track_order=True).attrs["name"] = name
            file[name]["0"] = np.float32(1)


def latest():
    with h5py.File(path("latest.h5"), "w", libver="latest") as file:
        group = file.create_group("layers/dense/vars")
        group.attrs["name"] = "dense"
        group["0"] = np.arange(6, dtype="float32").reshape(2, 3)
        file["flags"] = np.array([True, False])
        file["texts"] = ["a", "bc"]


def models():
    keras.utils.set_random_seed(4)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(3, name="first"), keras.layers.BatchNormalization(), keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    model.fit(np.ones((4, 4)), np.ones((4, 1)), verbose=0)
    model.save_weights(path("keras.weights.h5"))
    model.save(path("legacy.h5"))
    half = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, dtype="bfloat16")])
    half.save_weights(path("bfloat16.weights.h5"))


# HDF5 files with what is refused: each dataset or link of another kind


def refused():
    with h5py.File(path("refused.h5"), "w") as file:
        file["good"] = np.float32(1)
        file["soft link"] = h5py.SoftLink("/good")
        file.create_dataset("chunks", data=np.zeros(10), chunks=(5,))
        file.create_dataset("gzip", data=np.zeros(10), compression="gzip")
        file.create_dataset("unwritten", shape=(1 << 40,), dtype="float32")
        file["second link"] = file["good"]
        file["named type"] = np.dtype("float32")
        file["compound"] = np.zeros(2, [("a", "f4"), ("b", "i4")])
        file["big-endian"] = np.zeros(2, ">f4")
        file["enumeration"] = np.zeros(2, h5py.enum_dtype({"a": 0, "b": 1}, "i1"))
        file.create_dataset("references", data=np.array([file.ref], dtype=h5py.ref_dtype))
        file.create_dataset("external storage", shape=(4,), dtype="f4", external=[("/etc/passwd", 0, 16)])
        layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
        layout[:] = h5py.VirtualSource("other.h5", "x", shape=(4,))
        file.create_virtual_dataset("virtual", layout)
        group = file.create_group("circle")
        group["again"] = group
    with h5py.File(path("external_link.h5"), "w") as file:
        file["good"] = np.float32(1)
        file["external link"] = h5py.ExternalLink("other.h5", "/x")
    with h5py.File(path("dense_links.h5"), "w", libver="latest") as file:
        for index in range(20):
            file[str(index)] = np.float32(index)


# JSON


def json_cases():
    config = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu")]).get_config()
    random.seed(1)
    numbers = [random.random() * 10.0 ** random.randint(-30, 30) for _ in range(300)]
    numbers += [float(random.randint(-(10**18), 10**18)) for _ in range(100)]
    texts = [
        json.dumps(config),
        "[1e-7, 0.001, 0.0001, 0.00001, 1e15, 1e16, 123456789012345680.0, 1e22, 9999999999999998.0, -0.0, 5e-324]",
        "[1.7976931348623157e308, 1e400, -1e400, NaN, Infinity, -Infinity, 1E5, 100.0, 0.1e1, -0, 0]",
        "[9223372036854775807, -9223372036854775808]",
        '{"b": 1, "a": [], "b": {}, "\\u00e9": "\\ud83d\\ude00\\n\\u007f\\/\u2028\\b\\f\\r\\t\\"\\\\"}',
        '"x"',
        " [ ] ",
        "null",
        '{"a": [1, [2, {"b": null}]], "c": true, "d": false, "": {}}',
        "\r\n\t{ \"a\" :\n[ 1 , 2 ]\t}\n",
        json.dumps(numbers),
        "[" * 100 + "]" * 100,
    ]
    return [
        {"text": text, "line": json.dumps(json.loads(text)), "indented": json.dumps(json.loads(text), indent=2)}
        for text in texts
    ]


everything()
many()
ordered()
latest()
models()
refused()
names = ["everything.h5", "many.h5", "ordered.h5", "latest.h5", "keras.weights.h5", "legacy.h5", "bfloat16.weights.h5"]
with open(path("hdf5.json"), "w") as output:
    json.dump({name: contents(path(name)) for name in names}, output, separators=(",", ":"), ensure_ascii=False)
with open(path("json.json"), "w") as output:
    json.dump(json_cases(), output)
# Mostly zeros.
for name in names + ["refused.h5", "external_link.h5", "dense_links.h5"]:
    with open(path(name), "rb") as file, gzip.GzipFile(path(name + ".gz"), "wb", mtime=0) as packed:
        packed.write(file.read())
    os.remove(path(name))
