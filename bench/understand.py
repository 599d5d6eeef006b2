"""How long one message takes to understand, and what that costs, beside a plain scikit-learn pipeline in the same run.

    .venv/bin/python -m bench.understand [--messages 1000]

Each side runs in a process of its own, on the messages of the frozen test: start-up (imports and loading), resident
memory before and after, and the 50th and 95th percentile of a message, every word met for the first time once and then
again ("warm"). The plain pipeline is TF-IDF over character n-grams and logistic regression, trained on the same corpus;
it gives a category only, ours the whole analysis. Needs the developers' packages.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

_CORPUS = Path(__file__).parents[1] / "bot" / "nlp" / "data" / "corpus"


def main() -> None:
    """Runs both and prints a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1000)
    parser.add_argument("--side", choices=("ours", "plain"))
    wanted = parser.parse_args()
    if wanted.side:
        print(json.dumps(_measure(wanted.side, wanted.messages)))
        return
    for side in ("ours", "plain"):
        command = [sys.executable, "-m", "bench.understand", "--side", side, "--messages", str(wanted.messages)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(side, *(f"{name} {value}" for name, value in found.items()), sep="\n  ")


def _measure(side: str, messages: int) -> dict[str, object]:
    texts = _texts("test")[:messages]
    before, began = _resident(), time.perf_counter()
    understand = _ours() if side == "ours" else _plain()
    started, loaded = time.perf_counter() - began, _resident()
    cold, warm = _times(understand, texts), _times(understand, texts)
    heavy = {"torch", "transformers", "sklearn"} & set(sys.modules)
    return {
        "start-up s": round(started, 2),
        "resident MB": f"{before} -> {loaded} -> {_resident()}",
        "p50 ms": f"{_quantile(cold, 50)} cold, {_quantile(warm, 50)} warm",
        "p95 ms": f"{_quantile(cold, 95)} cold, {_quantile(warm, 95)} warm",
        "messages": len(texts),
        "heavy imports": " ".join(sorted(heavy)) or "none",
    }


def _ours() -> Callable[[str], object]:
    from bot.nlp.analyse import Understanding, analyse

    loaded = Understanding.load()
    return lambda text: analyse(loaded, text)


def _plain() -> Callable[[str], object]:
    """Trained here, so its start-up holds the training; the memory is that of a trained pipeline all the same."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    pipeline = make_pipeline(
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), min_df=2, sublinear_tf=True),
        LogisticRegression(C=10, max_iter=60),
    )
    pipeline.fit(_texts("train"), _column("train", 1))
    return lambda text: pipeline.predict_proba([text])


def _column(part: str, at: int) -> list[str]:
    lines = (
        line for path in sorted((_CORPUS / part).glob("*.tsv")) for line in path.read_text("utf-8").split("\n")[1:]
    )
    return [line.split("\t")[at] for line in lines if line]


def _texts(part: str) -> list[str]:
    return _column(part, 0)


def _times(understand: Callable[[str], object], texts: list[str]) -> list[float]:
    out: list[float] = []
    for text in texts:
        began = time.perf_counter()
        understand(text)
        out.append((time.perf_counter() - began) * 1000)
    return sorted(out)


def _quantile(ordered: list[float], percent: int) -> float:
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], 2)


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


if __name__ == "__main__":
    main()
