"""Settings that are allowed and will disappoint: said before step 1."""

import pathlib

CPU_INFO = pathlib.Path("/proc/cpuinfo")
_BFLOAT16_FEATURES = {"avx512_bf16", "amx_bf16", "bf16"}


def give_advice(config, precision="float32", on_cpu=False):
    """Warnings about a training, in words.

    Args:
        config: The system's config; what it says of itself by
            `advice(precision)`, a list of str, where it has that.
        precision: str, "float32" or "mixed_bfloat16".
        on_cpu: bool, whether the devices are CPUs.

    Returns:
        list of str, one for each warning.
    """
    warnings = []
    if hasattr(config, "advice"):  # A user's own config need not have it.
        warnings += config.advice(precision)
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
