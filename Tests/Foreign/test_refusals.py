"""What is asked wrongly gets a status, a reason and facts; nothing else happens."""

import time

import grpc

import contract
from contract import DEADLINE_SECONDS, ContractTest, Refusal, request_id, reservation, v1

Code = grpc.StatusCode
QUANTITY_MAX = 2**53


class Refusals(ContractTest):
    def test_out_of_stock_says_what_was_asked_and_what_there_is(self):
        sku = self.new_sku(2)
        refusal = self.refused(self.holds.Reserve, reservation(sku, 3), Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        facts = {name: refusal.facts[name] for name in ("sku", "asked", "available", "account")}
        self.assertEqual(facts, {"sku": sku, "asked": "3", "available": "2", "account": "AVAILABLE"})
        self.assertIn(sku, refusal.message)
        self.assertEqual(self.total(sku).held, 0)

    def test_what_does_not_exist(self):
        none = request_id() + "-0000"
        cases = [
            (self.holds.Reserve, reservation("NONE-SUCH"), "UNKNOWN_SKU", "sku", "NONE-SUCH"),
            (self.holds.GetHold, v1.GetHoldRequest(hold_id=none), "UNKNOWN_HOLD", "hold_id", none),
            (self.holds.ReleaseHold, v1.ReleaseHoldRequest(hold_id=none), "UNKNOWN_HOLD", "hold_id", none),
            (self.holds.ConfirmHold, v1.ConfirmHoldRequest(hold_id=none), "UNKNOWN_HOLD", "hold_id", none),
            (self.holds.ExtendHold, v1.ExtendHoldRequest(hold_id=none), "UNKNOWN_HOLD", "hold_id", none),
            (self.orders.GetOrder, v1.GetOrderRequest(order_id=none), "UNKNOWN_ORDER", "order_id", none),
            (self.catalog.GetSku, v1.GetSkuRequest(sku="NONE-SUCH"), "UNKNOWN_SKU", "sku", "NONE-SUCH"),
            (self.inventory.GetStock, v1.GetStockRequest(sku="NONE-SUCH"), "UNKNOWN_SKU", "sku", "NONE-SUCH"),
            (self.audit.ListJournal, v1.ListJournalRequest(sku="NONE-SUCH"), "UNKNOWN_SKU", "sku", "NONE-SUCH"),
        ]
        for method, request, reason, fact, value in cases:
            with self.subTest(type(request).__name__):
                refusal = self.refused(method, request, Code.NOT_FOUND, reason)
                self.assertEqual(refusal.facts[fact], value)

    def test_a_field_out_of_range_is_named(self):
        sku = self.new_sku(100)
        line = v1.ReserveLine
        cases = [
            ("lines", reservation(sku, lines=[])),
            ("lines", reservation(sku, lines=[line(sku=sku, quantity=1)] * 101)),
            ("lines[0].quantity", reservation(sku, 0)),
            ("lines[0].quantity", reservation(sku, -1)),
            ("lines[0].quantity", reservation(sku, QUANTITY_MAX + 1)),
            ("lines[0].quantity", reservation(sku, -(2**63))),
            ("lines[1].quantity", reservation(sku, lines=[line(sku=sku, quantity=1), line(sku=sku)])),
            ("lines[0].sku", reservation("")),
            ("lines[0].sku", reservation("x" * 129)),
            ("lines[0].sku", reservation("tab\there")),
            ("request_id", reservation(sku, request_id="not-a-uuid")),
            ("reference", reservation(sku, reference="x" * 65)),
            ("tenant", reservation(sku, tenant="x" * 65)),
            ("time_to_live", reservation(sku, seconds=0.999)),
            ("time_to_live", reservation(sku, seconds=86_401)),
            ("time_to_live", reservation(sku, seconds=-5)),
            ("mode", reservation(sku, mode=99)),
        ]
        for field, request in cases:
            with self.subTest(f"{field}: {str(request)[:60]!r}"):
                refusal = self.refused(self.holds.Reserve, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
                self.assertEqual(refusal.facts["field"], field)
                self.assertTrue(refusal.facts["allowed"])
                self.assertEqual([violation.field for violation in refusal.violations], [field])
        self.assertEqual(self.total(sku).held, 0)

    def test_a_hold_whose_time_is_over_and_whose_stock_is_gone_cannot_be_confirmed(self):
        sku = self.new_sku(1)
        hold = self.reserve(sku, seconds=1).hold
        self.reserve_when_free(sku)
        confirm = v1.ConfirmHoldRequest(request_id=request_id(), hold_id=hold.hold_id)
        extend = v1.ExtendHoldRequest(request_id=request_id(), hold_id=hold.hold_id)
        for method, request in ((self.holds.ConfirmHold, confirm), (self.holds.ExtendHold, extend)):
            refusal = self.refused(method, request, Code.FAILED_PRECONDITION, "HOLD_EXPIRED")
            self.assertEqual(refusal.facts["hold_id"], hold.hold_id)

    def reserve_when_free(self, sku):
        end = time.monotonic() + DEADLINE_SECONDS
        while self.total(sku).available == 0:
            self.assertLess(time.monotonic(), end, "the hold has no end")
            time.sleep(0.05)
        return self.reserve(sku)

    def test_one_location_for_lines_of_several_shards_cannot_be_asked_for(self):
        skus = [self.new_sku(1) for _ in range(6)]
        lines = [v1.ReserveLine(sku=sku, quantity=1) for sku in skus]
        ranges = self.call(v1.ClusterServiceStub(contract.channel).GetShardMap, v1.GetShardMapRequest()).ranges
        if len({one.shard for one in ranges}) == 1:
            self.skipTest("there is one shard")
        together = reservation("", lines=lines, split=v1.SPLIT_POLICY_NONE)
        self.refused(self.holds.Reserve, together, Code.FAILED_PRECONDITION, "LINES_SPAN_SHARDS")

    def test_no_more_waits_for_a_sku_than_it_takes_backorders(self):
        sku = self.new_sku()
        self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=v1.Sku(sku=sku, backorder_limit=5)))

        def order(quantity):
            lines = [v1.NewOrderLine(sku=sku, quantity=quantity)]
            return v1.CreateOrderRequest(request_id=request_id(), lines=lines, allow_backorder=True)

        self.assertEqual(self.call(self.orders.CreateOrder, order(2)).order.lines[0].backordered, 2)
        refusal = self.refused(self.orders.CreateOrder, order(4), Code.FAILED_PRECONDITION, "BACKORDER_LIMIT")
        self.assertEqual({name: refusal.facts[name] for name in ("sku", "limit", "left")}, {"sku": sku, "limit": "5", "left": "3"})

    def test_an_id_older_than_the_retention_is_refused_not_applied_twice(self):
        sku = self.new_sku(1)
        old = reservation(sku, request_id=request_id(age_seconds=73 * 3600))
        self.refused(self.holds.Reserve, old, Code.INVALID_ARGUMENT, "REQUEST_TOO_OLD")
        self.call(self.holds.Reserve, reservation(sku, request_id=request_id(age_seconds=71 * 3600)))

    def test_an_id_of_tomorrow_is_refused(self):
        early = reservation(self.new_sku(1), request_id=request_id(age_seconds=-25 * 3600))
        self.refused(self.holds.Reserve, early, Code.INVALID_ARGUMENT, "REQUEST_FROM_FUTURE")

    def test_no_balance_grows_beyond_two_to_the_53(self):
        sku = self.new_sku(QUANTITY_MAX)
        more = v1.ReceiveRequest(request_id=request_id(), sku=sku, location="BER1", quantity=1)
        refusal = self.refused(self.inventory.Receive, more, Code.FAILED_PRECONDITION, "QUANTITY_OVERFLOW")
        self.assertEqual(
            [refusal.facts[fact] for fact in ("sku", "location", "account")], [sku, "BER1", "AVAILABLE"])
        self.assertEqual(self.total(sku).available, QUANTITY_MAX)
        self.assertEqual(self.reserve(sku, QUANTITY_MAX).hold.lines[0].quantity, QUANTITY_MAX)


class Bytes(ContractTest):
    """Calls whose message is bytes of our own, so that nothing of the client library stands in between."""

    def raw(self, method, message, **options):
        call = contract.channel.unary_unary(method, request_serializer=None, response_deserializer=None)
        return call(message, timeout=DEADLINE_SECONDS, **options)

    def refused_raw(self, method, message, code, reason="", **options):
        with self.assertRaises(grpc.RpcError) as caught:
            self.raw(method, message, **options)
        refusal = Refusal(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (code, reason), refusal.message)

    RESERVE = "/holdfast.v1.HoldService/Reserve"

    def test_fields_of_a_later_version_are_skipped(self):
        sku = self.new_sku(1)
        message = reservation(sku, tenant=self.tenant).SerializeToString()
        later = b"\xf8\x3f\x01" + b"\xf2\x3f\x03abc" + b"\xfd\x3f\x00\x00\x00\x00" + b"\xf9\x3f" + bytes(8)
        answer = v1.ReserveResponse.FromString(self.raw(self.RESERVE, message + later))
        self.assertEqual(answer.hold.lines[0].quantity, 1)

    def test_what_is_not_protobuf_is_refused(self):
        depth = b""
        for _ in range(20_000):
            depth = b"\x2a" + varint(len(depth)) + depth if len(depth) < 100_000 else depth
        cases = {
            "truncated tag": b"\xff",
            "truncated varint": b"\x28\xff\xff",
            "overlong varint": b"\x30" + b"\xff" * 10 + b"\x01",
            "length beyond the end": b"\x0a\xff\xff\xff\xff\x07abc",
            "length of 2^63": b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7fabc",
            "field number 0": b"\x00\x01",
            "bad UTF-8": b"\x0a\x02\xc3\x28",
            "wrong wire type": b"\x0d\x01\x02\x03\x04"[:3],
            "group that never ends": b"\xf3\x3f",
            "end of a group that never began": b"\xf4\x3f",
        }
        for name, message in cases.items():
            with self.subTest(name):
                self.refused_raw(self.RESERVE, message, Code.INVALID_ARGUMENT, "MALFORMED_MESSAGE")
        for message in (depth, b"\xf3\x3f" * 50_000):
            with self.assertRaises(grpc.RpcError) as caught:
                self.raw(self.RESERVE, message)
            self.assertEqual(caught.exception.code(), Code.INVALID_ARGUMENT)

    def test_an_unknown_method_and_service_are_unimplemented(self):
        for path in ("/holdfast.v1.HoldService/Nonsense", "/holdfast.v2.HoldService/Reserve", "/x"):
            with self.subTest(path):
                self.refused_raw(path, b"", Code.UNIMPLEMENTED)

    def test_a_message_beyond_the_limit_costs_the_call_not_the_connection(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.raw(self.RESERVE, b"\x0a" + varint(20_000_000) + bytes(20_000_000))
        self.assertEqual(caught.exception.code(), Code.RESOURCE_EXHAUSTED)
        self.reserve(self.new_sku(1))

    def test_compression_is_refused_as_the_protocol_says_or_understood(self):
        request = reservation(self.new_sku(1), tenant=self.tenant, reference="r" * 64)
        try:
            answer = self.holds.Reserve(request, timeout=DEADLINE_SECONDS, compression=grpc.Compression.Gzip)
            self.assertEqual(answer.hold.lines[0].quantity, 1)
        except grpc.RpcError as error:
            self.assertEqual(error.code(), Code.UNIMPLEMENTED, error.details())


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)
