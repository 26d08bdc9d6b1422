"""One step of training: the pace of the learning rate, and the step itself with its gradients clipped."""

import math

from torch import nn

#: The rate falls along a cosine to this part of its peak.
LAST_PACE = 0.02


def pace(step, rise, done):
    """The part of the peak rate to learn at: it rises for ``rise`` steps and falls as ``done`` goes from 0 to 1."""
    return min(1, step / rise) * (LAST_PACE + (1 - LAST_PACE) * 0.5 * (1 + math.cos(math.pi * done)))


def take_step(optimiser, peaks, paced, value):
    """Follow the gradient of ``value``, at ``paced`` of each group's peak rate; gradients are clipped to a norm of 1."""
    for group, peak in zip(optimiser.param_groups, peaks):
        group["lr"] = peak * paced
    optimiser.zero_grad()
    value.backward()
    nn.utils.clip_grad_norm_([p for group in optimiser.param_groups for p in group["params"]], 1.0)
    optimiser.step()
