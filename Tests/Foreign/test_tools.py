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
