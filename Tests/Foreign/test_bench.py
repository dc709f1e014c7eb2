"""A short form of every workload of holdfast-bench: each must end with a sound verification and exit code 0."""

import json
import pathlib
import subprocess
import tempfile

import contract
from contract import ContractTest
from harness.node import program

SECONDS = 120
COMMON = ["--quiet", "--connections", "4", "--in-flight", "4", "--skus", "40", "--deadline-ms", "60000"]
COUNTED = ["--count", "160"]
TIMED = ["--seconds", "0.5", "--warmup", "0.1", "--late-ms", "60000"]
WORKLOADS = {
    "reserve": [],
    "batch": ["--batch", "20"],
    "duplicates": ["--duplicate-share", "0.5", "--choice", "zipf:0.99"],
    "reserve-confirm": ["--workload", "reserve-confirm", "--choice", "hot-set:4:0.8"],
    "mix": ["--workload", "mix", "--choice", "one"],
    "cart-churn": ["--workload", "cart-churn"],
    "orders": ["--workload", "orders", "--lines", "2-6"],
    "reads": ["--workload", "reads", "--write-share", "0.3", "--read-batch", "5"],
    "feed": ["--workload", "feed", "--followers", "3"],
}


class Bench(ContractTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def bench(self, *arguments, name="result"):
        """What holdfast-bench found out."""
        path = self.folder / f"{name}.json"
        command = [str(program("holdfast-bench")), *arguments, "--json", str(path)]
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, path.read_text()[:2000] if path.exists() else done.stderr)
        return json.loads(path.read_text())

    def run_bench(self, command, *arguments, name="result"):
        result = self.bench(command, "--server", contract.address, *arguments, name=name)
        self.assertTrue(result["verification"]["isFine"])
        self.assertEqual(result["failedCalls"], 0)
        return result

    def test_every_workload(self):
        for name, arguments in WORKLOADS.items():
            with self.subTest(name):
                result = self.run_bench("run", *COMMON, *COUNTED, *arguments)
                self.assertGreaterEqual(sum(part["latency"]["count"] for part in result["operations"]), 8)

    def test_flash_sale(self):
        arguments = ["--quiet", "--connections", "4", "--deadline-ms", "60000", "--buyers", "200", "--stock", "30"]
        result = self.run_bench("flash-sale", *arguments)
        self.assertEqual(result["reservations"], {"done": 30, "out_of_stock": 170})

    def test_rates(self):
        self.run_bench("run", *COMMON, *TIMED, "--rate", "40", "--ramp-to", "80", "--arrivals", "poisson")
        self.run_bench("run", *COMMON, *TIMED, "--steps", "30,60")

    def test_results_merge(self):
        paths = []
        for name in ("one", "other"):
            self.run_bench("run", *COMMON, *COUNTED, name=name)
            paths.append(str(self.folder / f"{name}.json"))
        page, table = self.folder / "page.html", self.folder / "table.csv"
        path = self.folder / "merged.json"
        command = [str(program("holdfast-bench")), "merge", *paths, "--quiet", "--json", str(path)]
        command += ["--html", str(page), "--csv", str(table)]
        # They ran one after the other, so that the rates do not add up: that is told, with exit code 1.
        self.assertEqual(subprocess.run(command, capture_output=True, timeout=SECONDS).returncode, 1)
        merged = json.loads(path.read_text())
        self.assertEqual(merged["reservations"], {"done": 320})
        self.assertEqual(merged["operations"][0]["latency"]["count"], 320)
        self.assertIn("not at the same time", merged["problems"][0])
        self.assertIn("<svg", page.read_text())
        self.assertIn("latency,reserve,done,,320,", table.read_text())
