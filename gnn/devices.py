"""Where a training computes, and how much memory is there."""

from __future__ import annotations

from typing import Literal

import torch

from graph.errors import TrainingUnavailable
from graph.memory import usable_memory


def choose_device(wanted: Literal["auto", "cpu", "cuda"], number: int = 0) -> torch.device:
    """The GPU with this `number`, or the processor. Raises TrainingUnavailable if a GPU is wanted that is not there."""
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        return torch.device("cpu")
    count = torch.cuda.device_count()
    if number >= count:
        raise TrainingUnavailable(
            f"Training wants GPU {number}, and torch finds {count}. "
            "Set EDGEWISE_RUN_DEVICE=cpu, or start fewer processes."
        )
    return torch.device("cuda", number)


def memory(device: torch.device) -> int:
    """Bytes that `device` has in all, whoever uses them now."""
    if device.type == "cuda":
        return int(torch.cuda.get_device_properties(device).total_memory)
    return usable_memory()
