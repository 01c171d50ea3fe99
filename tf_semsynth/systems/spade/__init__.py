"""SPADE: spatially-adaptive normalisation (Park et al. 2019)."""

from tf_semsynth.systems.spade.config import Config
from tf_semsynth.systems.spade.system import SPADE as System

__all__ = ["Config", "System"]
