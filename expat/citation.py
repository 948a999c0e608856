"""Where a figure or a rule comes from."""

from __future__ import annotations

from typing import Literal, NamedTuple

Origin = Literal["contract", "sample", "operator"]


class Citation(NamedTuple):
    """A heading of the contract (as `contract.md` lists it) and whether the figure is the contract's own.

    `sample` marks a figure of ours that an operator replaces; `operator` one that is the operator's to choose.
    """

    heading: str
    origin: Origin = "contract"

    def __str__(self) -> str:
        return self.heading if self.origin == "contract" else f"{self.heading} ({self.origin})"
