# SPDX-License-Identifier: GPL-3.0-or-later
"""The rows of the table. Each module lists its own in ROWS: (name, function of the rig that yields Lines)."""
from dataclasses import dataclass
from typing import Optional, Tuple

Target = Optional[Tuple[str, float]]


@dataclass
class Line:
    """One line of the table. Targets are pairs such as ('>=', 0.3)."""
    name: str
    figure: Optional[float]
    unit: str = ""
    first: Target = None
    then: Target = None
    detail: str = ""
    digits: int = 2
