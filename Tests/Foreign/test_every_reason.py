"""Every refusal and failure of the contract has an example in its comment and a test that meets it."""

import re
import unittest

from reasons import INSIDE, PROTOS, ROOT, comments, facts


def sources(*patterns):
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if path.name != "test_every_reason.py"]


class EveryReason(unittest.TestCase):
    def test_each_reason_has_an_example_in_its_comment(self):
        wrong = [name for name, comment in comments().items() if not re.search(f'Example: `?reason: "{name}"', comment)]
        self.assertEqual(wrong, [])

    def test_each_example_names_the_facts_that_the_comment_promises(self):
        wrong = []
        for name, comment in comments().items():
            example = comment.partition("Example:")[2]
            always, sometimes = facts(comment)
            wrong += [f"{name}: {fact}" for fact in always + sometimes if f"{fact}:" not in example]
        self.assertEqual(wrong, [])

    def test_each_reason_is_met_by_a_test(self):
        texts = [path.read_text() for path in sources("Tests/Foreign/test_*.py", "Scripts/harness/*.py")]
        met = {name for name in comments() if any(f'"{name}"' in text for text in texts)}
        for name, (path, word) in INSIDE.items():
            if word in (ROOT / path).read_text():
                met.add(name)
        self.assertEqual(sorted(set(comments()) - met), [])

    def test_each_reason_that_a_call_names_exists_and_each_is_named(self):
        named = set()
        for path in sources("Sources/API/Protos/holdfast/v1/*_service.proto"):
            named |= set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b", path.read_text()))
        # These may end any call.
        anywhere = {"MALFORMED_MESSAGE", "BACKLOG_FULL", "DISK_FULL", "NO_LEADER", "SHUTTING_DOWN", "DEADLINE"}
        self.assertEqual(sorted(set(comments()) - named - anywhere), [])


if __name__ == "__main__":
    unittest.main()
