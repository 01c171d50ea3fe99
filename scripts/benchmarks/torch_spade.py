"""SPADE in plain PyTorch, the reference that ours is timed beside.

Written from the publication (Park et al. 2019, arXiv 1903.07291) and the key
names of its weight files: the "normal" generator without an encoder, and the
multi-scale patch discriminator. Tensors are `(B, C, H, W)`, layouts one-hot.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm


class SpadeNorm(nn.Module):
    """Batch norm whose scale and shift the layout predicts."""

    def __init__(self, channels, layout_channels, hidden_filters):
        super().__init__()
        self.param_free_norm = nn.BatchNorm2d(channels, affine=False)
        self.mlp_shared = nn.Sequential(
            nn.Conv2d(layout_channels, hidden_filters, 3, padding=1), nn.ReLU()
        )
        self.mlp_gamma = nn.Conv2d(hidden_filters, channels, 3, padding=1)
        self.mlp_beta = nn.Conv2d(hidden_filters, channels, 3, padding=1)

    def forward(self, features, layout):
        """Modulates features by a layout of their own size."""
        hidden = self.mlp_shared(layout)
        scale = 1 + self.mlp_gamma(hidden)
        return self.param_free_norm(features) * scale + self.mlp_beta(hidden)


class ResidualBlock(nn.Module):
    """Two modulated convolutions and a shortcut."""

    def __init__(self, channels, filters, layout_channels, hidden_filters):
        super().__init__()
        middle = min(channels, filters)
        layout = (layout_channels, hidden_filters)
        self.norm_0 = SpadeNorm(channels, *layout)
        self.conv_0 = spectral_norm(nn.Conv2d(channels, middle, 3, padding=1))
        self.norm_1 = SpadeNorm(middle, *layout)
        self.conv_1 = spectral_norm(nn.Conv2d(middle, filters, 3, padding=1))
        self.has_shortcut = channels != filters
        if self.has_shortcut:
            self.norm_s = SpadeNorm(channels, *layout)
            self.conv_s = spectral_norm(
                nn.Conv2d(channels, filters, 1, bias=False)
            )

    def forward(self, features, layout):
        layout = F.interpolate(layout, features.shape[2:], mode="nearest")
        main = F.leaky_relu(self.norm_0(features, layout), 0.2)
        main = self.conv_0(main)
        main = F.leaky_relu(self.norm_1(main, layout), 0.2)
        main = self.conv_1(main)
        if self.has_shortcut:
            features = self.conv_s(self.norm_s(features, layout))
        return features + main


class Generator(nn.Module):
    """The "normal" generator: a layout `(B, S, H, W)` to its picture."""

    def __init__(self, layout_channels, filters, hidden_filters):
        super().__init__()

        def block(inputs, outputs):
            return ResidualBlock(
                inputs * filters,
                outputs * filters,
                layout_channels,
                hidden_filters,
            )

        self.fc = nn.Conv2d(layout_channels, 16 * filters, 3, padding=1)
        self.head_0 = block(16, 16)
        self.G_middle_0 = block(16, 16)
        self.G_middle_1 = block(16, 16)
        self.up_0 = block(16, 8)
        self.up_1 = block(8, 4)
        self.up_2 = block(4, 2)
        self.up_3 = block(2, 1)
        self.conv_img = nn.Conv2d(filters, 3, 3, padding=1)

    def forward(self, layout):
        height, width = layout.shape[2:]
        start = F.interpolate(layout, (height // 32, width // 32))
        features = self.head_0(self.fc(start), layout)
        features = self.G_middle_0(double(features), layout)
        features = self.G_middle_1(features, layout)
        for block in (self.up_0, self.up_1, self.up_2, self.up_3):
            features = block(double(features), layout)
        return torch.tanh(self.conv_img(F.leaky_relu(features, 0.2)))


class PatchDiscriminator(nn.Module):
    """Five 4x4 convolutions; returns what each of them puts out."""

    def __init__(self, channels, filters):
        super().__init__()
        widths = [filters * factor for factor in (1, 2, 4, 8)]
        self.model0 = nn.Sequential(
            nn.Conv2d(channels, filters, 4, stride=2, padding=2),
            nn.LeakyReLU(0.2),
        )
        self.model1 = self._normed(widths[0], widths[1], stride=2)
        self.model2 = self._normed(widths[1], widths[2], stride=2)
        self.model3 = self._normed(widths[2], widths[3], stride=1)
        self.model4 = nn.Sequential(nn.Conv2d(widths[3], 1, 4, padding=2))

    @staticmethod
    def _normed(channels, filters, stride):
        convolution = nn.Conv2d(
            channels, filters, 4, stride, padding=2, bias=False
        )
        return nn.Sequential(
            nn.Sequential(
                spectral_norm(convolution), nn.InstanceNorm2d(filters)
            ),
            nn.LeakyReLU(0.2),
        )

    def forward(self, inputs):
        outputs = [inputs]
        for layer in self.children():
            outputs.append(layer(outputs[-1]))
        return outputs[1:]


class Discriminator(nn.Module):
    """Patch discriminators on the pair of layout and picture at two sizes.

    Called with pictures `(B, 3, H, W)` and their layouts, it returns the list
    of features to match and the list of score maps.
    """

    # The sum over the matched features is divided by the number of sizes.
    matching_divisor = 2

    def __init__(self, layout_channels, filters):
        super().__init__()
        channels = layout_channels + 3
        self.discriminator_0 = PatchDiscriminator(channels, filters)
        self.discriminator_1 = PatchDiscriminator(channels, filters)
        self.reduce = nn.AvgPool2d(
            3, stride=2, padding=1, count_include_pad=False
        )

    def forward(self, image, layout):
        pair = torch.cat([layout, image], dim=1)
        fine = self.discriminator_0(pair)
        coarse = self.discriminator_1(self.reduce(pair))
        return fine[:-1] + coarse[:-1], [fine[-1], coarse[-1]]


def double(features):
    """Repeats each pixel twice in both directions."""
    return F.interpolate(features, scale_factor=2, mode="nearest")
