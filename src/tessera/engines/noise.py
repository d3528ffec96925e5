"""Steady noise (hiss, hum, an engine) taken out of speech before it is written down.

The filter is Wiener's with the decision-directed estimate of Ephraim and Malah (IEEE Transactions on Acoustics, Speech,
and Signal Processing 32, 1984). The noise is what is left in each band in its quietest moments. Only the recogniser
hears the result; what is played and kept is the recording itself.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Track = NDArray[np.float32]
"""Samples of one channel, from -1 to 1."""

NOISY_DB: Final = 20.0
"""Speech that stands out of its pauses by less than this is filtered."""

_FRAME: Final = 512
_HOP: Final = 128
_QUIET: Final = 0.2
"""Share of moments of a band that are taken to hold noise only."""
_QUIET_TO_MEAN: Final = float(-np.log(1 - _QUIET))
"""That quantile of the power of Gaussian noise, against its mean."""
_MEMORY: Final = 0.95
"""Weight of the moment before."""
_TAKEN: Final = 0.75
"""Share of the noise that is taken to be noise: less costs speech less."""
_FLOOR: Final = 0.1
"""What is left of noise: complete silence between words misleads a recogniser that has learnt from rooms."""
_TINY: Final = 1e-12


def stands_out(track: Track, rate: int) -> float:
    """Give by how many decibels the loud tenth of the sound exceeds the quiet tenth, 50 milliseconds each."""
    step = max(rate // 20, 1)
    whole = track[: len(track) - len(track) % step]
    if not len(whole):
        return float("inf")
    power = (whole.reshape(-1, step) ** 2).mean(axis=1) + _TINY
    quiet, loud = np.quantile(power, (0.1, 0.9))
    return float(10 * np.log10(loud / quiet))


def without_noise(track: Track) -> Track:
    """Give the same speech with less of what stays the same in it; as long as it was."""
    window = np.sqrt(np.hanning(_FRAME + 1)[:-1]).astype(np.float32)
    padded = np.pad(track, (_FRAME, _FRAME + -len(track) % _HOP))
    spectra = np.fft.rfft(sliding_window_view(padded, _FRAME)[::_HOP] * window, axis=1).astype(np.complex64)
    parts = np.fft.irfft(spectra * _gains(np.abs(spectra) ** 2), _FRAME, axis=1) * window
    return _overlapped(parts, window, len(padded))[_FRAME : _FRAME + len(track)]


def _gains(power: NDArray[np.float32]) -> NDArray[np.float32]:
    noise = np.quantile(power, _QUIET, axis=0) * (_TAKEN / _QUIET_TO_MEAN) + _TINY
    ratio = power / noise
    gains = np.empty_like(ratio)
    before = ratio[0]
    for at, now in enumerate(ratio):
        prior = _MEMORY * before + (1 - _MEMORY) * np.maximum(now - 1, 0)
        gains[at] = np.maximum(prior / (1 + prior), _FLOOR)
        before = gains[at] ** 2 * now
    return gains


def _overlapped(parts: NDArray[np.floating], window: NDArray[np.float32], length: int) -> Track:
    whole, weight = np.zeros(length), np.zeros(length)
    for at, part in enumerate(parts):
        whole[at * _HOP : at * _HOP + _FRAME] += part
        weight[at * _HOP : at * _HOP + _FRAME] += window**2
    return (whole / np.maximum(weight, 1e-3)).astype(np.float32)
