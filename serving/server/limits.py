"""How large a request may be."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Limits:
    """What a request must not exceed; see the flags of the same names.

    Attributes:
        max_rows: int.
        max_pixels: int.
        max_message_bytes: int.
    """

    max_rows: int
    max_pixels: int
    max_message_bytes: int

    @classmethod
    def from_options(cls, options):
        names = [field.name for field in dataclasses.fields(cls)]
        return cls(**{name: getattr(options, name) for name in names})
