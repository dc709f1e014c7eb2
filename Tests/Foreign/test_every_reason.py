"""Every refusal and failure of the contract has an example in its comment and a test that meets it."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROTOS = ROOT / "Sources" / "API" / "Protos" / "holdfast" / "v1"
# What no client can bring about in seconds, and the test that does it from the inside.
INSIDE = {
    # Two thousand million SKUs are in no test.
    "TOO_MANY_SKUS": ("Sources/Inventory/Ledger+Catalog.swift", "tooManySKUs"),
    "DISK_FULL": ("Tests/ReplicationTests/StoreTests.swift", "diskFull"),
    "HISTORY_TOO_FAR": ("Tests/InventoryTests/StockHistoryTests.swift", "tooFar"),
    "BACKLOG_FULL": ("Tests/ReplicationTests/StoreTests.swift", "backlogFull"),
    "GOAL_CHANGED": ("Tests/PlacementTests/ClusterTableTests.swift", "staleRevision"),
}


def reasons():
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


def sources(*patterns):
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.name != "test_every_reason.py"]


class EveryReason(unittest.TestCase):
    def test_each_reason_has_an_example_in_its_comment(self):
        wrong = [name for name, comment in reasons().items() if not re.search(f'Example: `?reason: "{name}"', comment)]
        self.assertEqual(wrong, [])

    def test_each_example_names_the_facts_that_the_comment_promises(self):
        wrong = []
        for name, comment in reasons().items():
            promised, _, example = comment.partition("Example:")
            facts = re.search(r"Metadata: (.*)", promised)
            words = re.sub(r"\([^)]*\)", "", facts[1]).split(".")[0] if facts else ""
            # What is only there sometimes has more words around it.
            names = [part.strip() for part in re.split("[,;]", words)]
            wrong += [f"{name}: {fact}" for fact in names if re.fullmatch("[a-z_]+", fact) and f"{fact}:" not in example]
        self.assertEqual(wrong, [])

    def test_each_reason_is_met_by_a_test(self):
        texts = [path.read_text() for path in sources("Tests/Foreign/test_*.py", "Scripts/harness/*.py")]
        met = {name for name in reasons() if any(f'"{name}"' in text for text in texts)}
        for name, (path, word) in INSIDE.items():
            if word in (ROOT / path).read_text():
                met.add(name)
        self.assertEqual(sorted(set(reasons()) - met), [])

    def test_each_reason_that_a_call_names_exists_and_each_is_named(self):
        named = set()
        for path in sources("Sources/API/Protos/holdfast/v1/*_service.proto"):
            named |= set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b", path.read_text()))
        # These may end any call.
        anywhere = {"MALFORMED_MESSAGE", "BACKLOG_FULL", "DISK_FULL", "NO_LEADER", "SHUTTING_DOWN", "DEADLINE"}
        self.assertEqual(sorted(set(reasons()) - named - anywhere), [])


if __name__ == "__main__":
    unittest.main()
