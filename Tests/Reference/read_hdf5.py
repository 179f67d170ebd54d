"""What is in an HDF5 file, as h5py sees it: `python read_hdf5.py FILE` prints it as JSON."""

import json
import sys

import h5py
import ml_dtypes
import numpy as np


def plain(value):
    """A value as JSON has it."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [plain(element) for element in value.ravel().tolist()]
    if isinstance(value, np.generic):
        return plain(value.item())
    return value


def contents(path):
    found = {"groups": {}, "datasets": {}}
    with h5py.File(path) as file:

        def visit(_, item):
            attributes = {key: plain(value) for key, value in item.attrs.items()}
            if isinstance(item, h5py.Group):
                found["groups"][item.name] = {"names": list(item), "attributes": attributes}
                return
            value = np.array(item)
            if attributes.get("dtype") == "bfloat16":
                value = value.view(ml_dtypes.bfloat16).astype("float32")
                kind = "bfloat16"
            else:
                kind = "string" if value.dtype.kind in "OS" else str(value.dtype)
            values = plain(np.array(value).ravel())
            found["datasets"][item.name] = {
                "shape": list(item.shape), "dtype": kind, "values": values, "attributes": attributes
            }

        visit("/", file["/"])
        file.visititems(visit)
    return found


if __name__ == "__main__":
    print(json.dumps(contents(sys.argv[1])))
