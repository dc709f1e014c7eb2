"""A consumer of the change feed that keeps books of its own: `python3 -m harness.consumer --nodes A,B --books FILE`.

It reads `holdfast feed --json` and stores, in one file that is replaced whole, what it has made of the records together with
the token behind them. So it may be killed at any moment. A record that is not the next one of its shard ends it with 9.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

from .node import program
from .processes import die_with_parent

OUT_OF_ORDER = 9


class Books:
    """Balances by shard, and the next record that each shard owes. A SKU's balance is the sum over the shards."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.token, self.next, self.rows, self.records = "", {}, {}, 0
        if self.path.exists():
            stored = json.loads(self.path.read_text())
            self.token, self.next, self.rows = stored["token"], stored["next"], stored["rows"]
            self.records = stored["records"]

    def store(self, token):
        self.token = token
        text = json.dumps({"token": token, "next": self.next, "rows": self.rows, "records": self.records})
        new = self.path.with_suffix(".new")
        new.write_text(text)
        new.replace(self.path)

    def take(self, line):
        shard = str(line["shard"])
        if "base" in line:
            base = line["base"]
            self.next[shard] = line["base_sequence"] + 1
            self.rows[self.key(shard, base)] = {name.upper(): value for name, value in base["balances"].items()}
            return
        record = line["record"]
        expected = self.next.get(shard, 1)
        if record["sequence"] != expected:
            sys.exit(f"shard {shard}: record {record['sequence']} came, {expected} was due")
        self.next[shard] = expected + 1
        self.records += 1
        row = self.rows.setdefault(self.key(shard, record), {})
        row[record["from_account"]] = record["from_balance"]
        row[record["to_account"]] = record["to_balance"]

    @staticmethod
    def key(shard, what):
        return "|".join((shard, what["tenant"], what["sku"], what["location"]))

    def balance(self, sku, account):
        return sum(row.get(account, 0) for key, row in self.rows.items() if key.split("|")[2] == sku)


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", required=True, metavar="HOST:PORT,...")
    parser.add_argument("--books", required=True, metavar="FILE")
    parser.add_argument("--until-caught-up", action="store_true")
    options = parser.parse_args(arguments)
    books = Books(options.books)
    command = [program("holdfast"), "feed", "--json", "--heartbeat", "500ms", "--address", options.nodes]
    command += ["--from", books.token or "beginning"]
    if options.until_caught_up:
        command.append("--until-caught-up")
    words = [str(word) for word in command]
    feed = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
    try:
        for text in feed.stdout:
            line = json.loads(text)
            if "token" in line:
                books.store(line["token"])
            else:
                books.take(line)
        return feed.wait()
    except SystemExit as failure:
        print(failure, file=sys.stderr, flush=True)
        os._exit(OUT_OF_ORDER)
    finally:
        feed.kill()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
