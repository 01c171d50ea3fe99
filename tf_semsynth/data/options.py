"""The options of the data, and the geometry that follows from them."""

import dataclasses

from tf_semsynth.core.config import check_config, option
from tf_semsynth.data.file_header import MAX_PIXELS
from tf_semsynth.data.label_ops import ENCODINGS
from tf_semsynth.data.preprocessing import MODES, Plan


@dataclasses.dataclass(frozen=True)
class DataOptions:
    """Where examples come from and what is done to them.

    None stands for the setting with which the data set was published. The
    size of the pictures is the system's `image_height` and `image_width`;
    `crop_size` and `aspect_ratio` need not be given, and must agree if they
    are.
    """

    dataset: str = option(
        "scenes",
        "data set: scenes, ade20k, cityscapes, coco_stuff, camvid, "
        "celebamask_hq, deepfashion, folder or tfds:<name>",
    )
    data_dir: str | None = option(None, "folder of the data set", path="place")
    tfrecords: str | None = option(
        None,
        "folder written by prepare_data --output, read instead",
        path="place",
    )
    label_map: str | None = option(
        None,
        "CSV file `old id,new id[,name]` that merges or renames classes",
        path="content",
    )
    label_encoding: str = option(
        "auto",
        "what label files hold: class ids, or colours of the class table",
        choices=ENCODINGS,
    )
    classes_csv: str | None = option(
        None,
        "CSV file with id, name, colour, for folder and tfds:<name>",
        path="content",
    )
    unknown_id: int | None = option(
        None,
        "class id that stands for unknown, for folder and tfds:<name>",
        minimum=0,
    )
    ade20k_label_shift: bool = option(
        False,
        "ADE20K: class k becomes k - 1 and 0 (unknown) 150, which the "
        "official code meant to do but does not",
    )
    deepfashion_classes: str = option(
        "smis",
        "DeepFashion: the list of classes of the parsing maps",
        choices=("smis", "lip", "atr"),
    )
    tfds_image: str | None = option(
        None, "tfds:<name>: the feature that holds the photo"
    )
    tfds_label: str | None = option(
        None, "tfds:<name>: the feature that holds the label map"
    )
    preprocess_mode: str | None = option(
        None, "how pictures come to the system's size", choices=MODES
    )
    load_size: int | None = option(
        None, "pixels to which pictures are resized before a crop", minimum=1
    )
    crop_size: int | None = option(
        None, "width in pixels, must equal image_width", minimum=1
    )
    aspect_ratio: float | None = option(
        None, "width / height, must agree with image_width and image_height"
    )
    flip: bool | None = option(
        None, "mirror half of the training pictures [all but scenes: yes]"
    )
    scale_jitter: float = option(
        0.0,
        "enlarge each training picture by a random share up to this and crop",
        minimum=0.0,
    )
    colour_jitter: float = option(
        0.0,
        "change brightness, contrast and saturation by a random share up to "
        "this",
        minimum=0.0,
    )
    num_scenes: int = option(
        800, "scenes: number of training scenes", minimum=1
    )
    cache_megabytes: int = option(
        512, "main memory for decoded pictures, in MB; 0 keeps none", minimum=0
    )
    max_pixels: int = option(
        MAX_PIXELS, "pixels to which a file may unpack", minimum=1
    )

    def __post_init__(self):
        check_config(self)
        if self.aspect_ratio is not None and self.aspect_ratio <= 0:
            raise ValueError(
                "`aspect_ratio` must be above 0. Received: "
                f"aspect_ratio={self.aspect_ratio}."
            )
        if self.colour_jitter >= 1:
            raise ValueError(
                "`colour_jitter` is a share and must be below 1. Received: "
                f"colour_jitter={self.colour_jitter}."
            )


def make_plan(options, published, image_height, image_width, training):
    """Works out the geometry for a system of a given size.

    The system's size is the size of the crop (or of the resize, in modes
    without one). The load size keeps its published ratio to the crop size:
    286 to 256 for ADE20K, so 143 for pictures of 128 pixels. Evaluation
    resizes to the system's size, as the official test options do.

    Args:
        options: `DataOptions`.
        published: `Published`, the reader's defaults.
        image_height, image_width: int, the system's size in pixels.
        training: bool.

    Returns:
        A `preprocessing.Plan`.

    Raises:
        ValueError: An option contradicts the system's size.
    """
    mode = options.preprocess_mode or published.preprocess_mode
    _check_agreement(options, image_height, image_width)
    crops = "crop" in mode
    if not crops:
        if options.load_size not in (None, image_width) and mode in (
            "resize",
            "scale_width",
        ):
            raise ValueError(
                f"preprocess_mode={mode} ends with pictures of the load size, "
                f"so load_size={options.load_size} must equal "
                f"image_width={image_width}. Leave --load_size out."
            )
        load_width = image_width
        if "shortside" in mode and options.load_size is not None:
            load_width = options.load_size
    elif "resize" in mode and not training:
        load_width = image_width
    elif options.load_size is not None:
        load_width = options.load_size
    else:
        ratio = published.load_size / published.crop_size
        load_width = round(image_width * ratio)
    load_height = round(load_width * image_height / image_width)
    if "resize" in mode and load_width < image_width:
        raise ValueError(
            "`load_size` must be at least the width of the crop, "
            f"{image_width}. Received: load_size={load_width}."
        )
    return Plan(mode, load_width, load_height, image_width, image_height)


def _check_agreement(options, image_height, image_width):
    if options.crop_size not in (None, image_width):
        raise ValueError(
            f"crop_size={options.crop_size} does not agree with the system's "
            f"image_width={image_width}. Set one of them, or leave "
            "--crop_size out."
        )
    ratio = options.aspect_ratio
    if ratio is not None and round(image_width / ratio) != image_height:
        raise ValueError(
            f"aspect_ratio={ratio} asks for {round(image_width / ratio)} rows "
            f"at {image_width} columns, but the system's image_height is "
            f"{image_height}. Set --image_height and --image_width, or leave "
            "--aspect_ratio out."
        )
