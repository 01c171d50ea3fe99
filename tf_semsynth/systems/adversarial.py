"""The two updates of the SPADE family: generator, then discriminator."""

from keras import ops

from tf_semsynth.core import backend
from tf_semsynth.core.untracked import Untracked
from tf_semsynth.losses.feature_matching import feature_matching
from tf_semsynth.losses.gan import discriminator_loss, generator_loss
from tf_semsynth.losses.kl import kl_divergence
from tf_semsynth.losses.l1 import mean_absolute
from tf_semsynth.losses.perceptual import perceptual_loss
from tf_semsynth.networks.image_encoder import ImageEncoder, sample_posterior
from tf_semsynth.optimizers.adam import Adam
from tf_semsynth.systems.base import Phase, System


class AdversarialSystem(System):
    """A generator (with an optional encoder) against a discriminator.

    A subclass defines `make_generator`, `make_discriminator` and
    `discriminate`. The perceptual network is `vgg`, a
    `backbones.vgg19.Vgg19Features` that is set before training and is no
    part of what is saved.
    """

    _vgg = Untracked(None)

    @property
    def vgg(self):
        """The frozen feature network of the perceptual loss, or None."""
        return self._vgg.value

    def __setattr__(self, name, value):
        if name == "vgg":
            name, value = "_vgg", Untracked(value)
        super().__setattr__(name, value)

    def make_generator(self):
        """Makes the generator, a `TwoStageGenerator`."""
        raise NotImplementedError

    def make_discriminator(self):
        """Makes the discriminator that `discriminate` calls."""
        raise NotImplementedError

    def build_networks(self):
        config = self.config
        size = (config.image_height, config.image_width)
        edges = (None, *size, 1) if config.use_edges else None
        self.generator = self.make_generator()
        self.generator.build()
        self.discriminator = self.make_discriminator()
        self.discriminator.build((None, *size, 3), (None, *size), edges)
        if config.use_encoder:
            self.encoder = ImageEncoder(
                config.generator_filters,
                config.latent_dim,
                dtype=self.dtype_policy,
                name="encoder",
            )
            self.encoder.build((None, *size, 3))

    def discriminate(self, images, layout, training):
        """Judges several pictures of each layout in one pass.

        Args:
            images: List of N float tensors `(B, H, W, 3)`.
            layout: Dictionary with "class_ids" and perhaps "edges".
            training: bool.

        Returns:
            Nested list of features and list of score maps, each with
            leading axis N * B, the first pictures first.
        """
        raise NotImplementedError

    def feature_matching(self, fake_features, real_features):
        """Returns the unweighted feature-matching loss.

        By default summed over the layers of each discriminator and averaged
        over the discriminators, as in pix2pixHD; a discriminator with one
        list of features gives their mean, as in CC-FPSE.
        """
        total = feature_matching(fake_features, real_features)
        return total / len(fake_features)

    def phases(self):
        config = self.config

        def adam(rate):
            return lambda schedule: Adam(
                schedule(rate), beta_1=config.beta_1, beta_2=config.beta_2
            )

        encoder = ("encoder",) if config.use_encoder else ()
        return (
            Phase(
                "generator",
                self.generator_terms,
                ("generator", *encoder),
                adam(config.generator_learning_rate),
            ),
            Phase(
                "discriminator",
                self.discriminator_terms,
                ("discriminator",),
                adam(config.discriminator_learning_rate),
            ),
        )

    def noise_shapes(self, phase):
        if not self.config.use_encoder:
            return {}
        return {"latent": (self.config.latent_dim,)}

    def generator_terms(self, batch, noise, training=True):
        """The weighted terms of the generator and the encoder."""
        config = self.config
        real = batch["image"]
        fake, posterior = self._generate(batch, noise, training)
        fake_features, real_features, fake_scores, _ = self._judge(
            fake, batch, training
        )
        terms = {"adversarial": generator_loss(config.gan_mode, fake_scores)}
        if config.lambda_feature_matching:
            terms["feature_matching"] = (
                config.lambda_feature_matching
                * self.feature_matching(fake_features, real_features)
            )
        if config.lambda_vgg:
            terms["vgg"] = config.lambda_vgg * self._perceptual(fake, real)
        if config.lambda_l1:
            terms["l1"] = config.lambda_l1 * mean_absolute(fake, real)
        if posterior is not None and config.lambda_kl:
            batch_size = config.kl_batch_size
            if batch_size is None:
                batch_size = backend.num_replicas() * ops.shape(real)[0]
            terms["kl"] = (
                config.lambda_kl
                * ops.cast(batch_size, "float32")
                * kl_divergence(*posterior)
            )
        return terms

    def discriminator_terms(self, batch, noise, training=True):
        """The terms of the discriminator, on a new fake."""
        fake, _ = self._generate(batch, noise, training)
        _, _, fake_scores, real_scores = self._judge(
            ops.stop_gradient(fake), batch, training
        )
        fake_term, real_term = discriminator_loss(
            self.config.gan_mode, fake_scores, real_scores
        )
        return {"fake": fake_term, "real": real_term}

    def _generate(self, batch, noise, training):
        layout = self.layout_of(batch)
        if not self.config.use_encoder:
            return self.generator(layout, training=training), None
        mean, log_variance = self.encoder(batch["image"], training=training)
        latent = sample_posterior(mean, log_variance, noise["latent"])
        fake = self.generator(layout, latent, training=training)
        return fake, (mean, log_variance)

    def _judge(self, fake, batch, training):
        """Features and scores of fake and real from one pass."""
        images = [fake, ops.cast(batch["image"], fake.dtype)]
        features, scores = self.discriminate(
            images, self.layout_of(batch), training
        )
        fake_features, real_features = _halves(features)
        fake_scores, real_scores = _halves(scores)
        return fake_features, real_features, fake_scores, real_scores

    def _perceptual(self, fake, real):
        if self.vgg is None:
            raise ValueError(
                "`lambda_vgg` is not 0, but no VGG-19 was given: set "
                "system.vgg = tf_semsynth.backbones.vgg19_weights."
                "imagenet_vgg19(), or train with --vgg_weights=<file> or "
                "--lambda_vgg=0."
            )
        return perceptual_loss(self.vgg, fake, real)


def _halves(nested):
    """Splits a nested list of tensors along the batch into two lists."""
    if not isinstance(nested, (list, tuple)):
        return ops.split(nested, 2, axis=0)
    pairs = [_halves(item) for item in nested]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]
