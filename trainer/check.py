"""``make check``: what trainers edit, checked in seconds. Every problem is one line that says where and what."""

import sys
import time

from trainer import concepts, replies, tone, utterances

CHECKS = (
    ("what buyers write", utterances.problems),
    ("concepts", concepts.problems),
    ("wording", replies.problems),
)


def tone_problems() -> list[str]:
    """Wordings that break the tone rules of their language."""
    return [
        f"{wording.file}: {wording.key}: «{finding.words}» ({finding.rule}) in: {wording.text}"
        for wording in replies.wordings()
        for finding in tone.findings(wording.text, wording.language)
    ]


def main() -> int:
    """Runs all checks, prints the problems, and returns how the process should exit: 0 when there are none."""
    total = 0
    for name, check in (*CHECKS, ("tone", tone_problems)):
        began = time.perf_counter()
        found = check()
        total += len(found)
        print(f"{name}: {len(found) or 'no'} problem{'' if len(found) == 1 else 's'}", end="")
        print(f"  ({time.perf_counter() - began:.1f} s)")
        for line in found:
            print(f"  {line}")
    return 1 if total else 0


if __name__ == "__main__":
    sys.exit(main())
