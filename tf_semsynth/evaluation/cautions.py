"""What the reader of a score must know to trust it as far as it goes."""

_FEW_PICTURES = 50


def find_cautions(request, files):
    """Warnings for the results.

    Args:
        request: `Request`.
        files: `FoundFiles`.

    Returns:
        List of str.
    """
    found = []
    if request.needs("features", "inception"):
        found += _about_features(request, files)
    protocol, count = request.protocol, len(files.pictures.keys)
    if request.needs("judge") and protocol.judge not in (
        "any",
        request.judge.name,
    ):
        found.append(
            f"Published with the judge {protocol.judge}; judged here by "
            f"{request.judge.name}: not comparable with published numbers."
        )
    if "ms_ssim" in request.metrics and min(files.pictures.size) < 176:
        found.append(
            "ms_ssim is left out: its five scales need sides of 176 pixels."
        )
    if count < _FEW_PICTURES:
        found.append(f"Only {count} pictures: small differences are chance.")
    if protocol.num_images not in (None, count):
        found.append(
            f"The protocol's split has {protocol.num_images} pictures, these "
            f"are {count}: not comparable with the whole."
        )
    if protocol.image_size not in (None, tuple(files.pictures.size)):
        width, height = protocol.image_size
        found.append(
            f"The protocol's pictures have {width} x {height} pixels (width x "
            "height): not comparable with published numbers."
        )
    return found


def _about_features(request, files):
    network, protocol = request.features, request.protocol
    found = []
    fewer = min(len(files.pictures.keys), len(files.photos.keys))
    if "fid" in request.metrics and fewer <= network.dimension:
        found.append(
            f"{network.frechet_name} is too large with {network.dimension} "
            "pictures or fewer: compare it only at equal counts, and prefer "
            f"{network.kid_name}."
        )
    if protocol.features not in ("any", network.name):
        found.append(
            f"The protocol's features are {protocol.features}'s; these are "
            f"{network.name}'s and not comparable."
        )
    elif network.name == "fid_inception" and not network.official:
        found.append(
            "The weights of the FID Inception are not the published ones, so "
            "its distances are not called FID and KID."
        )
    return found
