"""Models of neural networks in ONNX files, run on one thread, so that processor seconds are honest and forks are safe."""

from pathlib import Path
from typing import Any

import onnxruntime  # type: ignore[import-untyped]

Session = Any
"""An `onnxruntime.InferenceSession`, which has no useful types."""
_ERRORS_ONLY = 3


def loaded(path: Path) -> Session:
    """Load a model. It runs on the processor, and what it used is given back after each run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = _ERRORS_ONLY
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def input_name(session: Session) -> str:
    """Name the one input of a model."""
    return str(session.get_inputs()[0].name)
