"""The Inception network of FID in plain PyTorch.

The graph of 2015-12-05 as pytorch-fid's weight file has it: its keys are the
names here. Evaluation only.
"""

import torch
from torch import nn
from torch.nn import functional as F


class ConvUnit(nn.Module):
    """Convolution without bias, batch norm, ReLU."""

    def __init__(self, inputs, filters, kernel_size, stride=1, padding=0):
        super().__init__()
        self.conv = nn.Conv2d(
            inputs, filters, kernel_size, stride, padding, bias=False
        )
        self.bn = nn.BatchNorm2d(filters, eps=1e-3)

    def forward(self, features):
        return F.relu(self.bn(self.conv(features)))


class BlockA(nn.Module):
    """Maps of 35x35: branches of 1x1, 5x5 and two 3x3."""

    def __init__(self, inputs, pool_filters):
        super().__init__()
        self.branch1x1 = ConvUnit(inputs, 64, 1)
        self.branch5x5_1 = ConvUnit(inputs, 48, 1)
        self.branch5x5_2 = ConvUnit(48, 64, 5, padding=2)
        self.branch3x3dbl_1 = ConvUnit(inputs, 64, 1)
        self.branch3x3dbl_2 = ConvUnit(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = ConvUnit(96, 96, 3, padding=1)
        self.branch_pool = ConvUnit(inputs, pool_filters, 1)

    def forward(self, x):
        wide = self.branch5x5_2(self.branch5x5_1(x))
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        double = self.branch3x3dbl_3(double)
        pooled = self.branch_pool(average(x))
        return torch.cat([self.branch1x1(x), wide, double, pooled], 1)


class BlockB(nn.Module):
    """From 35x35 to 17x17."""

    def __init__(self, inputs):
        super().__init__()
        self.branch3x3 = ConvUnit(inputs, 384, 3, stride=2)
        self.branch3x3dbl_1 = ConvUnit(inputs, 64, 1)
        self.branch3x3dbl_2 = ConvUnit(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = ConvUnit(96, 96, 3, stride=2)

    def forward(self, x):
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        double = self.branch3x3dbl_3(double)
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class BlockC(nn.Module):
    """Maps of 17x17: branches of 1x7 and 7x1."""

    def __init__(self, inputs, inner):
        super().__init__()
        row = {"kernel_size": (1, 7), "padding": (0, 3)}
        column = {"kernel_size": (7, 1), "padding": (3, 0)}
        self.branch1x1 = ConvUnit(inputs, 192, 1)
        self.branch7x7_1 = ConvUnit(inputs, inner, 1)
        self.branch7x7_2 = ConvUnit(inner, inner, **row)
        self.branch7x7_3 = ConvUnit(inner, 192, **column)
        self.branch7x7dbl_1 = ConvUnit(inputs, inner, 1)
        self.branch7x7dbl_2 = ConvUnit(inner, inner, **column)
        self.branch7x7dbl_3 = ConvUnit(inner, inner, **row)
        self.branch7x7dbl_4 = ConvUnit(inner, inner, **column)
        self.branch7x7dbl_5 = ConvUnit(inner, 192, **row)
        self.branch_pool = ConvUnit(inputs, 192, 1)

    def forward(self, x):
        single = self.branch7x7_2(self.branch7x7_1(x))
        single = self.branch7x7_3(single)
        double = self.branch7x7dbl_2(self.branch7x7dbl_1(x))
        double = self.branch7x7dbl_4(self.branch7x7dbl_3(double))
        double = self.branch7x7dbl_5(double)
        pooled = self.branch_pool(average(x))
        return torch.cat([self.branch1x1(x), single, double, pooled], 1)


class BlockD(nn.Module):
    """From 17x17 to 8x8."""

    def __init__(self, inputs):
        super().__init__()
        self.branch3x3_1 = ConvUnit(inputs, 192, 1)
        self.branch3x3_2 = ConvUnit(192, 320, 3, stride=2)
        self.branch7x7x3_1 = ConvUnit(inputs, 192, 1)
        self.branch7x7x3_2 = ConvUnit(192, 192, (1, 7), padding=(0, 3))
        self.branch7x7x3_3 = ConvUnit(192, 192, (7, 1), padding=(3, 0))
        self.branch7x7x3_4 = ConvUnit(192, 192, 3, stride=2)

    def forward(self, x):
        small = self.branch3x3_2(self.branch3x3_1(x))
        large = self.branch7x7x3_2(self.branch7x7x3_1(x))
        large = self.branch7x7x3_4(self.branch7x7x3_3(large))
        return torch.cat([small, large, F.max_pool2d(x, 3, 2)], 1)


class BlockE(nn.Module):
    """Maps of 8x8: branches that fork into 1x3 and 3x1."""

    def __init__(self, inputs, pool):
        super().__init__()
        row = {"kernel_size": (1, 3), "padding": (0, 1)}
        column = {"kernel_size": (3, 1), "padding": (1, 0)}
        self.pool = pool
        self.branch1x1 = ConvUnit(inputs, 320, 1)
        self.branch3x3_1 = ConvUnit(inputs, 384, 1)
        self.branch3x3_2a = ConvUnit(384, 384, **row)
        self.branch3x3_2b = ConvUnit(384, 384, **column)
        self.branch3x3dbl_1 = ConvUnit(inputs, 448, 1)
        self.branch3x3dbl_2 = ConvUnit(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = ConvUnit(384, 384, **row)
        self.branch3x3dbl_3b = ConvUnit(384, 384, **column)
        self.branch_pool = ConvUnit(inputs, 192, 1)

    def forward(self, x):
        single = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        branches = [
            self.branch1x1(x),
            self.branch3x3_2a(single),
            self.branch3x3_2b(single),
            self.branch3x3dbl_3a(double),
            self.branch3x3dbl_3b(double),
            self.branch_pool(self.pool(x)),
        ]
        return torch.cat(branches, 1)


class FidInception(nn.Module):
    """Pictures `(B, 3, 299, 299)` to the 2048 features of FID."""

    def __init__(self):
        super().__init__()
        self.Conv2d_1a_3x3 = ConvUnit(3, 32, 3, stride=2)
        self.Conv2d_2a_3x3 = ConvUnit(32, 32, 3)
        self.Conv2d_2b_3x3 = ConvUnit(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = ConvUnit(64, 80, 1)
        self.Conv2d_4a_3x3 = ConvUnit(80, 192, 3)
        self.Mixed_5b = BlockA(192, 32)
        self.Mixed_5c = BlockA(256, 64)
        self.Mixed_5d = BlockA(288, 64)
        self.Mixed_6a = BlockB(288)
        self.Mixed_6b = BlockC(768, 128)
        self.Mixed_6c = BlockC(768, 160)
        self.Mixed_6d = BlockC(768, 160)
        self.Mixed_6e = BlockC(768, 192)
        self.Mixed_7a = BlockD(768)
        self.Mixed_7b = BlockE(1280, average)
        # The original graph takes the maximum here.
        self.Mixed_7c = BlockE(2048, lambda x: F.max_pool2d(x, 3, 1, 1))
        self.fc = nn.Linear(2048, 1008)  # Of the file; no feature needs it.

    def forward(self, image):
        x = self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(image))
        x = F.max_pool2d(self.Conv2d_2b_3x3(x), 3, 2)
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(x))
        x = F.max_pool2d(x, 3, 2)
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(x)))
        x = self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))
        x = self.Mixed_6e(self.Mixed_6d(x))
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        return x.mean((2, 3))


def average(features):
    """Mean of 3x3 pixels, of those inside of the map alone."""
    return F.avg_pool2d(features, 3, 1, 1, count_include_pad=False)


def inception_inputs(images):
    """uint8 pictures `(B, H, W, 3)` as pytorch-fid hands them in."""
    images = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    images = F.interpolate(
        images, size=(299, 299), mode="bilinear", align_corners=False
    )
    return 2 * images - 1


def initialize(network):
    """Draws kernels that keep the size of the features."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
