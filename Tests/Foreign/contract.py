"""The contract as a stranger sees it: message classes made from the .proto files by the stock tools, a channel, ids.

`connect` fills this module's names; every call has a deadline.
"""

import importlib
import os
import pathlib
import shutil
import subprocess
import sys
import time
import types
import unittest
import uuid

# Nodes are started while channels are open; what is forked becomes a node at once and calls nobody.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "false")

import grpc  # noqa: E402

import reasons  # noqa: E402

PROTOS = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "API" / "Protos"
DEADLINE_SECONDS = 20
FILES = ["common", "error_reason", "catalog_service", "inventory_service", "hold_service", "order_service"]
FILES += ["audit_service", "import_service", "cluster_service", "watch_service"]

v1 = types.SimpleNamespace()
address = ""
channel = None
# The nodes, where the tests run against a cluster that they may break.
cluster = None
# A node that comes back is found again soon.
RECONNECT = [("grpc.initial_reconnect_backoff_ms", 100), ("grpc.max_reconnect_backoff_ms", 500)]
status_pb2 = details_pb2 = health_pb2 = health_grpc = reflection_pb2 = None


def generate(folder):
    """Runs grpcio-tools; outside of a virtual environment, Debian's protoc with the plugin that grpcio-tools wraps."""
    folder.mkdir(parents=True)
    files = [str(path.relative_to(PROTOS)) for path in sorted(PROTOS.rglob("*.proto"))]
    plugin = shutil.which("grpc_python_plugin")
    if sys.prefix != sys.base_prefix or not plugin:
        import grpc_tools

        command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{pathlib.Path(grpc_tools.__file__).parent / '_proto'}"]
    else:
        # The grpcio-tools that Debian 12 packages is of 2018 and knows no `optional`.
        command = ["protoc", "-I/usr/include", f"--plugin=protoc-gen-grpc_python={plugin}"]
    output = [f"--python_out={folder}", f"--grpc_python_out={folder}"]
    subprocess.run([*command, f"-I{PROTOS}", *output, *files], check=True, timeout=60)


def load(folder):
    """Generates the classes and imports them."""
    global status_pb2, details_pb2, health_pb2, health_grpc, reflection_pb2
    generate(folder)
    sys.path.insert(0, str(folder))
    # Our copies of the well-known google.rpc and grpc.health files lie beside the installed packages of these names.
    import google

    for package in (google, grpc):
        package.__path__.append(os.path.join(folder, package.__name__))
    for name in FILES:
        for module in (f"holdfast.v1.{name}_pb2", f"holdfast.v1.{name}_pb2_grpc"):
            for symbol, value in vars(importlib.import_module(module)).items():
                if not symbol.startswith("_"):
                    setattr(v1, symbol, value)
    status_pb2 = importlib.import_module("google.rpc.status_pb2")
    details_pb2 = importlib.import_module("google.rpc.error_details_pb2")
    health_pb2 = importlib.import_module("grpc.health.v1.health_pb2")
    health_grpc = importlib.import_module("grpc.health.v1.health_pb2_grpc")
    reflection_pb2 = importlib.import_module("grpc.reflection.v1.reflection_pb2")


def connect(to):
    """Opens the channel of the tests."""
    global address, channel
    address = to
    channel = grpc.insecure_channel(to, options=RECONNECT)
    await_connection()


def await_connection():
    """Waits until the node behind the channel answers."""
    v1.ClusterServiceStub(channel).GetStatus(v1.GetStatusRequest(), timeout=DEADLINE_SECONDS, wait_for_ready=True)


def disconnect():
    channel.close()


def request_id(age_seconds=0):
    """A UUID of version 7: the time in milliseconds, then chance."""
    milliseconds = int((time.time() - age_seconds) * 1000)
    chance = uuid.uuid4().int & ((1 << 74) - 1)
    value = milliseconds << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | chance & ((1 << 62) - 1)
    return str(uuid.UUID(int=value))


class Refusal:
    """What an unary call failed with: the status, and the facts of `grpc-status-details-bin`."""

    def __init__(self, error):
        self.code = error.code()
        self.message = error.details()
        self.reason, self.facts, self.retry, self.violations = "", {}, None, []
        for key, value in error.trailing_metadata() or ():
            if key == "grpc-status-details-bin":
                self.read(status_pb2.Status.FromString(value))

    def read(self, status):
        self.status = status
        for detail in status.details:
            kind = detail.type_url.rpartition(".")[2]
            if kind == "ErrorInfo":
                information = details_pb2.ErrorInfo.FromString(detail.value)
                self.domain, self.reason, self.facts = information.domain, information.reason, dict(information.metadata)
                reasons.met.add(self.reason)
            elif kind == "RetryInfo":
                self.retry = details_pb2.RetryInfo.FromString(detail.value)
            elif kind == "BadRequest":
                self.violations = details_pb2.BadRequest.FromString(detail.value).field_violations


class ContractTest(unittest.TestCase):
    """Stubs for each service, and a location of its own for each class of tests."""

    @classmethod
    def setUpClass(cls):
        cls.catalog = v1.CatalogServiceStub(channel)
        cls.inventory = v1.InventoryServiceStub(channel)
        cls.holds = v1.HoldServiceStub(channel)
        cls.orders = v1.OrderServiceStub(channel)
        cls.audit = v1.AuditServiceStub(channel)
        cls.cluster = v1.ClusterServiceStub(channel)
        cls.watch = v1.WatchServiceStub(channel)
        cls.tenant = "foreign-" + uuid.uuid4().hex[:12]
        for name, priority in (("BER1", 10), ("MUC2", 20)):
            location = v1.Location(location=name, name=name.title(), priority=priority)
            cls.call(cls.catalog.PutLocation, v1.PutLocationRequest(location=location))

    @classmethod
    def call(cls, method, request, **options):
        """One call with a deadline, for this class's tenant where the request has one."""
        if "tenant" in request.DESCRIPTOR.fields_by_name and not request.tenant:
            request.tenant = cls.tenant
        return method(request, timeout=DEADLINE_SECONDS, **options)

    def refused(self, method, request, code, reason, **options):
        """Expects a refusal with a status and a reason, and gives its facts."""
        with self.assertRaises(grpc.RpcError) as caught:
            answer = self.call(method, request, **options)
            if not hasattr(answer, "DESCRIPTOR"):
                list(answer)
        refusal = Refusal(caught.exception)
        self.assertEqual(refusal.code, code, refusal.message)
        self.assertEqual(refusal.reason, reason, refusal.message)
        self.assertEqual(refusal.domain, "holdfast")
        self.assertEqual(reasons.broken_promises(refusal), [], f"{reason} {refusal.facts}")
        self.assertEqual(refusal.status.code, code.value[0])
        self.assertTrue(refusal.message)
        return refusal

    def new_sku(self, quantity=0, location="BER1"):
        """A SKU of its own for each test, with some stock."""
        name = "SKU-" + uuid.uuid4().hex[:12].upper()
        self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=v1.Sku(sku=name, name="A thing")))
        if quantity:
            self.receive(name, quantity, location)
        return name

    def receive(self, sku, quantity, location="BER1"):
        request = v1.ReceiveRequest(request_id=request_id(), sku=sku, location=location, quantity=quantity)
        return self.call(self.inventory.Receive, request)

    def reserve(self, sku, quantity=1, **fields):
        return self.call(self.holds.Reserve, reservation(sku, quantity, **fields))

    def total(self, sku):
        return self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku)).stock.total


def reservation(sku, quantity=1, *, seconds=None, **fields):
    """A request for one line. `seconds` is the time to live."""
    request = v1.ReserveRequest(**{"request_id": request_id(), **fields})
    if "lines" not in fields:
        request.lines.add(sku=sku, quantity=quantity)
    if seconds is not None:
        request.time_to_live.FromMilliseconds(int(seconds * 1000))
    return request
