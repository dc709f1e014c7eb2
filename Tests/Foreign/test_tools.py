"""Generic HTTP/2 tools: nghttp, h2load and curl talk to the node with nothing but bytes in a file."""

import pathlib
import re
import subprocess
import tempfile

import contract
from contract import ContractTest, v1

HEADERS = ["content-type: application/grpc", "te: trailers"]
CHECK = "/grpc.health.v1.Health/Check"
RESERVE = "/holdfast.v1.HoldService/Reserve"


def framed(message):
    """A gRPC message: a flag, a length, the bytes."""
    return b"\0" + len(message).to_bytes(4, "big") + message


class Tools(ContractTest):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_tool(self, *arguments):
        done = subprocess.run(arguments, capture_output=True, timeout=60, stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 0, done.stderr.decode(errors="replace"))
        return done.stdout

    def body(self, message):
        path = self.folder / "request"
        path.write_bytes(framed(message))
        return str(path)

    def reservation(self, sku):
        """Without a request id: the node makes one for each call."""
        return v1.ReserveRequest(tenant=self.tenant, lines=[v1.ReserveLine(sku=sku, quantity=1)]).SerializeToString()

    def url(self, path):
        return f"http://{contract.address}{path}"

    def test_nghttp(self):
        sku = self.new_sku(5)
        options = [f"-H{header}" for header in HEADERS]
        output = self.run_tool("nghttp", "-v", "-n", *options, "-d", self.body(self.reservation(sku)), self.url(RESERVE))
        text = output.decode(errors="replace")
        self.assertRegex(text, r":status: 200")
        self.assertRegex(text, r"grpc-status: 0")
        self.assertEqual(self.total(sku).held, 1)

    def test_curl(self):
        sku = self.new_sku(1)
        head, body = self.folder / "head", self.folder / "body"
        options = [part for header in HEADERS for part in ("-H", header)]
        options += ["--http2-prior-knowledge", "--silent", "--show-error", "--dump-header", str(head), "-o", str(body)]
        data = ["--data-binary", "@" + self.body(self.reservation(sku))]
        self.run_tool("curl", *options, *data, self.url(RESERVE))
        self.assertRegex(head.read_text(), r"(?m)^HTTP/2 200")
        self.assertRegex(head.read_text(), r"(?m)^grpc-status: 0")
        message = body.read_bytes()
        self.assertEqual(message[:5], framed(message[5:])[:5])
        self.assertEqual(v1.ReserveResponse.FromString(message[5:]).hold.lines[0].sku, sku)
        self.run_tool("curl", *options, *data, self.url(RESERVE))
        self.assertRegex(head.read_text(), r"(?m)^grpc-status: 9")
        self.assertRegex(head.read_text(), r"(?m)^grpc-status-details-bin: \S+")

    def status(self, body, *headers, path=RESERVE):
        """The grpc-status of a call whose body and headers are ours alone."""
        head = self.folder / "head"
        (self.folder / "odd").write_bytes(body)
        options = [part for header in [*HEADERS, *headers] for part in ("-H", header)]
        options += ["--http2-prior-knowledge", "--silent", "--show-error", "--dump-header", str(head), "-o", "/dev/null"]
        self.run_tool("curl", *options, "--data-binary", f"@{self.folder / 'odd'}", self.url(path))
        found = re.search(r"(?m)^grpc-status: (\d+)", head.read_text())
        self.assertTrue(found, head.read_text())
        return int(found[1])

    def test_odd_framing_gets_a_status_and_has_no_effect(self):
        sku = self.new_sku(10)
        message = self.reservation(sku)
        good = framed(message)
        length = len(message)
        invalid, unimplemented, internal = 3, 12, 13
        cases = [
            ("compressed without saying how", b"\1" + good[1:], (), {unimplemented, internal}),
            ("compressed by gzip", b"\1" + good[1:], ("grpc-encoding: gzip",), {unimplemented}),
            ("a flag that does not exist", b"\x80" + good[1:], (), {invalid, unimplemented, internal}),
            ("longer than it is", b"\0" + (length + 1).to_bytes(4, "big") + message, (), {invalid, unimplemented, internal}),
            ("shorter than it is", b"\0" + (length - 1).to_bytes(4, "big") + message, (), {invalid, unimplemented, internal}),
            ("four gigabytes claimed", b"\0\xff\xff\xff\xff" + message, (), {8}),
            ("half a prefix", good[:3], (), {invalid, unimplemented, internal}),
            ("no message", b"", (), {invalid, unimplemented, internal}),
            ("two messages", good + good, (), {invalid, unimplemented, internal}),
            ("a deadline of nothing", good, ("grpc-timeout: 0n",), {4}),
            ("a deadline that is no number", good, ("grpc-timeout: soon",), {invalid, internal}),
        ]
        for name, body, headers, allowed in cases:
            with self.subTest(name):
                self.assertIn(self.status(body, *headers), allowed)
        self.assertEqual(self.total(sku).held, 0)
        self.assertEqual(self.status(good, "grpc-timeout: 20S", "x-unknown: yes"), 0)
        self.assertEqual(self.total(sku).held, 1)

    def test_what_is_not_grpc_gets_a_plain_http_error(self):
        for arguments in ([], ["-X", "POST", "-H", "content-type: application/json", "-d", "{}"]):
            output = self.run_tool(
                *["curl", "--http2-prior-knowledge", "--silent", "-o", "/dev/null", "-w", "%{http_code}"],
                *[*arguments, self.url(RESERVE)],
            )
            self.assertRegex(output.decode(), r"^4\d\d$")

    def test_h2load(self):
        sku = self.new_sku(100_000)
        options = [f"-H{header}" for header in HEADERS]
        for path, message, clients, streams in (
            (CHECK, b"", 4, 10),
            (RESERVE, self.reservation(sku), 4, 10),
            (RESERVE, self.reservation(sku), 64, 1),
        ):
            load = ["-n", "2000", "-c", str(clients), "-m", str(streams), "-d", self.body(message)]
            output = self.run_tool("h2load", *load, *options, self.url(path)).decode()
            done = re.search(r"(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout", output)
            self.assertEqual(done.groups(), ("2000", "0", "0", "0"), output)
            self.assertIn("status codes: 2000 2xx", output)
        self.assertEqual(self.total(sku).held, 4000)
