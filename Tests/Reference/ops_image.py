"""Golden data for the operations on images. See opcases.py."""

import numpy as np
from opcases import Cases, integers, normal, uniform
from keras import ops

cases = Cases("image")
case = cases.case
image = ops.image

for method in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
    for name, size in [("up", (7, 9)), ("down", (2, 3)), ("mixed", (9, 2)), ("one", (1, 1))]:
        case(f"resize_{method}_{name}", lambda x: image.resize(x, size, interpolation=method), uniform(2, 4, 6, 2))
        if method != "nearest":
            case(f"resize_{method}_{name}_antialias",
                 lambda x: image.resize(x, size, interpolation=method, antialias=True), uniform(2, 4, 6, 2))
case("resize_single", lambda x: image.resize(x, (3, 5)), uniform(4, 4, 1))
case("resize_first", lambda x: image.resize(x, (3, 5), data_format="channels_first"), uniform(2, 3, 4, 4))
case("resize_single_first", lambda x: image.resize(x, (6, 5), data_format="channels_first"), uniform(3, 4, 4))
case("resize_same", lambda x: image.resize(x, (4, 5)), uniform(4, 5, 1))
case("resize_from_one", lambda x: image.resize(x, (3, 2), interpolation="bicubic"), uniform(1, 1, 1, 2))
case("resize_nearest_int", lambda x: image.resize(x, (3, 5), interpolation="nearest"), integers(2, 4, 4, 1))
for name, shape, size in [("wide", (1, 4, 9, 1), (3, 3)), ("tall", (9, 4, 2), (4, 6)), ("same", (1, 4, 4, 1), (2, 2))]:
    case(f"resize_crop_{name}", lambda x: image.resize(x, size, crop_to_aspect_ratio=True), uniform(*shape))
    case(f"resize_pad_{name}", lambda x: image.resize(x, size, pad_to_aspect_ratio=True, fill_value=0.5), uniform(*shape))
case("resize_crop_first", lambda x: image.resize(x, (2, 4), crop_to_aspect_ratio=True, data_format="channels_first"), uniform(2, 1, 5, 5))
case("resize_pad_first", lambda x: image.resize(x, (2, 4), pad_to_aspect_ratio=True, data_format="channels_first"), uniform(2, 1, 5, 5))

for name in ["rgb_to_grayscale", "rgb_to_hsv", "hsv_to_rgb"]:
    f = getattr(image, name)
    case(name, f, uniform(2, 3, 4, 3))
    case(name + "_single_first", lambda x: f(x, data_format="channels_first"), uniform(3, 4, 2))
case("rgb_to_grayscale_one", image.rgb_to_grayscale, uniform(2, 2, 1))
case("rgb_to_grayscale_int", image.rgb_to_grayscale, integers(2, 2, 3, low=0, high=255))
case("rgb_to_hsv_edges", image.rgb_to_hsv, np.array([[[0, 0, 0], [1, 1, 1], [1, 0, 0]], [[0, 1, 0], [0, 0, 1], [0.5, 0.5, 0]]], "float32"))

case("pad_images", lambda x: image.pad_images(x, 1, 2, 3, 0), normal(2, 3, 4, 1))
case("pad_images_target", lambda x: image.pad_images(x, top_padding=1, right_padding=2, target_height=6, target_width=7), normal(3, 4, 2))
case("pad_images_first", lambda x: image.pad_images(x, 1, 2, 3, 4, data_format="channels_first"), normal(1, 2, 3, 4))
case("crop_images", lambda x: image.crop_images(x, 1, 2, 0, 1), normal(2, 4, 5, 1))
case("crop_images_target", lambda x: image.crop_images(x, top_cropping=1, right_cropping=2, target_height=2, target_width=2), normal(4, 5, 2))
case("crop_images_first", lambda x: image.crop_images(x, 1, 1, 1, 1, data_format="channels_first"), normal(1, 2, 3, 4))

case("extract_patches", lambda x: image.extract_patches(x, (2, 3)), normal(2, 4, 6, 2))
case("extract_patches_strides", lambda x: image.extract_patches(x, (2, 2), strides=(1, 2), padding="same"), normal(1, 5, 5, 1))
case("extract_patches_dilation", lambda x: image.extract_patches(x, (2, 2), strides=(1, 1), dilation_rate=2), normal(1, 5, 6, 2))
case("extract_patches_first", lambda x: image.extract_patches(x, (2, 2), data_format="channels_first"), normal(1, 3, 4, 4))
case("extract_patches_single", lambda x: image.extract_patches(x, (3, 3)), normal(6, 6, 1))
case("extract_patches_volume", lambda x: image.extract_patches(x, (2, 1, 2)), normal(1, 4, 3, 4, 2))

modes = ["constant", "nearest", "wrap", "mirror", "reflect"]
places = lambda rng: rng.uniform(-7, 11, size=(2, 5, 4)).astype("float32")
for mode in modes:
    for order in [0, 1]:
        case(f"map_coordinates_{mode}_{order}", lambda x, c: image.map_coordinates(x, c, order, fill_mode=mode, fill_value=0.25), normal(4, 5), places)
case("map_coordinates_1d", lambda x, c: image.map_coordinates(x, c, 1), normal(6), lambda rng: rng.uniform(0, 5, size=(1, 7)).astype("float32"))
case("map_coordinates_3d", lambda x, c: image.map_coordinates(x, c, 1), normal(3, 4, 2), lambda rng: rng.uniform(-1, 4, size=(3, 6)).astype("float32"))
case("map_coordinates_int", lambda x, c: image.map_coordinates(x, c, 1), integers(4, 5), places)
turn = np.array([0.8, -0.5, 1.2, 0.6, 0.9, -0.7, 0, 0], "float32")
for mode in modes:
    for interpolation in ["nearest", "bilinear"]:
        case(f"affine_transform_{mode}_{interpolation}",
             lambda x, t: image.affine_transform(x, t, interpolation=interpolation, fill_mode=mode, fill_value=0.5),
             uniform(1, 5, 6, 2), turn)
case("affine_transform_batch", image.affine_transform, uniform(3, 4, 4, 1),
     np.stack([turn, np.array([1, 0, 0, 0, 1, 0, 0, 0], "float32"), np.array([-1, 0, 3, 0, 1, 0.5, 0, 0], "float32")]))
case("affine_transform_single", image.affine_transform, uniform(5, 4, 3), turn)
case("affine_transform_first", lambda x, t: image.affine_transform(x, t, data_format="channels_first"), uniform(1, 2, 5, 4), turn)
start = np.array([[0, 0], [0, 4], [5, 0], [5, 4]], "float32")
end = np.array([[0.5, 1], [0, 4.5], [4, 0.2], [5.5, 5]], "float32")
for interpolation in ["nearest", "bilinear"]:
    case("perspective_transform_" + interpolation, lambda x, a, b: image.perspective_transform(x, a, b, interpolation=interpolation, fill_value=0.25), uniform(5, 6, 2), start, end)
case("perspective_transform_batch", image.perspective_transform, uniform(2, 5, 6, 1), np.stack([start, start]), np.stack([end, end + 0.3]))
case("gaussian_blur", lambda x: image.gaussian_blur(x, (3, 5), (1.0, 2.0), data_format="channels_last"), uniform(2, 6, 7, 2))
case("gaussian_blur_first", lambda x: image.gaussian_blur(x, (3, 3), (0.8, 1.5), data_format="channels_first"), uniform(1, 2, 5, 5))
case("sobel_edges", lambda x: image.sobel_edges(x, data_format="channels_last"), uniform(2, 5, 6, 2))

cases.save()
