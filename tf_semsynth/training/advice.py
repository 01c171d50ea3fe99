"""Settings that are allowed and will disappoint: said before step 1."""


def give_advice(system_name, config):
    """Warnings about a config, in words.

    Args:
        system_name: str.
        config: The system's config.

    Returns:
        list of str, one for each warning.
    """
    warnings = []
    if system_name == "cc_fpse" and not (config.lambda_vgg or config.lambda_l1):
        warnings.append(
            "Warning: CC-FPSE is about to be trained with neither "
            "--lambda_vgg nor --lambda_l1. Its discriminator normalises the "
            "contrast of a picture away and cannot see it, so the pictures "
            "will have the right structure in uniform grey. Add "
            "--lambda_l1=10, or VGG weights and --lambda_vgg=10."
        )
    return warnings
