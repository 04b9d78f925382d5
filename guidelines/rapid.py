"""The rapidocr engine as a process: a picture on stdin, words as JSON on stdout.

    python -m guidelines.rapid < page.png

Knows no PDF. Loads the models of the rapidocr package and refuses to look for others.
"""

import io
import logging
import sys
from pathlib import Path
from typing import Any

from guidelines.ocr import Word, to_json

# Below this rapidocr guesses.
_SURE = 0.6


def main() -> None:
    """Read one picture."""
    import numpy
    import rapidocr
    from PIL import Image

    logging.disable(logging.WARNING)
    models = Path(rapidocr.__file__).parent / "models"
    if not list(models.glob("*.onnx")):
        raise SystemExit("the rapidocr package has no models in it")
    image = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")
    read: Any = rapidocr.RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )(numpy.asarray(image)[:, :, ::-1])
    words = []
    if read.boxes is not None:
        for box, text, score in zip(read.boxes, read.txts, read.scores, strict=True):
            xs, ys = [float(p[0]) for p in box], [float(p[1]) for p in box]
            words.append(Word(text, min(xs), min(ys), max(xs), max(ys), score >= _SURE))
    sys.stdout.write(to_json(words))


if __name__ == "__main__":
    main()
