"""`holdfast import` and `holdfast export`: files in, files out, resumed where they were interrupted."""

import csv
import io
import json
import pathlib
import subprocess
import tempfile

import contract
from contract import DEADLINE_SECONDS, ContractTest, request_id, v1
from harness.node import program


class Bulk(ContractTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def tool(self, *arguments, code=0):
        return self.said(*arguments, code=code)[0]

    def said(self, *arguments, code=0):
        """What it says on standard output and on standard error."""
        where = ["--address", contract.address, "--tenant", self.tenant, "--timeout", f"{DEADLINE_SECONDS}s"]
        command = [program("holdfast"), *arguments, *where]
        done = subprocess.run(command, capture_output=True, text=True, timeout=3 * DEADLINE_SECONDS, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout, done.stderr

    def file(self, name, *rows):
        path = self.folder / name
        path.write_text("".join(row + "\n" for row in rows))
        return path

    def results(self, path):
        """By line: they are written as the answers come, and a refused row need not wait until the one before is durable."""
        with open(f"{path}.results.csv", newline="") as file:
            rows = [(row["line"], row["result"], row["reason"]) for row in csv.DictReader(file)]
        return sorted(rows, key=lambda row: int(row[0]))

    def available(self, *skus):
        request = v1.GetAvailabilityRequest(skus=skus)
        return [row.availability.available for row in self.call(self.inventory.GetAvailability, request).results]

    def names(self, count):
        prefix = request_id()[-12:].upper()
        return [f"{prefix}-{number}" for number in range(count)]

    def test_skus_stock_and_orders_from_files(self):
        first, second = self.names(2)
        skus = self.file("skus.csv", "sku,name,scale", f"{first},A thing,0", f'{second},"By the kilo, loose",3')
        self.tool("import", "skus", skus)
        self.assertEqual(self.results(skus), [("2", "done", ""), ("3", "done", "")])
        stock = self.file("stock.csv", "sku,location,quantity,reason", f"{first},BER1,10,", f"{second},BER1,2.5,PO-1")
        self.tool("import", "stock", stock)
        self.assertEqual(self.available(first, second), [10, 2500])
        orders = self.file("orders.csv", "lines,external_number", f"{first}=2,I-1", f"{first}=99,I-2")
        self.tool("import", "orders", orders, code=1)
        self.assertEqual(self.results(orders), [("2", "done", ""), ("3", "refused", "OUT_OF_STOCK")])
        self.assertEqual(self.available(first), [8])

    def test_an_import_is_resumed_where_it_was_interrupted(self):
        sku = self.new_sku()
        path = self.file("stock.csv", "sku,location,quantity", *[f"{sku},BER1,1"] * 4)
        import_id = request_id()
        self.tool("import", "stock", path, "--import-id", import_id)
        self.assertEqual(self.available(sku), [4])
        self.tool("import", "stock", path, code=2)
        self.assertEqual(self.available(sku), [4], "an import that has results is not begun anew by mistake")
        # As if the tool had been killed behind its second row, in the middle of writing the third.
        results = pathlib.Path(f"{path}.results.csv")
        kept = results.read_text().splitlines()[:3]
        results.write_text("\n".join(kept) + f"\n{import_id},4")
        self.tool("import", "stock", path, "--resume")
        self.assertEqual(self.available(sku), [4])
        again = [row for row in self.results(path) if row[1] == "done before"]
        self.assertEqual([line for line, _, _ in again], ["4", "5"])

    def test_a_corrected_row_is_done_when_the_import_is_resumed(self):
        sku = self.new_sku()
        path = self.file("stock.csv", "sku,location,quantity", f"{sku},BER1,1", f"{sku},NOWHERE,2")
        self.tool("import", "stock", path, code=1)
        self.file("stock.csv", "sku,location,quantity", f"{sku},BER1,1", f"{sku},MUC2,2")
        self.tool("import", "stock", path, "--resume")
        self.assertEqual(self.available(sku), [3])

    def test_what_an_interrupted_csv_load_says_to_go_on_with_works(self):
        sku = self.new_sku()
        path = self.file("delivery.csv", "sku,location,quantity", f"{sku},BER1,4")
        said = self.said("stock", "receive", "--csv", path)[1]
        again = said.split("go on with: ")[1].splitlines()[0].split()
        self.tool("stock", "receive", "--csv", path, *again)
        self.assertEqual(self.available(sku), [4])

    def test_lists_and_watches_show_whole_units(self):
        sku = self.new_sku()
        self.tool("sku", "put", sku, "--scale", "3")
        self.tool("stock", "receive", sku, "BER1", "5")
        hold = json.loads(self.tool("reserve", f"{sku}=1.5", "--json"))["hold"]["hold_id"]
        self.assertIn(f"{sku}=1.500", self.tool("hold", "list", "--sku", sku))
        order = json.loads(self.tool("hold", "confirm", hold, "--json"))["order"]["order_id"]
        self.assertIn(f"{sku}=1.500", self.tool("order", "list", "--sku", sku))
        self.assertIn("1.500", self.tool("watch", "hold", hold))
        self.tool("order", "cancel", order)
        self.assertIn("1.500", self.tool("watch", "order", order))

    def test_stock_and_journal_are_exported(self):
        sku = self.new_sku(7)
        self.receive(sku, 3, "MUC2")
        self.reserve(sku, 2)
        rows = list(csv.DictReader(io.StringIO(self.tool("export", "stock", "--sku-prefix", sku))))
        found = [(row["sku"], row["location"], row["available"], row["held"], row["supplier"]) for row in rows]
        self.assertEqual(found, [(sku, "BER1", "5", "2", "-7"), (sku, "MUC2", "3", "0", "-3")])
        path = self.folder / "journal.jsonl"
        self.tool("export", "journal", "--json", "--output", path)
        balances = {}
        for record in map(json.loads, path.read_text().splitlines()):
            if record["sku"] == sku:
                for account, change in ((record["from_account"], -record["quantity"]), (record["to_account"], record["quantity"])):
                    balances[account] = balances.get(account, 0) + change
        self.assertEqual(balances, {"SUPPLIER": -10, "AVAILABLE": 8, "HELD": 2})
        lines = self.tool("export", "journal", "--cause", "hold").splitlines()
        self.assertEqual(lines[0].split(",")[:4], ["shard", "sequence", "time", "sku"])
        self.assertTrue(any(sku in line for line in lines[1:]))

    def test_a_script_reads_each_failure_as_json(self):
        for arguments, code, reason in (
            (["reserve", "X"], 2, "USAGE"),
            (["reserve", "X=1", "--nonsense"], 2, "USAGE"),
            (["sku", "put", "--csv", "missing.csv"], 2, "USAGE"),
            (["stock", "receive", "--csv", "missing.csv", "--quality-control"], 2, "USAGE"),
            (["sku", "get", "NONE-SUCH"], 3, "UNKNOWN_SKU"),
        ):
            with self.subTest(arguments):
                error = json.loads(self.said(*arguments, "--json", code=code)[1])["error"]
                self.assertEqual(error["reason"], reason)
                self.assertTrue(error["message"])
                self.assertNotIn("{", self.said(*arguments, code=code)[1])

    def test_lists_for_people_and_scripts(self):
        sku = self.new_sku(5)
        hold = self.reserve(sku, 2, reference="cart-77").hold.hold_id
        listed = [json.loads(line) for line in self.tool("hold", "list", "--sku", sku, "--json").splitlines()]
        self.assertEqual([one["hold_id"] for one in listed], [hold])
        self.assertIn("cart-77", self.tool("hold", "list", "--reference", "cart-77", "--expiring", "1h"))
        self.assertIn("no such holds", self.tool("hold", "list", "--sku", sku, "--state", "released"))
        self.assertIn("3", self.tool("stock", "availability", sku))
        self.tool("stock", "availability", sku, "NONE-SUCH", code=3)
        before = json.loads(self.tool("stock", "show", sku, "--as-of", "1h", "--json"))
        self.assertEqual(before["total"]["on_hand"], 0)
        records = [json.loads(line) for line in self.tool("journal", "--hold", hold, "--json").splitlines()]
        self.assertEqual([record["cause_id"] for record in records], [hold])
        confirmed = json.loads(self.tool("hold", "confirm", hold, "--number", "SO-77", "--json"))
        self.assertIn("SO-77", self.tool("order", "list", "--sku", sku, "--status", "ready"))
        self.assertIn(confirmed["order"]["order_id"], self.tool("order", "list", "--number", "SO-77", "--json"))
