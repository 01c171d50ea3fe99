"""Named protocols: everything that a score hangs on, besides the pictures.

Scores of one model differ by more than the models do where picture sizes,
filters, judges or reference sets differ. A protocol fixes all of them; its
name and hash stand beside each number, and numbers of different hashes are
never compared.
"""

import dataclasses
import hashlib
import json

_PAIRED = ("pixel_accuracy", "mean_iou", "fid", "kid")
_ISSUES = "authors' answers in the issue threads of the official code"


@dataclasses.dataclass(frozen=True)
class Protocol:
    """How pictures are scored.

    Pictures are 8-bit RGB files; resizes of pictures and photos are Pillow's
    bicubic filter with 8 bits after it, unless the network prepares its own
    input; a judge's class scores are resized bilinearly; the confusion matrix
    and the features are those of the whole set.

    Args:
        name: str.
        source: str, where it comes from.
        dataset: str, the data set that labels and photos belong to.
        split: str, whose layouts are synthesized.
        num_images: int or None, pictures of the complete split.
        image_size: (width, height) of the published pictures, or None: any.
        labels_at: "file": the judge's scores are brought to the size of the
            label files, which have one size; "picture": labels are brought
            to the pictures' size by nearest.
        keeps_ratio: bool, whether pictures, labels and photos must have the
            ratio of the judge's working size.
        label_ending: str, what the stems of label files end with.
        mean_iou: str, which classes count, see `metrics/confusion.py`.
        judge: str, the network that published numbers were made with.
        features: str, likewise; "any" for either where nothing was published.
        feature_variant: str, how `fid_inception` gets its pictures.
        reference_split: str, whose photos are the reference.
        reference_at: "file": photos go to the feature network from their own
            size; "picture": they are brought to the pictures' size first.
        kernel_subsets, kernel_subset_size: int, of the kernel distance,
            where the feature network does not ask for all pictures at once.
        latent: "prior": each layout's own noise, from --seed and its name;
            "posterior": the encoded photo.
        metrics: Names of the metrics, see `metric_sets.py`.
    """

    name: str
    source: str
    dataset: str
    split: str = "validation"
    num_images: int | None = None
    image_size: tuple[int, int] | None = None
    labels_at: str = "picture"
    keeps_ratio: bool = False
    label_ending: str = ""
    mean_iou: str = "drn"
    judge: str = "any"
    features: str = "fid_inception"
    feature_variant: str = "pytorch"
    reference_split: str = "validation"
    reference_at: str = "picture"
    kernel_subsets: int = 100
    kernel_subset_size: int = 1000
    latent: str = "prior"
    metrics: tuple[str, ...] = _PAIRED

    @property
    def hash(self):
        """12 digits that change with any field."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def to_dict(self):
        """Name, hash and all other fields, as JSON can hold them."""
        fields = json.loads(json.dumps(dataclasses.asdict(self)))
        return {"name": fields.pop("name"), "hash": self.hash, **fields}


_ADE20K = Protocol(
    name="ade20k_spade",
    source="SPADE (arXiv 1903.07291), CC-FPSE (1910.06809), and the " + _ISSUES,
    dataset="ade20k",
    num_images=2000,
    image_size=(256, 256),
    mean_iou="mit",
    judge="UperNet101 (baseline-resnet101-upernet)",
)
_CITYSCAPES = Protocol(
    name="cityscapes_spade",
    source="SPADE (arXiv 1903.07291), CC-FPSE (1910.06809); labels at the "
    "pictures' size as in OASIS and CLADE",
    dataset="cityscapes",
    num_images=500,
    image_size=(512, 256),
    label_ending="_gtFine_labelIds",
    judge="DRN-D-105 (drn-d-105_ms_cityscapes)",
)
_COCO_STUFF = Protocol(
    name="coco_stuff_spade",
    source="SPADE (arXiv 1903.07291), CC-FPSE (1910.06809): pictures of 256 x "
    "256 as they are, labels resized to them by nearest",
    dataset="coco_stuff",
    num_images=5000,
    image_size=(256, 256),
    mean_iou="deeplab",
    judge="DeepLabV2 (deeplabv2_resnet101_msc-cocostuff164k-100000)",
)
_CAMVID = Protocol(
    name="camvid_judges",
    source="score.py beside the SavedModels espnet_camvid, squeezenet11",
    dataset="camvid",
    split="test",
    num_images=117,
    labels_at="file",
    keeps_ratio=True,
    judge="espnet_camvid",
    features="squeezenet11",
    feature_variant="the network's own",
    reference_split="test",
    reference_at="file",
)

PROTOCOLS = {
    protocol.name: protocol
    for protocol in (
        _ADE20K,
        dataclasses.replace(
            _ADE20K,
            name="ade20k_clean",
            source="ade20k_spade, with the resize of clean-fid (arXiv "
            "2104.11222)",
            feature_variant="clean",
        ),
        _CITYSCAPES,
        dataclasses.replace(
            _CITYSCAPES,
            name="cityscapes_clean",
            source="cityscapes_spade, with the resize of clean-fid (arXiv "
            "2104.11222)",
            feature_variant="clean",
        ),
        dataclasses.replace(
            _CITYSCAPES,
            name="cityscapes_judges",
            source="score.py beside the SavedModels espnet_cityscapes, "
            "squeezenet11",
            num_images=None,
            image_size=None,
            labels_at="file",
            keeps_ratio=True,
            judge="espnet_cityscapes",
            features="squeezenet11",
            feature_variant="the network's own",
            reference_at="file",
        ),
        _COCO_STUFF,
        dataclasses.replace(
            _COCO_STUFF,
            name="coco_stuff_clean",
            source="coco_stuff_spade, with the resize of clean-fid (arXiv "
            "2104.11222)",
            feature_variant="clean",
        ),
        Protocol(
            name="deepfashion_smis",
            source="SMIS (arXiv 1912.01215), from the paper and the " + _ISSUES,
            dataset="deepfashion",
            image_size=(256, 256),
            judge="CIHP_PGN, 20 classes merged to 8",
            metrics=(*_PAIRED, "lpips_diversity"),
        ),
        Protocol(
            name="celebamask_hq_sean",
            source="SEAN (arXiv 1911.12861): the training photos are the "
            "reference, styles are those of the photos",
            dataset="celebamask_hq",
            split="test",
            reference_split="train",
            latent="posterior",
            metrics=(*_PAIRED, "psnr", "ssim"),
        ),
        _CAMVID,
        dataclasses.replace(
            _CAMVID,
            name="camvid_judges_validation",
            source=f"{_CAMVID.source}; for choosing, not for reporting: the "
            "drive of this split is in the training split, too",
            split="validation",
            num_images=101,
            reference_split="validation",
        ),
        Protocol(
            name="own_pictures",
            source="for data sets without a published protocol",
            dataset="folder",
            features="any",
        ),
        Protocol(
            name="scenes",
            source="for the procedural scenes of the quickstart",
            dataset="scenes",
            features="any",
        ),
    )
}


def find_protocol(name):
    """A protocol by name.

    Raises:
        ValueError: There is none; lists those that there are.
    """
    if name not in PROTOCOLS:
        raise ValueError(
            f"--protocol={name}: there is no such protocol. Expected one of: "
            f"{', '.join(PROTOCOLS)}."
        )
    return PROTOCOLS[name]


def default_protocol(dataset):
    """The first protocol of a data set, or that for pictures of one's own."""
    for protocol in PROTOCOLS.values():
        if protocol.dataset == dataset:
            return protocol
    return dataclasses.replace(PROTOCOLS["own_pictures"], dataset=dataset)
