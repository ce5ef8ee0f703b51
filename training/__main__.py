"""``python -m training``: the commands."""

import argparse
import sys
from collections import Counter
from pathlib import Path

from training import seeds

SEEDS = Path(__file__).resolve().parents[1] / "seeds" / "authored"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training")
    commands = parser.add_subparsers(dest="command")
    check = commands.add_parser("seeds", help="check the seed documents and count them")
    check.add_argument("folder", nargs="?", type=Path, default=SEEDS)
    arguments = parser.parse_args()
    if arguments.command == "seeds":
        try:
            documents = seeds.read_folder(arguments.folder)
        except seeds.SeedError as error:
            print(error, file=sys.stderr)
            return 1
        sentences = [s for d in documents for s in d.sentences]
        print(len(documents), "documents,", len(sentences), "sentences")
        print("unsupported", sum(s.unsupported for s in sentences), "loaded", sum(bool(s.loaded) for s in sentences))
        print("support", Counter(s.allegation.value for s in sentences if s.allegation))
        print("genres", Counter(d.genre for d in documents))
    return 0


if __name__ == "__main__":
    sys.exit(main())
