"""Reads a folder of events with TensorBoard's own reader: `read_events.py FOLDER RESULT.json`."""

import json
import os
import sys

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.util import tensor_util


def main(root, result):
    values, nodes = [], []
    for folder in sorted(os.listdir(root)):
        if not os.path.isdir(os.path.join(root, folder)):
            continue
        reader = EventAccumulator(os.path.join(root, folder), size_guidance=dict(tensors=0)).Reload()
        for tag in reader.Tags()["tensors"]:
            plugin = reader.SummaryMetadata(tag).plugin_data.plugin_name
            for event in reader.Tensors(tag):
                array = tensor_util.make_ndarray(event.tensor_proto)
                entry = dict(folder=folder, tag=tag, step=event.step, plugin=plugin, shape=list(array.shape))
                if array.dtype.kind == "f":
                    entry["values"] = [float(number) for number in array.reshape(-1)]
                values.append(entry)
        if reader.Tags()["graph"]:
            nodes = sorted(node.name for node in GraphDef.FromString(reader._graph).node)
    with open(result, "w") as file:
        json.dump(dict(values=values, nodes=nodes), file)


main(*sys.argv[1:])
