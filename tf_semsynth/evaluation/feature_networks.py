"""Feature networks: what distances between sets of pictures are made of."""

from pathlib import Path
from typing import Protocol

from tf_semsynth.evaluation.saved_model import SavedModelNetwork, full_precision

INCEPTION = "fid_inception"
VARIANTS = ("pytorch", "tf1", "clean")  # Of `backbones/inception_inputs.py`.


class FeatureNetwork(Protocol):
    """What the runner asks of a feature network.

    Attributes:
        name: str.
        fingerprint: str, tells weights apart.
        official: bool, whether published numbers were made with it.
        variant: str, how pictures are prepared.
        working_size: (width, height) to which pictures are resized for it by
            Pillow's bicubic filter, or None: they are taken as they are.
        dimension: int D, features.
        num_logits: int, logits that follow the features in a row; 0 for most.
        kernel_scale: float, multiplies features in the kernel distance.
        kernel_subsets: int or None, subsets of the kernel distance; None
            for one over all pictures. "protocol" leaves it to the protocol.
        frechet_name, kid_name: str, what its distances are called. "fid" and
            "kid" only for the official FID Inception.
    """

    def extract(self, images):
        """Computes features.

        Args:
            images: uint8 array `(B, H, W, 3)` of the working size.

        Returns:
            float32 array `(B, D + num_logits)`.
        """
        ...


def load_features(spec, protocol, weights=None, logits=False):
    """Loads a feature network by name.

    Args:
        spec: str: the folder of a SavedModel, or `fid_inception`.
        protocol: `Protocol`: its data set and its way to prepare pictures.
        weights: path of the FID Inception's weights, or None to download
            them once.
        logits: bool, whether `fid_inception` gives its logits, too.

    Returns:
        A `FeatureNetwork`.

    Raises:
        OSError, ValueError, ImportError: There is none, or what it needs is
            missing; the message says what to do.
    """
    if spec == INCEPTION:
        variant = protocol.feature_variant
        if variant not in VARIANTS:
            raise ValueError(
                f"Protocol {protocol.name} takes the features of "
                f"{protocol.features}, and does not say how {INCEPTION} gets "
                "its pictures. Choose another protocol, or name that network "
                "with --features=<folder>."
            )
        return InceptionFeatures(weights, variant, logits)
    if not Path(spec).is_dir():
        raise FileNotFoundError(
            f"--features={spec}: there is no such folder. Expected the folder "
            f"of a SavedModel, or {INCEPTION} (with --fid_weights=<file> where "
            "there is no network)."
        )
    if logits:
        raise ValueError(
            "inception_score is computed from the classes of the FID "
            f"Inception: --features={INCEPTION}. Received: --features={spec}."
        )
    return SavedModelFeatures(
        spec, protocol.dataset, protocol.reference_at == "picture"
    )


class SavedModelFeatures(SavedModelNetwork):
    """Features from a SavedModel; its `judge.json` names their distances.

    It holds `distances` with `features` (the output, `(B, D)`),
    `feature_height_width` (data set -> [height, width]), one entry
    `frechet...` and one `kid...`, the names of the two distances. The latter
    has `feature_scale` and `estimator`: "unbiased MMD^2", and either "no
    subsets" or nothing, for the protocol's subsets.

    Args:
        folder: path.
        dataset: str, which size is taken.
        one_size: bool, whether pictures and photos have one size anyway: it
            is kept where the data set is not listed.
    """

    official = False
    num_logits = 0

    def __init__(self, folder, dataset, one_size=False):
        super().__init__(folder, "--features")
        distances = self.described("distances")
        self._output = self.described("distances", "features")
        if self._output not in self.outputs:
            raise ValueError(
                f"--features={folder}: the SavedModel has no output "
                f"{self._output!r}; it has {', '.join(self.outputs)}."
            )
        self.dimension = self.outputs[self._output][-1]
        self.working_size, self.variant = None, "pictures as they are"
        sizes = self.described("distances", "feature_height_width")
        if dataset in sizes or not one_size:
            height, width = self.described(
                "distances", "feature_height_width", dataset
            )
            self.working_size = (width, height)
            self.variant = f"Pillow bicubic to {width} x {height}"
        self.frechet_name = self._name_of(distances, "frechet")
        self.kid_name = self._name_of(distances, "kid")
        self.kernel_scale = float(
            self.described("distances", self.kid_name, "feature_scale")
        )
        estimator = distances[self.kid_name].get("estimator", "unbiased")
        if not estimator.startswith("unbiased"):
            raise ValueError(
                f"--features={folder}: judge.json asks for the estimator "
                f"{estimator!r} of the kernel distance. Supported: unbiased."
            )
        self.kernel_subsets = None if "no subsets" in estimator else "protocol"

    def extract(self, images):
        return self.run(images, self._output).numpy()

    def _name_of(self, distances, start):
        names = [name for name in distances if name.startswith(start)]
        if len(names) != 1 or names[0] in ("fid", "kid"):
            raise ValueError(
                f"{self.folder}: `distances` in judge.json needs one entry "
                f"`{start}<number of features>`. Received: {names}. (Plain "
                "`fid` and `kid` are the FID Inception's alone.)"
            )
        return names[0]


class InceptionFeatures:
    """The FID Inception: 2048 features, the field's FID and KID.

    Its distances are called `fid` and `kid` only if the weights are the
    published ones, else `frechet2048` and `kid2048`.

    Args:
        weights: path of a weight file, or None to download it once.
        variant: str, "pytorch", "tf1" or "clean": three different FIDs.
        logits: bool, whether rows end with the 1008 logits (without bias)
            of the Inception score.
        network: A `FidInception` in place of `weights`.
    """

    working_size = None
    dimension = 2048
    kernel_scale = 1.0
    kernel_subsets = "protocol"
    name = INCEPTION

    def __init__(
        self, weights=None, variant="pytorch", logits=False, network=None
    ):
        if network is None:
            from tf_semsynth.backbones.fid_inception_weights import (
                load_fid_inception,
            )

            network = load_fid_inception(weights)
        import tensorflow as tf

        self.variant = variant
        self.num_logits = 1008 if logits else 0
        self.fingerprint = network.fingerprint
        self.official = bool(network.official)
        self.frechet_name = "fid" if self.official else "frechet2048"
        self.kid_name = "kid" if self.official else "kid2048"
        wanted = ("2048", "logits_unbiased")[: 2 if logits else 1]

        def call(inputs):
            outputs = network(inputs, training=False)
            return tf.concat([outputs[name] for name in wanted], axis=-1)

        self._network = network  # Kept alive beside its graph.
        self._call = tf.function(
            call,
            input_signature=[tf.TensorSpec((None, 299, 299, 3), "float32")],
            autograph=False,
        )

    def extract(self, images):
        from tf_semsynth.backbones.inception_inputs import inception_inputs

        with full_precision():
            return self._call(inception_inputs(images, self.variant)).numpy()
