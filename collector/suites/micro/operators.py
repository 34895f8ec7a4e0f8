"""The token operators of a speech decoder, each as one function of torch tensors.

Logits are (1, vocab) float32. No function changes its input.
"""

from __future__ import annotations

import torch

TEMPERATURE = 0.9


def top_k_gather(logits: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    """Draw from the k best by drawing among k numbers, then look up the token: (1, 1) int64."""
    best, tokens = torch.topk(logits, k)
    drawn = torch.multinomial(torch.softmax(best / TEMPERATURE, dim=-1), 1, generator=generator)
    return tokens.gather(-1, drawn)


def top_k_mask(logits: torch.Tensor, k: int, generator: torch.Generator) -> torch.Tensor:
    """Draw from the k best by masking the rest of the vocabulary, as logits processors do."""
    least = torch.topk(logits, k).values[..., -1:]
    kept = (logits / TEMPERATURE).masked_fill(logits < least, -torch.inf)
    return torch.multinomial(torch.softmax(kept, dim=-1), 1, generator=generator)


def top_p_sort(logits: torch.Tensor, p: float, generator: torch.Generator) -> torch.Tensor:
    """Draw from the fewest tokens whose probabilities reach p (Holtzman 2020): (1, 1) int64."""
    ordered, tokens = torch.sort(logits, descending=True)
    shares = torch.softmax(ordered / TEMPERATURE, dim=-1)
    before = torch.cumsum(shares, dim=-1) - shares
    drawn = torch.multinomial(shares.masked_fill(before >= p, 0.0), 1, generator=generator)
    return tokens.gather(-1, drawn)


def temperature_softmax(logits: torch.Tensor) -> torch.Tensor:
    """Probabilities at the fixed temperature: (1, vocab) float32."""
    return torch.softmax(logits / TEMPERATURE, dim=-1)


def repetition_penalty(
    logits: torch.Tensor, previous: torch.Tensor, penalty: float
) -> torch.Tensor:
    """Push down tokens already produced (Keskar 2019). previous: (1, n) int64, n may be 0."""
    scores = logits.gather(-1, previous)
    pushed = torch.where(scores < 0, scores * penalty, scores / penalty)
    return logits.scatter(-1, previous, pushed)


def suppress(logits: torch.Tensor, forbidden: torch.Tensor) -> torch.Tensor:
    """Make tokens impossible. forbidden: (vocab,) bool."""
    return logits.masked_fill(forbidden, -torch.inf)


def mel_stft(
    samples: torch.Tensor, window: torch.Tensor, bank: torch.Tensor, hop: int
) -> torch.Tensor:
    """Log-mel by ``torch.stft``. samples: (n,); bank: (mels, bins); returns (mels, frames)."""
    spectrum = torch.stft(
        samples, n_fft=window.numel(), hop_length=hop, window=window, return_complex=True
    )
    power = spectrum.abs().square()
    return torch.log10(torch.clamp(bank @ power, min=1e-10))
