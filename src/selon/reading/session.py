"""Open a model on ONNX Runtime, in one way for all models."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from typing import Any


def open_session(model: Traversable) -> Any:
    """Return an ONNX Runtime session of a model's file, on one thread: pages are read in parallel by processes."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.read_bytes(), options, providers=["CPUExecutionProvider"])
