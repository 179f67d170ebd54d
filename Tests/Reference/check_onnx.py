"""Runs models that Hornbill exported to ONNX: `python check_onnx.py FOLDER`.

For each `<name>.onnx` there is `<name>.npz` with runs of several batch sizes, `<run>/x/<input>` and `<run>/y/<output>`.
Prints `ok <name> <largest difference>` or `bad <name>: <reason>`. Differences are relative to an output's largest number."""

import glob
import os
import sys

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5


def difference(actual, expected):
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return f"{actual.dtype}{actual.shape} instead of {expected.dtype}{expected.shape}"
    actual, expected = actual.astype("float64"), expected.astype("float64")
    if not np.array_equal(np.isnan(actual), np.isnan(expected)):
        return "other places are no numbers"
    actual, expected = np.nan_to_num(actual), np.nan_to_num(expected)
    scale = max(1.0, float(np.max(np.abs(expected), initial=0)))
    return float(np.max(np.abs(actual - expected), initial=0)) / scale


def check(path):
    onnx.checker.check_model(path, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    arrays = np.load(path.removesuffix(".onnx") + ".npz")
    inputs = [value.name for value in session.get_inputs()]
    worst = 0.0
    for run in sorted({name.split("/")[0] for name in arrays.files}):
        x = {name: arrays[f"{run}/x/{index}"] for index, name in enumerate(inputs)}
        for index, actual in enumerate(session.run(None, x)):
            found = difference(actual, arrays[f"{run}/y/{index}"])
            if isinstance(found, str) or not found <= TOLERANCE:
                raise ValueError(f"{run}, output {index}: {found}")
            worst = max(worst, found)
    return worst


for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.onnx"))):
    name = os.path.basename(path).removesuffix(".onnx")
    try:
        print("ok", name, check(path))
    except Exception as error:  # whatever is wrong with one model, the others are checked too
        print(f"bad {name}: {type(error).__name__}: {str(error)[:600]!r}")
