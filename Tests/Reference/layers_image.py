"""Layers for images. Hornbill draws other random numbers than Keras, so that random layers are asked at inference, or
for a range that holds one number."""

from golden import integers, uniform
from layers import row, run_rows

ISSUE = dict(issue=3)
TRAIN, INFER = {"training": True}, {"training": False}
pixels = uniform(2, 6, 5, 3, low=0, high=255)
first = uniform(2, 3, 6, 5, low=0, high=255)
single = uniform(6, 5, 3, low=0, high=255)

ROWS = [
    row("rescaling", "Rescaling", pixels, scale=1 / 255, **ISSUE),
    row("rescaling_offset", "Rescaling", pixels, scale=1 / 127.5, offset=-1.0, **ISSUE),
    row("rescaling_channels", "Rescaling", pixels, scale=[0.1, 0.2, 0.3], offset=[1.0, 2.0, 3.0], **ISSUE),
    row("rescaling_integers", "Rescaling", integers(255, 2, 3), scale=0.5, **ISSUE),
    row("resizing", "Resizing", pixels, height=3, width=8, **ISSUE),
    row("resizing_single", "Resizing", single, height=4, width=4, **ISSUE),
    row("resizing_one", "Resizing", pixels, height=1, width=1, **ISSUE),
    row("resizing_first", "Resizing", first, height=3, width=8, data_format="channels_first", **ISSUE),
    row("resizing_antialias", "Resizing", pixels, height=3, width=2, antialias=True, **ISSUE),
    row("resizing_crop", "Resizing", pixels, height=3, width=6, crop_to_aspect_ratio=True, **ISSUE),
    row("resizing_pad", "Resizing", pixels, height=3, width=6, pad_to_aspect_ratio=True, fill_value=7.0, **ISSUE),
    row("resizing_integers", "Resizing", integers(255, 1, 4, 4, 1), height=3, width=3, interpolation="nearest", **ISSUE),
    row("center_crop", "CenterCrop", pixels, height=3, width=2, **ISSUE),
    row("center_crop_single", "CenterCrop", single, height=4, width=5, **ISSUE),
    row("center_crop_first", "CenterCrop", first, height=3, width=2, data_format="channels_first", **ISSUE),
    row("center_crop_too_small", "CenterCrop", pixels, height=8, width=4, **ISSUE),
    row("center_crop_same", "CenterCrop", pixels, height=6, width=5, **ISSUE),
]
for interpolation in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
    ROWS.append(row(f"resizing_{interpolation}", "Resizing", uniform(1, 4, 5, 2), height=7, width=3,
                    interpolation=interpolation, **ISSUE))

ROWS += [
    row("random_flip_inference", "RandomFlip", pixels, call=INFER, **ISSUE),
    row("random_flip_horizontal_inference", "RandomFlip", single, mode="horizontal", seed=3, call=INFER, **ISSUE),
    row("random_flip_vertical_first", "RandomFlip", first, mode="vertical", data_format="channels_first", call=INFER, **ISSUE),
    row("random_rotation_inference", "RandomRotation", pixels, factor=0.3, call=INFER, **ISSUE),
    row("random_rotation", "RandomRotation", pixels, factor=(0.1, 0.1), call=TRAIN, **ISSUE),
    row("random_rotation_quarter", "RandomRotation", uniform(1, 4, 4, 2), factor=(0.25, 0.25), call=TRAIN,
        interpolation="nearest", **ISSUE),
    row("random_rotation_single", "RandomRotation", single, factor=(-0.2, -0.2), fill_mode="constant", fill_value=9.0,
        call=TRAIN, **ISSUE),
    row("random_rotation_first", "RandomRotation", first, factor=(0.05, 0.05), fill_mode="nearest",
        data_format="channels_first", call=TRAIN, **ISSUE),
    row("random_rotation_wrap", "RandomRotation", pixels, factor=(0.4, 0.4), fill_mode="wrap", call=TRAIN, **ISSUE),
    row("random_zoom_inference", "RandomZoom", pixels, height_factor=0.3, call=INFER, **ISSUE),
    row("random_zoom", "RandomZoom", pixels, height_factor=(0.3, 0.3), call=TRAIN, **ISSUE),
    row("random_zoom_width", "RandomZoom", pixels, height_factor=(-0.4, -0.4), width_factor=(0.2, 0.2), call=TRAIN, **ISSUE),
    row("random_zoom_single_constant", "RandomZoom", single, height_factor=(0.5, 0.5), fill_mode="constant",
        fill_value=3.0, interpolation="nearest", call=TRAIN, **ISSUE),
    row("random_zoom_first", "RandomZoom", first, height_factor=(-0.2, -0.2), data_format="channels_first", call=TRAIN, **ISSUE),
    row("random_translation_inference", "RandomTranslation", pixels, height_factor=0.3, width_factor=0.1, call=INFER, **ISSUE),
    row("random_translation", "RandomTranslation", pixels, height_factor=(0.2, 0.2), width_factor=(-0.3, -0.3), call=TRAIN, **ISSUE),
    row("random_translation_single", "RandomTranslation", single, height_factor=(-0.5, -0.5), width_factor=(0.1, 0.1),
        fill_mode="constant", fill_value=5.0, call=TRAIN, **ISSUE),
    row("random_translation_first", "RandomTranslation", first, height_factor=(0.3, 0.3), width_factor=(0.4, 0.4),
        fill_mode="wrap", interpolation="nearest", data_format="channels_first", call=TRAIN, **ISSUE),
    row("random_contrast_inference", "RandomContrast", pixels, factor=0.3, call=INFER, **ISSUE),
    row("random_contrast", "RandomContrast", pixels, factor=(-0.3, 0.3), call=TRAIN, **ISSUE),
    row("random_contrast_first", "RandomContrast", first, factor=(-0.5, 0.5), data_format="channels_first", call=TRAIN, **ISSUE),
    row("random_contrast_none", "RandomContrast", pixels, factor=(0.0, 0.0), call=TRAIN, **ISSUE),
    row("random_contrast_range", "RandomContrast", single, factor=(0.0, 0.0), value_range=(50, 200), call=TRAIN, **ISSUE),
    row("random_brightness_inference", "RandomBrightness", pixels, factor=0.3, call=INFER, **ISSUE),
    row("random_brightness", "RandomBrightness", pixels, factor=(0.2, 0.2), call=TRAIN, **ISSUE),
    row("random_brightness_darker", "RandomBrightness", single, factor=(-0.5, -0.5), value_range=(0, 100), call=TRAIN, **ISSUE),
    row("random_crop_same", "RandomCrop", pixels, height=6, width=5, seed=1, call=TRAIN, **ISSUE),
    row("random_crop_same_inference", "RandomCrop", single, height=6, width=5, seed=1, call=INFER, **ISSUE),
    row("random_crop_too_small", "RandomCrop", first, height=12, width=10, seed=1, data_format="channels_first", call=TRAIN, **ISSUE),
]


def build():
    return run_rows("layers_image", ROWS)
