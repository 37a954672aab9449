"""Training by several processes that `torchrun` starts: each takes its share of every batch, gradients are added up.

    torchrun --nproc-per-node 2 -m edgewise train --model lightgcn

All processes take the same steps over the same batches, so the number of processes changes the time that a training
takes and, but for rounding, nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import torch
from torch import Tensor, nn
from torch import distributed as torch_distributed

from gnn.objectives import Share

T = TypeVar("T")

LONGEST_WAIT = timedelta(hours=24)
"""What the others wait for the first one, which trains LightFM and writes vectors alone, before they give up."""


@dataclass(frozen=True, slots=True)
class Processes:
    """This process among `size` that train together; alone by default. Methods must be called by all of them."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the one that reads, writes and tells."""
        return self.rank == 0

    @property
    def share(self) -> Share:
        """Its part of every batch."""
        return Share(self.rank, self.size)

    def from_first(self, value: T) -> T:
        """What the first process passed, in all of them."""
        if self.size == 1:
            return value
        held = [value]
        torch_distributed.broadcast_object_list(held, src=0)
        return held[0]

    def sum(self, values: Tensor) -> Tensor:
        """The sum over all processes, changed in place."""
        if self.size > 1:
            torch_distributed.all_reduce(values)
        return values

    def same(self, values: Tensor) -> None:
        """Give `values` of the first process to all, in place."""
        if self.size > 1:
            torch_distributed.broadcast(values, src=0)

    def sum_gradient(self, parameter: nn.Parameter) -> None:
        """Replace the gradient of `parameter` by its sum over all processes, the same bits in each of them."""
        if self.size == 1 or parameter.grad is None:
            return
        if parameter.grad.is_sparse:
            parameter.grad = self._sum_sparse(parameter.grad.coalesce())
        else:
            torch_distributed.all_reduce(parameter.grad)

    def _sum_sparse(self, gradient: Tensor) -> Tensor:
        """Gathered and added here, since not every backend adds sparse tensors; parts are padded to one length."""
        length = torch.tensor([len(gradient.values())], device=gradient.device)
        lengths = [torch.empty_like(length) for _ in range(self.size)]
        torch_distributed.all_gather(lengths, length)
        most = int(max(lengths))
        rows = _gathered(gradient.indices()[0], most, self.size)
        values = _gathered(gradient.values(), most, self.size)
        parts = [slice(0, int(length)) for length in lengths]
        places = torch.cat([row[part] for row, part in zip(rows, parts, strict=True)])
        added = torch.cat([value[part] for value, part in zip(values, parts, strict=True)])
        return torch.sparse_coo_tensor(places[None], added, gradient.shape, check_invariants=False)


def _gathered(part: Tensor, most: int, size: int) -> list[Tensor]:
    padded = part.new_zeros((most, *part.shape[1:]))
    padded[: len(part)] = part
    held = [torch.empty_like(padded) for _ in range(size)]
    torch_distributed.all_gather(held, padded)
    return held


def current_processes() -> Processes:
    """Those of the process group that is open, or this one alone."""
    if torch_distributed.is_available() and torch_distributed.is_initialized():
        return Processes(torch_distributed.get_rank(), torch_distributed.get_world_size())
    return Processes()


def local_rank() -> int:
    """Which of the processes on this machine this is, as torchrun says; it is also the number of its GPU."""
    return int(os.environ.get("LOCAL_RANK", "0"))


@contextmanager
def process_group(device: torch.device) -> Iterator[Processes]:
    """Join the other processes if torchrun started this one, and leave them at the end."""
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Processes()
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    torch_distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=LONGEST_WAIT)
    try:
        yield current_processes()
    finally:
        torch_distributed.destroy_process_group()
