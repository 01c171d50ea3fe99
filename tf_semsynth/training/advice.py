"""Settings that are allowed and will disappoint: said before step 1."""

import pathlib

CPU_INFO = pathlib.Path("/proc/cpuinfo")
_BFLOAT16_FEATURES = {"avx512_bf16", "amx_bf16", "bf16"}


def give_advice(system_name, config, precision="float32", on_cpu=False):
    """Warnings about a training, in words.

    Args:
        system_name: str.
        config: The system's config.
        precision: str, "float32" or "mixed_bfloat16".
        on_cpu: bool, whether the devices are CPUs.

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
    if precision == "mixed_bfloat16" and on_cpu and not _has_bfloat16():
        warnings.append(
            "Warning: --precision=mixed_bfloat16, but this CPU has none of "
            "the instructions for it (avx512_bf16, amx_bf16, bf16). It will "
            "be slower than --precision=float32."
        )
    return warnings


def _has_bfloat16():
    """Whether the CPU computes in bfloat16; True where nothing tells."""
    try:
        words = set(CPU_INFO.read_text().split())
    except OSError:
        return True
    return bool(words & _BFLOAT16_FEATURES)
