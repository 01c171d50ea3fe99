"""CC-FPSE in plain PyTorch, the reference that ours is timed beside.

Written from the publication (Liu et al. 2019, arXiv 1910.06809) and the key
names of its weight files: the "normal" generator without an encoder, and the
feature-pyramid discriminator. Tensors are `(B, C, H, W)`, layouts one-hot.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm
from torch_spade import SpadeNorm, double


class ConditionalConv(nn.Module):
    """Depthwise 3x3 convolution with a kernel of its own at every pixel.

    Kernels are `(B, 9 * C, H, W)`, the nine taps of a channel together.
    """

    def __init__(self, channels):
        super().__init__()
        self.unfold = nn.Unfold(3, padding=1)
        # The weight files have it, no forward pass reads it.
        self.norm_layer = nn.BatchNorm2d(channels)

    def forward(self, features, kernels):
        batch, channels, height, width = features.shape
        taps = (batch, channels, 9, height, width)
        patches = self.unfold(features).view(taps)
        return (patches * kernels.view(taps)).sum(dim=2)


class ConditionalBlock(nn.Module):
    """Residual block of two conditional convolutions with gates."""

    def __init__(self, channels, filters, layout_channels, hidden_filters):
        super().__init__()
        middle = min(channels, filters)

        def head(outputs, *activation):
            return nn.Sequential(
                nn.Conv2d(layout_channels, hidden_filters, 3, padding=1),
                nn.ReLU(),
                nn.Conv2d(hidden_filters, outputs, 3, padding=1),
                *activation,
            )

        self.gen_weights1 = head(9 * channels)
        self.gen_weights2 = head(9 * filters)
        self.gen_se_weights1 = head(middle, nn.Sigmoid())
        self.gen_se_weights2 = head(filters, nn.Sigmoid())
        self.norm_1 = nn.BatchNorm2d(channels)
        self.conv_0 = ConditionalConv(channels)
        self.conv_1 = nn.Conv2d(channels, middle, 1)
        self.norm_2 = nn.BatchNorm2d(middle)
        self.conv_2 = ConditionalConv(middle)
        self.conv_3 = nn.Conv2d(middle, filters, 1)
        # The weight files have it, no forward pass reads it.
        self.norm_0 = nn.BatchNorm2d(middle)
        self.has_shortcut = channels != filters
        if self.has_shortcut:
            self.norm_s = SpadeNorm(channels, layout_channels, hidden_filters)
            self.conv_s = spectral_norm(
                nn.Conv2d(channels, filters, 1, bias=False)
            )

    def forward(self, features, condition):
        main = self.norm_1(features)
        main = self.conv_0(main, self.gen_weights1(condition))
        main = self.conv_1(main) * self.gen_se_weights1(condition)
        main = self.norm_2(F.leaky_relu(main, 0.2))
        main = self.conv_2(main, self.gen_weights2(condition))
        main = self.conv_3(main) * self.gen_se_weights2(condition)
        main = F.leaky_relu(main, 0.2)
        if self.has_shortcut:
            features = self.conv_s(self.norm_s(features, condition))
        return features + main


class Generator(nn.Module):
    """The "normal" generator: a layout `(B, S, H, W)` to its picture."""

    def __init__(self, layout_channels, filters, hidden_filters):
        super().__init__()
        self._make_pyramid(layout_channels, filters)

        def block(inputs, outputs):
            return ConditionalBlock(
                inputs * filters,
                outputs * filters,
                layout_channels + filters,
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
        pyramid = self._layout_pyramid(layout)
        conditions = [
            torch.cat([reduce_to(layout, level), level], dim=1)
            for level in pyramid
        ]
        features = self.fc(reduce_to(layout, pyramid[0]))
        features = self.head_0(features, conditions[0])
        features = self.G_middle_0(double(features), conditions[1])
        features = self.G_middle_1(features, conditions[1])
        blocks = (self.up_0, self.up_1, self.up_2, self.up_3)
        for block, condition in zip(blocks, conditions[2:], strict=True):
            features = block(double(features), condition)
        return torch.tanh(self.conv_img(F.leaky_relu(features, 0.2)))

    def _make_pyramid(self, layout_channels, filters):
        self.labelenc1 = normed(layout_channels, filters, 3)
        for level in range(2, 7):
            layer = normed(filters, filters, 3, stride=2)
            self.add_module(f"labelenc{level}", layer)
        for level in range(1, 6):
            lateral = normed(filters, filters, 1)
            self.add_module(f"labellat{level}", lateral)
            decoder = normed(filters, filters, 3)
            self.add_module(f"labeldec{level}", decoder)

    def _layout_pyramid(self, layout):
        """Six maps of layout features, from 1/32 of the size to the whole."""
        encoded = [layout]
        for level in range(1, 7):
            layer = self.get_submodule(f"labelenc{level}")
            encoded.append(layer(encoded[-1]))
        pyramid = [encoded.pop()]
        for level in range(1, 6):
            lateral = self.get_submodule(f"labellat{level}")
            decoder = self.get_submodule(f"labeldec{level}")
            skip = lateral(encoded.pop())
            pyramid.append(decoder(double(pyramid[-1]) + skip))
        return pyramid


class Discriminator(nn.Module):
    """Scores from a feature pyramid of the picture and an embedded layout.

    Called with pictures `(B, 3, H, W)` and their layouts, it returns the list
    of features to match and the list of score maps.
    """

    # The matched features are averaged over the four of them.
    matching_divisor = 4

    def __init__(self, layout_channels, filters):
        super().__init__()
        widths = [3] + [filters * factor for factor in (1, 2, 4, 8, 8)]
        for level in range(1, 6):
            layer = instance_normed(*widths[level - 1 : level + 1], 3, 2)
            self.add_module(f"enc{level}", layer)
        for level in range(2, 6):
            lateral = instance_normed(widths[level], 4 * filters, 1)
            self.add_module(f"lat{level}", lateral)
        for level in range(2, 5):
            final = instance_normed(4 * filters, 2 * filters, 3)
            self.add_module(f"final{level}", final)
        self.tf = nn.Conv2d(2 * filters, 1, 1)
        self.seg = nn.Conv2d(2 * filters, 2 * filters, 1)
        self.embedding = nn.Conv2d(layout_channels, 2 * filters, 1)

    def forward(self, image, layout):
        encoded = [image]
        for level in range(1, 6):
            layer = self.get_submodule(f"enc{level}")
            encoded.append(layer(encoded[-1]))
        maps = {5: self.lat5(encoded[5])}
        for level in (4, 3, 2):
            lateral = self.get_submodule(f"lat{level}")
            enlarged = F.interpolate(
                maps[level + 1], scale_factor=2, mode="bilinear"
            )
            maps[level] = enlarged + lateral(encoded[level])
        embedded = F.avg_pool2d(self.embedding(layout), 2)
        scores = []
        for level in (2, 3, 4):
            embedded = F.avg_pool2d(embedded, 2)
            final = self.get_submodule(f"final{level}")(maps[level])
            match = (embedded * self.seg(final)).sum(dim=1, keepdim=True)
            scores.append(self.tf(final) + match)
        return encoded[2:], scores


def normed(channels, filters, kernel_size, stride=1):
    """Spectrally normalised convolution, batch norm, leaky ReLU."""
    return _layer(
        channels, filters, kernel_size, stride, nn.BatchNorm2d(filters)
    )


def instance_normed(channels, filters, kernel_size, stride=1):
    """Spectrally normalised convolution, instance norm, leaky ReLU."""
    return _layer(
        channels, filters, kernel_size, stride, nn.InstanceNorm2d(filters)
    )


def reduce_to(layout, features):
    """The layout at the size of features, by nearest neighbour."""
    return F.interpolate(layout, features.shape[2:], mode="nearest")


def _layer(channels, filters, kernel_size, stride, norm):
    convolution = nn.Conv2d(
        channels,
        filters,
        kernel_size,
        stride,
        padding=kernel_size // 2,
        bias=False,
    )
    # Nested, as the keys of the weight files are.
    return nn.Sequential(
        nn.Sequential(spectral_norm(convolution), norm), nn.LeakyReLU(0.2)
    )
