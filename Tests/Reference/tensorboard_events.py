"""What Keras's TensorBoard callback writes, read back record by record. Needs TensorFlow."""

import glob
import os
import tempfile

import keras
import numpy as np
import tensorflow as tf
from keras import callbacks, layers

import architectures
from golden import Family, draw, integers, normal

ROWS = [
    ("plain", {}),
    ("batches", dict(update_freq="batch")),
    ("every_second_batch", dict(update_freq=2)),
    ("weights", dict(histogram_freq=1, write_images=True)),
    ("weights_every_second", dict(histogram_freq=2, write_graph=False)),
    ("speed", dict(write_steps_per_second=True, update_freq=1)),
]


def entry(folder, event, value):
    tensor = tf.make_ndarray(value.tensor)
    plugin = value.metadata.plugin_data.plugin_name
    known = dict(folder=folder, tag=value.tag, step=event.step, plugin=plugin,
                 content=value.metadata.plugin_data.content.decode(), data_class=value.metadata.data_class,
                 dtype=value.tensor.dtype, shape=list(tensor.shape))
    if plugin in ("scalars", "histograms") and "steps_per_second" not in value.tag:
        known["values"] = [float(number) for number in tensor.reshape(-1)]
    if plugin == "images":
        known["size"] = [text.decode() for text in tensor[:2]]
        known["pixels"] = [int(pixel) for image in tensor[2:] for pixel in tf.io.decode_png(image).numpy().reshape(-1)]
    return known


def read(root):
    found = []
    for folder in ("train", "validation"):
        for path in sorted(glob.glob(os.path.join(root, folder, "*.v2"))):
            for record in tf.data.TFRecordDataset(path).as_numpy_iterator():
                event = tf.compat.v1.Event.FromString(record)
                found += [entry(folder, event, value) for value in event.summary.value]
    return found


def run(family, name, arguments):
    case = family.case(name, "TensorBoard", 4)
    x, y = draw(normal(10, 6), case.rng), draw(integers(3, 10), case.rng)
    model = architectures.digits()
    for index, weight in enumerate(model.weights):
        value = draw(normal(*weight.shape, scale=0.6), case.rng)
        weight.assign(value)
        case.array(f"weight_{index}", value)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.25), loss="sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    with tempfile.TemporaryDirectory() as root:
        model.fit(x, y, epochs=3, batch_size=5, shuffle=False, verbose=0, validation_data=(x[:4], y[:4]),
                  callbacks=[callbacks.TensorBoard(log_dir=root, **arguments)])
        case.set(arguments=arguments, entries=read(root))
    case.array("x", x)
    case.array("y", y)


def histograms(family):
    """tf.summary.histogram of given values."""
    lists = [[1.0, 2.0, 3.0, 4.0], [5.0, 5.0], [], [-1e-3, 0.0, 7.5, 7.5, 2.0 ** 40], list(np.linspace(-3, 3, 61))]
    for index, values in enumerate(lists):
        case = family.case(f"histogram_{index}", "histogram", 4)
        with tempfile.TemporaryDirectory() as root:
            writer = tf.summary.create_file_writer(os.path.join(root, "train"))
            with writer.as_default():
                tf.summary.histogram("values", np.array(values, "float64"), step=7)
            writer.close()
            case.set(values=values, entries=read(root))


def framing(family):
    """Records as TensorFlow writes them, and an event as its classes encode it."""
    case = family.case("records", "records", 4)
    records = [b"", b"a", b"123456789", bytes(range(256)) * 3]
    with tempfile.TemporaryDirectory() as root:
        path = os.path.join(root, "records")
        with tf.io.TFRecordWriter(path) as writer:
            for record in records:
                writer.write(record)
        case.set(records=[record.hex() for record in records], file=open(path, "rb").read().hex())
    event = tf.compat.v1.Event(wall_time=1.5, step=300, file_version="brain.Event:2")
    case.set(version_event=tf.compat.v1.Event(wall_time=1.5, file_version="brain.Event:2").SerializeToString().hex())
    event = tf.compat.v1.Event(wall_time=1.5, step=300)
    value = event.summary.value.add(tag="epoch_loss")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.metadata.data_class = 1
    value.tensor.dtype = 1
    value.tensor.tensor_shape.SetInParent()
    value.tensor.float_val.append(0.25)
    case.set(scalar_event=event.SerializeToString().hex())


def build():
    family = Family("tensorboard_events")
    for name, arguments in ROWS:
        run(family, name, arguments)
    histograms(family)
    framing(family)
    return [family]
