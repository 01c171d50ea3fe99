"""One training step of CC-FPSE and SPADE in plain PyTorch.

As both publications train: hinge loss, feature matching, Adam with a rate of
its own for each network, one update of the generator, then one of the
discriminator on a new fake. Fake and real pass the discriminator together.
"""

import torch
from torch import nn
from torch.nn import functional as F

GENERATOR_RATE = 1e-4
DISCRIMINATOR_RATE = 4e-4
BETAS = (0.0, 0.9)


class Trainer:
    """Trains a generator against a discriminator.

    Args:
        generator: module, layout -> picture.
        discriminator: module, (pictures, layouts) -> features and scores,
            with the attribute `matching_divisor`.
        lambda_feature_matching, lambda_l1: float, weights of these losses.
        precision: str, "float32" or "mixed_bfloat16" (autocast).
    """

    def __init__(
        self,
        generator,
        discriminator,
        lambda_feature_matching,
        lambda_l1,
        precision="float32",
    ):
        self.generator = generator
        self.discriminator = discriminator
        self.lambda_feature_matching = lambda_feature_matching
        self.lambda_l1 = lambda_l1
        self.precision = precision
        self.generator_optimizer = torch.optim.Adam(
            generator.parameters(), lr=GENERATOR_RATE, betas=BETAS
        )
        self.discriminator_optimizer = torch.optim.Adam(
            discriminator.parameters(), lr=DISCRIMINATOR_RATE, betas=BETAS
        )

    def step(self, layout, image):
        """Makes one update of each network.

        Args:
            layout: float tensor `(B, S, H, W)`, one-hot.
            image: float tensor `(B, 3, H, W)`, [-1, 1].

        Returns:
            Dictionary of float, the two phases' total losses.
        """
        # Nothing asks for the discriminator's gradients here.
        self.discriminator.requires_grad_(False)
        with self._autocast():
            generator_loss = self._generator_loss(layout, image)
        update(self.generator_optimizer, generator_loss)
        self.discriminator.requires_grad_(True)
        with self._autocast():
            discriminator_loss = self._discriminator_loss(layout, image)
        update(self.discriminator_optimizer, discriminator_loss)
        return {
            "generator": generator_loss.item(),
            "discriminator": discriminator_loss.item(),
        }

    def _generator_loss(self, layout, image):
        fake = self.generator(layout)
        features, scores = self._judge(fake, image, layout)
        loss = -sum(fake_score.mean() for fake_score, _ in scores)
        loss = loss / len(scores)
        matching = sum(F.l1_loss(a, b.detach()) for a, b in features)
        weight = self.lambda_feature_matching
        loss = loss + weight * matching / self.discriminator.matching_divisor
        if self.lambda_l1:
            loss = loss + self.lambda_l1 * F.l1_loss(fake, image)
        return loss

    def _discriminator_loss(self, layout, image):
        with torch.no_grad():
            fake = self.generator(layout)
        _, scores = self._judge(fake, image, layout)
        fakes = sum(F.relu(1 + score).mean() for score, _ in scores)
        reals = sum(F.relu(1 - score).mean() for _, score in scores)
        return (fakes + reals) / len(scores)

    def _judge(self, fake, image, layout):
        """Pairs of fake and real features, and of their scores."""
        features, scores = self.discriminator(
            torch.cat([fake, image]), torch.cat([layout, layout])
        )
        # Losses are float32; autocast sees to it in `l1_loss`, not in `mean`.
        scores = [x.float().chunk(2) for x in scores]
        return [x.chunk(2) for x in features], scores

    def _autocast(self):
        return torch.autocast(
            "cpu", torch.bfloat16, enabled=self.precision == "mixed_bfloat16"
        )


def update(optimizer, loss):
    """Descends a loss by one step."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@torch.no_grad()
def update_average(average, network, decay):
    """Moves averaged weights and running statistics towards the network's.

    Vectors of spectral norms and counters are copied.
    """
    averaged = average.state_dict()
    for key, value in network.state_dict().items():
        if value.is_floating_point() and not key.endswith(("_u", "_v")):
            averaged[key].lerp_(value, 1 - decay)
        else:
            averaged[key].copy_(value)


def one_hot(class_ids, num_classes):
    """Class ids `(B, H, W)` as a float layout `(B, num_classes, H, W)`."""
    batch, height, width = class_ids.shape
    layout = torch.zeros(batch, num_classes, height, width)
    return layout.scatter_(1, class_ids[:, None], 1.0)


def initialize(network, gain=0.02):
    """Draws Xavier-normal kernels, as the publications do."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            kernel = getattr(module, "weight_orig", module.weight)
            nn.init.xavier_normal_(kernel, gain)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d) and module.affine:
            nn.init.normal_(module.weight, 1.0, gain)


@torch.no_grad()
def calibrate(generator, layout):
    """Sets batch norms to the statistics of one batch, as if trained.

    At their first values a fresh generator's features would vanish.
    """
    norms = [m for m in generator.modules() if isinstance(m, nn.BatchNorm2d)]
    momentum = norms[0].momentum
    for norm in norms:
        norm.momentum = None  # The mean of all batches, which are one.
    generator.train()
    generator(layout)
    for norm in norms:
        norm.momentum = momentum
