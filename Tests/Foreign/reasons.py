"""What the contract says of each reason for which a call is refused or fails, and which of them this run has met."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTOS = ROOT / "Sources" / "API" / "Protos" / "holdfast" / "v1"
# What no client can bring about in seconds, and the test that does it from the inside.
INSIDE = {
    # Two thousand million SKUs are in no test.
    "TOO_MANY_SKUS": ("Sources/Inventory/Ledger+Catalog.swift", "tooManySKUs"),
    "DISK_FULL": ("Tests/ServerTests/RefusalWordsTests.swift", "diskFull"),
    "HISTORY_TOO_FAR": ("Tests/InventoryTests/StockHistoryTests.swift", "tooFar"),
    "BACKLOG_FULL": ("Tests/ServerTests/RefusalWordsTests.swift", "backlogFull"),
    "GOAL_CHANGED": ("Tests/PlacementTests/ClusterTableTests.swift", "staleRevision"),
    "DEADLINE": ("Tests/ServerTests/RefusalWordsTests.swift", "outcomeUnknown"),
    "EXTERNAL_NUMBER_PENDING": ("Tests/ServerTests/RefusalWordsTests.swift", "externalNumberPending"),
}
met = set()


def comments():
    """The comment above each reason, by its name."""
    found, comment = {}, []
    for line in (PROTOS / "error_reason.proto").read_text().splitlines():
        text = line.strip()
        if text.startswith("//"):
            comment.append(text[2:].strip())
            continue
        if match := re.match(r"ERROR_REASON_(\w+) = \d+;", text):
            found[match[1]] = " ".join(comment)
        comment = []
    found.pop("UNSPECIFIED")
    return found


def facts(comment):
    """The facts that a comment names: those that are always there, and those that are only sometimes."""
    found = re.search(r"Metadata: (.*)", comment.partition("Example:")[0])
    words = re.sub(r"\([^)]*\)", "", found[1]).split(".")[0] if found else ""
    # What is only there sometimes stands behind a semicolon, or has more words around it.
    always, _, sometimes = words.partition(";")
    return named(always), named(sometimes)


def named(words):
    return [part.strip() for part in re.split("[,;:]", words) if re.fullmatch("[a-z_]+", part.strip())]


def broken_promises(refusal):
    """What the contract promises of a refusal that it does not keep."""
    met.add(refusal.reason)
    comment = comments().get(refusal.reason, "")
    broken = [f"no {fact}" for fact in facts(comment)[0] if fact not in refusal.facts]
    if "With a retry delay" in comment and refusal.retry is None:
        broken.append("no retry delay")
    return broken


def never_met():
    return sorted(set(comments()) - met - set(INSIDE))
