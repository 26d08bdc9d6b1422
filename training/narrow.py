"""Narrow a trained student: keep the hidden units of each direction that matter most, to go on training from there.

usage: python -m training.narrow WIDE NARROW

A narrow model that starts from a wide one's best units and trains on for some minutes is better than one of its size
trained from scratch for as long as the wide one was.
"""

import argparse
import pathlib

import numpy as np
import torch

from training.student import HIDDEN


def keep(state, layer, suffix, outgoing):
    recurrent = state[f"{layer}.weight_hh_l0{suffix}"].numpy()
    worth = np.square(recurrent).sum(0) + np.square(outgoing).sum(0)
    return np.sort(np.argsort(-worth)[:HIDDEN])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wide", type=pathlib.Path)
    parser.add_argument("narrow", type=pathlib.Path)
    args = parser.parse_args()
    saved = torch.load(args.wide)
    state = saved["state"]
    wide = state["first.weight_hh_l0"].shape[1]
    ways = ("", "_reverse")
    into_second = np.concatenate([state[f"second.weight_ih_l0{s}"].numpy() for s in ways])
    into_heads = np.concatenate([state["heads.tags.weight"].numpy(), state["heads.roles.weight"].numpy()])
    units = {
        (layer, s): keep(state, layer, s, outgoing[:, k * wide : (k + 1) * wide])
        for layer, outgoing in (("first", into_second), ("second", into_heads))
        for k, s in enumerate(ways)
    }
    columns = {
        layer: np.concatenate([k * wide + units[layer, s] for k, s in enumerate(ways)]) for layer in ("first", "second")
    }
    for layer in ("first", "second"):
        for s in ways:
            rows = np.concatenate([gate * wide + units[layer, s] for gate in range(4)])
            state[f"{layer}.weight_ih_l0{s}"] = state[f"{layer}.weight_ih_l0{s}"][rows]
            state[f"{layer}.weight_hh_l0{s}"] = state[f"{layer}.weight_hh_l0{s}"][rows][:, units[layer, s]]
            for bias in ("bias_ih", "bias_hh"):
                state[f"{layer}.{bias}_l0{s}"] = state[f"{layer}.{bias}_l0{s}"][rows]
            if layer == "second":
                state[f"second.weight_ih_l0{s}"] = state[f"second.weight_ih_l0{s}"][:, columns["first"]]
    for head in ("tags", "roles"):
        state[f"heads.{head}.weight"] = state[f"heads.{head}.weight"][:, columns["second"]]
    torch.save(saved, args.narrow)


if __name__ == "__main__":
    main()
