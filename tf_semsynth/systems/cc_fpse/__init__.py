"""CC-FPSE: convolutions predicted from the layout (Liu et al. 2019)."""

from tf_semsynth.systems.cc_fpse.config import Config
from tf_semsynth.systems.cc_fpse.system import CCFPSE as System

__all__ = ["Config", "System"]
