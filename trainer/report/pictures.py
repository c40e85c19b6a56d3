"""Pictures of an evaluation, as ``data:`` addresses that stand in the page itself."""

import base64
import io
from typing import Any, Mapping, Sequence

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

INK, OURS, THEIRS = "#1f2933", "#0f766e", "#b45309"


def confusion(counts: Mapping[str, Mapping[str, int]]) -> str:
    """Which intent (row) was read as which (column), as shares of the row.

    Args:
        counts: for each wanted intent how often each intent was read.
    """
    rows = sorted(counts)
    columns = sorted({name for found in counts.values() for name in found} | set(rows))
    shares = [[counts[row].get(column, 0) / max(sum(counts[row].values()), 1) for column in columns] for row in rows]
    figure, axes = pyplot.subplots(figsize=(9, 8.4))
    axes.imshow(shares, cmap="BuGn", vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    axes.set_xlabel("read as", fontsize=8)
    axes.set_ylabel("meant", fontsize=8)
    for y, row in enumerate(rows):
        for x, column in enumerate(columns):
            if count := counts[row].get(column, 0):
                color = "white" if shares[y][x] > 0.6 else INK
                axes.text(x, y, str(count), ha="center", va="center", fontsize=6, color=color)
    return _as_address(figure)


def curve(points: Sequence[Mapping[str, float]], threshold: float) -> str:
    """Precision and rejection over coverage, with the threshold in use."""
    figure, axes = pyplot.subplots(figsize=(7, 4.2))
    coverage = [point["coverage"] for point in points]
    axes.plot(coverage, [point["precision"] for point in points], color=OURS, label="right, of those answered")
    axes.plot(
        coverage,
        [point["others_rejected"] for point in points],
        color=THEIRS,
        label="messages about other things, rejected",
    )
    used = min(points, key=lambda point: abs(point["threshold"] - threshold))
    axes.axvline(used["coverage"], color=INK, linewidth=0.8, linestyle="--")
    axes.annotate(f"threshold {threshold:.2f}", (used["coverage"], 0.52), rotation=90, fontsize=8, ha="right")
    axes.set_xlabel("coverage: share of parcel messages that are answered")
    axes.set_ylim(0.5, 1.01)
    axes.set_xlim(min(0.5, min(coverage)), 1.005)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="lower left")
    return _as_address(figure)


def calibration(rows: Sequence[Mapping[str, float]]) -> str:
    """How often the model is right where it is so sure."""
    figure, axes = pyplot.subplots(figsize=(4.2, 4.2))
    axes.plot([0, 1], [0, 1], color=INK, linewidth=0.8, linestyle="--")
    axes.plot([row["confidence"] for row in rows], [row["right"] for row in rows], color=OURS, marker="o")
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that is right")
    axes.grid(alpha=0.3)
    return _as_address(figure)


def _as_address(figure: Any) -> str:
    buffer = io.BytesIO()
    figure.tight_layout()
    figure.savefig(buffer, format="png", dpi=90)
    pyplot.close(figure)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
