"""Image files, directories and cache files, and what Keras makes of them: `python data.py` writes Golden/data/.

Files are tiny. Where Keras reads a data set of a fixed size (CIFAR-10), the expected arrays are the script's own.
"""

import gzip
import io
import json
import os
import pickle
import shutil
import struct
import tarfile
import zlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np
import tensorflow as tf
from keras.src.utils import dataset_utils
from PIL import Image

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "Golden", "data")
rng = np.random.default_rng(20)
arrays, notes = {}, {}


def path(*names):
    result = os.path.join(ROOT, *names)
    os.makedirs(os.path.dirname(result), exist_ok=True)
    return result


def picture(height, width, channels, high=256, dtype="uint8"):
    """Smooth colours with some noise, so that both JPEG and interpolation have something to do."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(channels), indexing="ij")
    waves = np.sin(x * (0.5 + 0.2 * c)) + np.cos(y * (0.7 - 0.1 * c)) + rng.normal(0, 0.2, (height, width, channels))
    return np.clip((waves + 2.5) / 5 * high, 0, high - 1).astype(dtype)


# Image files.


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def write_png(name, color_type, depth, rows, *extra):
    """A PNG by hand, for what Pillow does not write. `rows` are the bytes of each row."""
    height = len(rows)
    width = len(rows[0]) * 8 // (depth * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color_type])
    with open(path("images", name), "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)))
        for part in extra:
            file.write(chunk(*part))
        file.write(chunk(b"IDAT", zlib.compress(b"".join(b"\0" + row for row in rows))))
        file.write(chunk(b"IEND", b""))


def images():
    gray, rgb, rgba = picture(7, 5, 1), picture(7, 5, 3), picture(7, 5, 4)
    rgba[2:4, 1:3, 3] = 0
    Image.fromarray(gray[..., 0]).save(path("images", "gray8.png"))
    Image.fromarray(np.concatenate([gray, rgba[..., 3:]], axis=-1)).save(path("images", "gray_alpha.png"))
    Image.fromarray(rgb).save(path("images", "rgb8.png"))
    Image.fromarray(rgba).save(path("images", "rgba8.png"))
    Image.fromarray(rgb).quantize(8).save(path("images", "palette.png"))
    Image.fromarray(rgb).quantize(4).save(path("images", "palette_alpha.png"), transparency=1)
    Image.fromarray(gray[..., 0] > 128).save(path("images", "gray1.png"))
    Image.fromarray(picture(7, 5, 1, 65536, "uint16")[..., 0]).save(path("images", "gray16.png"))
    Image.fromarray(rgb).save(path("images", "odd_chunks.png"), dpi=(300, 300))
    write_png("gray2.png", 0, 2, [bytes([0b00011011, 0b11100100])] * 3)
    write_png("gray4.png", 0, 4, [bytes([0x0F, 0x5A, 0xC3])] * 2)
    write_png("gray_transparent.png", 0, 8, [bytes(row) for row in gray[..., 0]],
              (b"tRNS", struct.pack(">H", int(gray[3, 2, 0]))))
    write_png("gamma.png", 2, 8, [bytes(row.reshape(-1)) for row in rgb], (b"gAMA", struct.pack(">I", 100000)),
              (b"bKGD", struct.pack(">HHH", 9, 8, 7)))
    deep = picture(4, 3, 3, 65536, ">u2")
    write_png("rgb16.png", 2, 16, [row.tobytes() for row in deep])
    deep = picture(4, 3, 4, 65536, ">u2")
    write_png("rgba16.png", 6, 16, [row.tobytes() for row in deep])
    photo = picture(21, 34, 3)
    Image.fromarray(photo).save(path("images", "rgb.jpg"), quality=90)
    Image.fromarray(photo).save(path("images", "progressive.jpg"), progressive=True, subsampling=0)
    Image.fromarray(photo[..., 0]).save(path("images", "gray.jpg"))
    Image.fromarray(photo).convert("CMYK").save(path("images", "cmyk.jpg"))
    Image.fromarray(photo).save(path("images", "photo.png"))
    Image.fromarray(np.concatenate([photo, picture(21, 34, 1)], axis=-1)).save(path("images", "photo_alpha.png"))
    Image.fromarray(picture(21, 34, 1, 65536, "uint16")[..., 0]).save(path("images", "photo16.png"))
    Image.fromarray(rgb).save(path("images", "picture.bmp"))
    Image.fromarray(rgb).save(path("images", "picture.gif"))
    for name in sorted(os.listdir(path("images", ""))):
        if name.endswith((".png", ".jpg")):
            for mode in ["grayscale", "rgb", "rgba"]:
                image = keras.utils.load_img(path("images", name), color_mode=mode)
                arrays[f"load/{name}/{mode}"] = np.asarray(keras.utils.img_to_array(image), "float32")
    for name, mode in [("photo.png", "rgb"), ("photo_alpha.png", "rgba"), ("photo16.png", "grayscale")]:
        for interpolation in ["nearest", "bilinear", "bicubic", "hamming", "box", "lanczos"]:
            for size in [(9, 13), (40, 34), (21, 50)]:
                for keep in [False, True]:
                    image = keras.utils.load_img(path("images", name), color_mode=mode, target_size=size,
                                                 interpolation=interpolation, keep_aspect_ratio=keep)
                    key = f"resize/{name}/{mode}/{interpolation}/{size[0]}x{size[1]}/{int(keep)}"
                    arrays[key] = keras.utils.img_to_array(image, dtype="uint16" if mode == "grayscale" else "uint8")
    values = rng.normal(0, 3, (4, 5, 3)).astype("float32")
    arrays["to_image/x"] = values
    arrays["to_image/scaled"] = np.asarray(keras.utils.array_to_img(values))
    arrays["to_image/plain"] = np.asarray(keras.utils.array_to_img(np.abs(values) * 20, scale=False))


# Directories.

LAYOUT = {
    "cats": ["b.png", "a.png", "C.PNG", "inner/z.jpg", "inner-2/a.png"], "dogs": ["10.png", "9.jpeg", "é.png"],
    "birds": ["x.png", "y.jpg", "notes.txt"], ".hidden": ["h.png"],
}


def pictures():
    for folder, names in LAYOUT.items():
        for index, name in enumerate(names):
            if name.endswith(".txt"):
                with open(path("pictures", folder, name), "w") as file:
                    file.write("no picture\n")
                continue
            Image.fromarray(picture(5 + index, 9 - index, 3)).save(path("pictures", folder, name))
    Image.fromarray(picture(6, 6, 3)).save(path("pictures", "loose.png"))
    root = path("pictures")
    formats = (".bmp", ".gif", ".jpeg", ".jpg", ".png")
    cases = []
    given = [3, 1, 1, 3, 2, 2, 1, 3, 3, 1, 2, 1]
    for labels, class_names in [("inferred", None), ("inferred", ["dogs", "cats"]), (None, None), (given, None)]:
        for shuffle, seed in [(False, None), (True, 7), (True, 123456)]:
            files, found, classes = dataset_utils.index_directory(
                root, list(labels) if isinstance(labels, list) else labels, formats, class_names=class_names,
                shuffle=shuffle, seed=seed, verbose=False)
            case = {"labels": labels, "class_names": class_names, "seed": seed, "classes": classes, "parts": {}}
            for subset in [None, "training", "validation"]:
                part, part_labels = dataset_utils.get_training_or_validation_split(
                    files, found, 0.3 if subset else None, subset)
                case["parts"][subset or "all"] = {
                    "paths": [os.path.relpath(file, root) for file in part],
                    "labels": None if part_labels is None else [int(label) for label in part_labels]}
            cases.append(case)
    notes["directories"] = cases
    decode_image = tf.image.decode_image

    def decode(data, channels, expand_animations):
        """As always, but JPEG with the accurate transform, as Pillow and so Keras's other format have it."""
        image = tf.cond(
            tf.io.is_jpeg(data), lambda: tf.io.decode_jpeg(data, channels, dct_method="INTEGER_ACCURATE"),
            lambda: decode_image(data, channels, expand_animations=expand_animations))
        return tf.ensure_shape(image, [None, None, channels])

    tf.image.decode_image = decode
    for interpolation in ["bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]:
        for fit in ["none", "crop", "pad"]:
            if fit == "crop" and interpolation in ["area", "gaussian", "mitchellcubic"]:
                continue  # not among what Keras's backends crop with
            for size in [(4, 6), (11, 7)]:
                data = keras.utils.image_dataset_from_directory(
                    root, labels=None, image_size=size, shuffle=False, batch_size=None, interpolation=interpolation,
                    crop_to_aspect_ratio=fit == "crop", pad_to_aspect_ratio=fit == "pad", verbose=False)
                arrays[f"directory/{interpolation}/{fit}/{size[0]}x{size[1]}"] = np.stack([x.numpy() for x in data])
    data = keras.utils.image_dataset_from_directory(
        root, labels=None, image_size=(4, 6), shuffle=False, batch_size=None, color_mode="grayscale", verbose=False)
    arrays["directory/grayscale"] = np.stack([x.numpy() for x in data])
    for name, text in [("pos/1.txt", "what a film"), ("pos/2.txt", "ça alors\n"), ("neg/1.txt", ""), ("neg/b.txt", "dull")]:
        with open(path("texts", name), "w", encoding="utf-8") as file:
            file.write(text)


# Series, sequences, splits.


def utilities():
    notes["orders"] = []
    for count, seed in [(1, 0), (2, 1), (10, 113), (257, 2**32 - 1), (1000, 7)]:
        order = np.arange(count)
        np.random.RandomState(seed).shuffle(order)
        notes["orders"].append({"count": count, "seed": seed, "order": order.tolist()})
    series = rng.normal(size=(23, 2)).astype("float32")
    targets = np.arange(23, dtype="int32")
    arrays["series/x"], arrays["series/y"] = series, targets
    notes["series"] = []
    options = [
        {"sequence_length": 5}, {"sequence_length": 1}, {"sequence_length": 4, "sequence_stride": 3},
        {"sequence_length": 3, "sampling_rate": 4, "batch_size": 4}, {"sequence_length": 23},
        {"sequence_length": 6, "sequence_stride": 2, "sampling_rate": 2, "batch_size": None},
        {"sequence_length": 4, "start_index": 5, "end_index": 20, "batch_size": 3},
        {"sequence_length": 4, "start_index": 3, "targets": None, "batch_size": 7}]
    for index, option in enumerate(options):
        data = keras.utils.timeseries_dataset_from_array(
            series, **{"targets": targets, **option}) if "targets" not in option else \
            keras.utils.timeseries_dataset_from_array(series, **option)
        batches = 0
        for batch in data:
            x, y = (batch, None) if "targets" in option else batch
            arrays[f"series/{index}/x{batches}"] = x.numpy()
            if y is not None:
                arrays[f"series/{index}/y{batches}"] = y.numpy()
            batches += 1
        notes["series"].append({"options": option, "batches": batches})
    notes["padding"] = []
    sequences = [[1, 2, 3], [], [4], [5, 6, 7, 8, 9]]
    for maxlen in [None, 0, 2, 7]:
        for padding in ["pre", "post"]:
            for truncating in ["pre", "post"]:
                if maxlen == 0 and truncating == "pre":
                    continue  # NumPy's [-0:] is everything: Keras fails
                result = keras.utils.pad_sequences(sequences, maxlen, padding=padding, truncating=truncating, value=-1)
                notes["padding"].append({"maxlen": maxlen, "padding": padding, "truncating": truncating,
                                         "width": int(result.shape[1]), "result": result.reshape(-1).tolist()})
    vectors = [[[1.5, 2], [3, 4]], [[5, 6]]]
    arrays["padding/vectors"] = keras.utils.pad_sequences(vectors, 3, dtype="float32", value=0.5)
    table = rng.normal(size=(3, 4)).astype("float32")
    table[1] = 0
    arrays["normalize/x"] = table
    for axis in [1, -1]:  # Keras fails along axis 0
        for order in [1, 2, 3]:
            arrays[f"normalize/{axis}/{order}"] = keras.utils.normalize(table, axis, order)
    notes["splits"] = []
    for left, right, shuffle, seed in [
            (0.8, None, False, None), (None, 0.25, False, None), (3, 4, False, None), (0.5, 0.25, False, None),
            (7, None, True, 1), (0.3, None, True, 987654), (None, 2, True, 2**40 + 3), (6, None, True, 0)]:
        sides = keras.utils.split_dataset(np.arange(13), left, right, shuffle, seed)
        notes["splits"].append({"left": left, "right": right, "shuffle": shuffle, "seed": seed,
                                "result": [[int(x) for x in side] for side in sides]})


# Cache files.


def python2_array(array):
    """An array of bytes as Python 2 pickled it."""
    sizes = b"".join(b"M" + struct.pack("<H", size) for size in array.shape)
    return (b"cnumpy.core.multiarray\n_reconstruct\nq\x05(cnumpy\nndarray\nq\x06K\x00\x85U\x01btRq\x07(K\x01"
            + sizes + b"\x86cnumpy\ndtype\nq\x08(U\x02u1K\x00K\x01tRq\x09(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T"
            + struct.pack("<I", array.size) + array.tobytes() + b"tb")


def python2_batch(pixels, labels):
    """A batch of CIFAR-10, its strings without Unicode."""
    def string(text):
        return b"U" + bytes([len(text)]) + text.encode()

    numbers = b"".join(b"K" + bytes([label]) for label in labels)
    names = b"".join(string(f"picture_{index}.png") for index in range(len(labels)))
    return (b"\x80\x02}q\x01(" + string("batch_label") + string("one of some") + string("labels") + b"]q\x02(" + numbers
            + b"e" + string("data") + python2_array(pixels) + string("filenames") + b"](" + names + b"eu.")


def expected(name, result):
    (x_train, y_train), (x_test, y_test) = result
    for part, value in [("x_train", x_train), ("y_train", y_train), ("x_test", x_test), ("y_test", y_test)]:
        arrays[f"{name}/{part}"] = value


def caches():
    def cache(*names):
        return path("keras", "datasets", *names)

    def bytes_of(*shape, high=256):
        return rng.integers(0, high, shape).astype("uint8")

    mnist = {"x_train": bytes_of(5, 28, 28, high=8), "y_train": bytes_of(5, high=10), "x_test": bytes_of(3, 28, 28, high=8),
             "y_test": bytes_of(3, high=10)}
    np.savez_compressed(cache("mnist.npz"), **mnist)
    for part, count in [("train", 4), ("t10k", 2)]:
        x, y = bytes_of(count, 28, 28, high=8), bytes_of(count, high=10)
        for name, data in [(f"{part}-images-idx3-ubyte.gz", x), (f"{part}-labels-idx1-ubyte.gz", y)]:
            header = struct.pack(">I", 0x800 + data.ndim) + b"".join(struct.pack(">I", size) for size in data.shape)
            with gzip.GzipFile(cache("fashion-mnist", name), "wb", mtime=0) as file:
                file.write(header + data.tobytes())
    batches = []
    for name in [f"data_batch_{index}" for index in range(1, 6)] + ["test_batch"]:
        pixels, labels = bytes_of(2, 3072, high=16), bytes_of(2, high=10)
        batches.append((pixels, labels))
        with open(cache("cifar-10-batches-py-target", "cifar-10-batches-py", name), "wb") as file:
            file.write(python2_batch(pixels, labels))
    def image(parts):
        return np.concatenate([x for x, _ in parts]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    expected("cifar10", ((image(batches[:5]), np.concatenate([y for _, y in batches[:5]])[:, None]),
                         (image(batches[5:]), batches[5][1][:, None])))
    with tarfile.open(cache("cifar-100-python.tar.gz"), "w:gz", format=tarfile.USTAR_FORMAT) as archive:
        parts = {}
        for name, protocol in [("train", 2), ("test", 4)]:
            pixels = bytes_of(3, 3072, high=16)
            content = {b"data": pixels, b"fine_labels": [5, 99, 0], b"coarse_labels": [1, 19, 0], b"filenames": ["a", "b", "c"]}
            data = pickle.dumps(content, protocol)
            member = tarfile.TarInfo(f"cifar-100-python/{name}")
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
            parts[name] = pixels.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    expected("cifar100", ((parts["train"], np.array([[5], [99], [0]])), (parts["test"], np.array([[1], [19], [0]]))))

    def texts(count):
        result = np.empty(count, dtype=object)
        result[:] = [rng.integers(1, 300, rng.integers(1, 12)).tolist() for _ in range(count)]
        return result

    np.savez(cache("imdb.npz"), x_train=texts(9), y_train=rng.integers(0, 2, 9), x_test=texts(6),
             y_test=rng.integers(0, 2, 6))
    np.savez(cache("reuters.npz"), x=texts(14), y=rng.integers(0, 46, 14))
    for name in ["imdb", "reuters"]:
        with open(cache(f"{name}_word_index.json"), "w") as file:
            json.dump({"the": 1, "é": 2, "film": 300}, file)
    np.savez(cache("boston_housing.npz"), x=rng.normal(size=(11, 13)), y=rng.normal(size=11))
    np.savez(cache("california_housing.npz"), x=rng.normal(size=(612, 8)).astype("float32"),
             y=rng.normal(size=612).astype("float32"))

    from keras.src.datasets import (boston_housing, california_housing, fashion_mnist, imdb, mnist as mnist_module, reuters)
    for module in [boston_housing, california_housing, fashion_mnist, imdb, mnist_module, reuters]:
        # The files are not the real ones: their hashes would be refused.
        module.get_file = lambda fname, origin=None, cache_subdir="datasets", **_: path("keras", cache_subdir, fname)
    expected("mnist", mnist_module.load_data())
    expected("fashion_mnist", fashion_mnist.load_data())
    expected("boston", boston_housing.load_data())
    expected("boston_odd", boston_housing.load_data(test_split=0.45, seed=5))
    expected("california", california_housing.load_data(version="small"))
    notes["texts"] = []
    for module in [imdb, reuters]:
        for options in [{}, {"num_words": 100}, {"num_words": 200, "skip_top": 20, "oov_char": None}, {"maxlen": 7},
                        {"start_char": None}, {"start_char": None, "index_from": 0, "seed": 3},
                        {"start_char": 5, "oov_char": 9, "index_from": 10, "num_words": 50}]:
            variants = [options] if module is imdb else [options, {**options, "test_split": 0.5}]
            for variant in variants:
                result = module.load_data(**variant)
                notes["texts"].append({
                    "name": module.__name__.split(".")[-1], "options": variant,
                    "result": [[[[int(w) for w in text] for text in x], [int(label) for label in y]] for x, y in result]})


if __name__ == "__main__":
    shutil.rmtree(ROOT, ignore_errors=True)
    for part in [images, pictures, utilities, caches]:
        part()
    np.savez_compressed(path("expected.npz"), **arrays)
    with open(path("expected.json"), "w", encoding="utf-8") as file:
        json.dump(notes, file, ensure_ascii=False)
    size = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(ROOT) for name in names)
    print(f"{len(arrays)} arrays; {size / 1000:.0f} kB")
