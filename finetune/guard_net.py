"""Trains the encoder that the guards read: MiniLM with one logit for each thing a text may be.

Binary cross-entropy a head, over what is known of a text; mean pooling. The word embeddings stay as
they are: some thousand texts name too few words to move 30,000. Folds are trained beside each
other, each in a process of its own. Needs PyTorch and transformers; knows no guard.
"""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.disguise import unmasked
from finetune.guard_texts import HEADS, Text
from retrieval.int8 import ENCODER, HEAD

FOLDS = 5
SCORES = "scores.npy"
Scores = NDArray[np.float32]


@dataclass(frozen=True)
class Recipe:
    """What a run is made of; the defaults are the recipe of the shipped encoder.

    Twelve epochs at 3e-4 learn the texts by heart: of those held out no more are told apart.
    """

    epochs: int = 6
    rate: float = 2e-4
    batch: int = 128
    positives: float = 3.0
    smoothing: float = 0.01
    warm_up: float = 0.1
    longest: int = 128
    seed: int = 0


def train(
    texts: Sequence[Text], base: Path, out: Path, recipe: Recipe, tell: Callable[[str], None]
) -> None:
    """Train once on all, for use, and once without each fold, for scores of texts not trained on.

    Writes the encoder, its head, and the scores: shape (len(texts), len(HEADS)).
    """
    out.mkdir(parents=True, exist_ok=True)
    folds = np.array([text.group % FOLDS for text in texts])
    scores: Scores = np.zeros((len(texts), len(HEADS)), np.float32)
    beside = max(1, min(FOLDS + 1, (os.cpu_count() or 1) // 2))
    with ProcessPoolExecutor(beside, mp_context=get_context("spawn")) as pool:
        whole = pool.submit(_fold, texts, None, base, out, recipe)
        parts = [pool.submit(_fold, texts, k, base, out, recipe) for k in range(FOLDS)]
        for k, part in enumerate(parts):
            scores[folds == k], loss = part.result()
            tell(f"fold {k + 1} of {FOLDS}: loss {loss:.3f}")
        tell(f"all: loss {whole.result()[1]:.3f}")
    np.save(out / SCORES, scores)


def _fold(
    texts: Sequence[Text], fold: int | None, base: Path, out: Path, recipe: Recipe
) -> tuple[Scores, float]:
    """Train without a fold and score it; without none, keep what was trained."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    torch.manual_seed(recipe.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer: Any = AutoTokenizer.from_pretrained(base)
    encoder: Any = AutoModel.from_pretrained(base, dtype=torch.float32)
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    head: Any = torch.nn.Linear(encoder.config.hidden_size, len(HEADS))
    net: Any = torch.nn.ModuleDict({"encoder": encoder, "head": head}).to(device)
    words = [unmasked(text.words) for text in texts]
    ids = tokenizer(words, truncation=True, max_length=recipe.longest)["input_ids"]
    mine = np.array([text.group % FOLDS == fold for text in texts])
    loss = _fit(net, ids, np.flatnonzero(~mine), texts, recipe, device)
    if fold is None:
        encoder.half().save_pretrained(out / ENCODER)
        tokenizer.save_pretrained(out / ENCODER)
        weight, bias = (p.detach().float().cpu().numpy() for p in (head.weight, head.bias))
        np.savez(out / HEAD, weight=weight, bias=bias)
        return np.zeros((0, len(HEADS)), np.float32), loss
    net.eval()
    chosen = np.flatnonzero(mine)
    scores: Scores = np.zeros((len(texts), len(HEADS)), np.float32)
    with torch.no_grad():
        for rows in np.array_split(chosen, max(1, len(chosen) // 256)):
            scores[rows] = _logits(net, ids, rows, device).float().cpu().numpy()
    return scores[chosen], loss


def _fit(
    net: Any,
    ids: list[list[int]],
    chosen: NDArray[np.int64],
    texts: Sequence[Text],
    recipe: Recipe,
    device: str,
) -> float:
    """Train on the chosen texts; gives the last epoch's mean loss."""
    import torch

    known = [[text.known.get(head) for head in HEADS] for text in texts]
    truth = torch.tensor([[float(bool(k)) for k in row] for row in known], device=device)
    weight = [
        [0.0 if k is None else text.weight * (recipe.positives if k else 1) for k in row]
        for text, row in zip(texts, known, strict=True)
    ]
    weights = torch.tensor(weight, device=device)
    target = truth * (1 - 2 * recipe.smoothing) + recipe.smoothing
    learning = [p for p in net["encoder"].parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [
            {"params": learning, "lr": recipe.rate},
            {"params": net["head"].parameters(), "lr": recipe.rate * 10},
        ],
        weight_decay=0.01,
    )
    steps = recipe.epochs * math.ceil(len(chosen) / recipe.batch)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda s: min((s + 1) / (recipe.warm_up * steps), 1.0) * max(0.0, 1 - s / steps)
    )
    net.train()
    order = np.random.default_rng(recipe.seed)
    loss = 0.0
    for _ in range(recipe.epochs):
        total, count = torch.zeros((), device=device), 0
        for rows in _batches(ids, order.permutation(chosen), recipe.batch):
            told: Any = torch.nn.functional.binary_cross_entropy_with_logits(
                _logits(net, ids, rows, device).float(), target[rows], weights[rows],
                reduction="sum",
            ) / weights[rows].sum().clamp(min=1)  # fmt: skip
            optimizer.zero_grad()
            told.backward()
            torch.nn.utils.clip_grad_norm_(learning, 1.0)
            optimizer.step()
            schedule.step()
            total, count = total + told.detach(), count + 1
        loss = float(total) / count
    return loss


def _batches(
    ids: list[list[int]], order: NDArray[np.int64], size: int
) -> Iterator[NDArray[np.int64]]:
    """Cut an order into batches of texts of about one length, so that little is padded."""
    for many in np.array_split(order, max(1, len(order) // (size * 8))):
        alike = many[np.argsort([len(ids[i]) for i in many], kind="stable")]
        yield from np.array_split(alike, math.ceil(len(alike) / size))


def _logits(net: Any, ids: list[list[int]], rows: NDArray[np.int64], device: str) -> Any:
    import torch

    longest = max(len(ids[i]) for i in rows)
    padded = np.zeros((len(rows), longest), np.int64)
    for at, i in enumerate(rows):
        padded[at, : len(ids[i])] = ids[i]
    tokens = torch.from_numpy(padded).to(device)
    mask = (tokens != 0).long()
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        states = net["encoder"](input_ids=tokens, attention_mask=mask).last_hidden_state
        pooled = (states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        if net.training:
            pooled = torch.nn.functional.dropout(pooled, 0.1)
        return net["head"](pooled)
