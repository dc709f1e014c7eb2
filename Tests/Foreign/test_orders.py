"""Orders from beginning to end."""

import concurrent.futures
import time
import uuid

import grpc

from contract import DEADLINE_SECONDS, ContractTest, Refusal, request_id, v1

Code = grpc.StatusCode


def line(sku, quantity=1, location=""):
    return v1.NewOrderLine(sku=sku, quantity=quantity, location=location)


def part(number, quantity=0):
    return v1.OrderLineQuantity(line=number, quantity=quantity)


class Orders(ContractTest):
    def create(self, *lines, pay_within=None, **fields):
        request = v1.CreateOrderRequest(**{"request_id": request_id(), **fields}, lines=lines)
        if pay_within is not None:
            request.pay_within.FromMilliseconds(int(pay_within * 1000))
        return request

    def made(self, *lines, **fields):
        return self.call(self.orders.CreateOrder, self.create(*lines, **fields)).order

    def change(self, method, order, **fields):
        """One step on an order, under a new request id."""
        request = getattr(v1, method + "Request")(request_id=request_id(), order_id=order.order_id, **fields)
        return self.call(getattr(self.orders, method), request)

    def change_refused(self, method, order, code, reason, **fields):
        request = getattr(v1, method + "Request")(request_id=request_id(), order_id=order.order_id, **fields)
        return self.refused(getattr(self.orders, method), request, code, reason)

    def read(self, order):
        return self.call(self.orders.GetOrder, v1.GetOrderRequest(order_id=order.order_id)).order

    def assert_counters(self, order, expected):
        """Lines as (ordered, cancelled, allocated, shipped)."""
        found = [(one.ordered, one.cancelled, one.allocated, one.shipped) for one in order.lines]
        self.assertEqual(found, expected)
        self.assertEqual([one.line for one in order.lines], list(range(1, len(expected) + 1)))

    def assert_stock(self, sku, available, allocated):
        """What another shard is told comes to it soon after."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            total = self.total(sku)
            found = (total.available, total.held, total.allocated)
            if found == (available, 0, allocated) or time.monotonic() > deadline:
                return self.assertEqual(found, (available, 0, allocated))
            time.sleep(0.01)

    def test_from_payment_through_shipments_to_the_end(self):
        sku = self.new_sku(10)
        order = self.made(line(sku, 4), pay_within=86_400, reference="cart-1")
        self.assertEqual(order.status, v1.ORDER_STATUS_AWAITING_PAYMENT)
        lives = order.pay_by_time.ToMilliseconds() - order.create_time.ToMilliseconds()
        self.assertTrue(0 <= lives - 86_400_000 <= 100, lives)
        self.assert_counters(order, [(4, 0, 4, 0)])
        self.assert_stock(sku, 6, 4)
        refusal = self.change_refused("ShipOrder", order, Code.FAILED_PRECONDITION, "ORDER_NOT_PAID", shipment_id="s")
        self.assertEqual(refusal.facts["order_id"], order.order_id)
        paid = self.change("PayOrder", order, payment_reference="pay_1").order
        self.assertEqual((paid.status, paid.payment_reference), (v1.ORDER_STATUS_READY, "pay_1"))
        self.assertTrue(self.change("PayOrder", order, payment_reference="pay_1").replayed)
        facts = self.change_refused(
            "PayOrder", order, Code.FAILED_PRECONDITION, "ORDER_PAID", payment_reference="pay_2"
        ).facts
        self.assertEqual(facts["payment_reference"], "pay_1")
        shipped = self.change("ShipOrder", order, shipment_id="DHL-1", lines=[part(1, 3)]).order
        self.assertEqual(shipped.status, v1.ORDER_STATUS_PARTIALLY_SHIPPED)
        refusal = self.change_refused("CompleteOrder", order, Code.FAILED_PRECONDITION, "ORDER_NOT_SHIPPED")
        self.assertEqual(refusal.facts["open"], "1")
        shipped = self.change("ShipOrder", order, shipment_id="DHL-2").order
        self.assertEqual(shipped.status, v1.ORDER_STATUS_SHIPPED)
        self.assertEqual([one.shipment_id for one in shipped.shipments], ["DHL-1", "DHL-2"])
        done = self.change("CompleteOrder", order).order
        self.assertEqual((done.status, done.version), (v1.ORDER_STATUS_COMPLETED, 5))
        self.assertEqual(self.read(order), done)
        self.assert_stock(sku, 6, 0)
        refusal = self.change_refused("CancelOrder", order, Code.FAILED_PRECONDITION, "ORDER_CLOSED")
        self.assertEqual(refusal.facts["status"], "COMPLETED")

    def test_an_order_that_is_not_paid_expires_and_gives_its_stock_back(self):
        sku = self.new_sku(3)
        order = self.made(line(sku, 3), pay_within=1)
        self.refused(self.orders.CreateOrder, self.create(line(sku)), Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assert_stock(sku, 3, 0)
        expired = self.read(order)
        self.assertEqual(expired.status, v1.ORDER_STATUS_EXPIRED)
        self.assertGreaterEqual(expired.expire_time.ToMilliseconds(), order.pay_by_time.ToMilliseconds())
        refusal = self.change_refused("PayOrder", order, Code.FAILED_PRECONDITION, "ORDER_CLOSED")
        self.assertEqual(refusal.facts["status"], "EXPIRED")

    def test_a_shipment_has_one_effect(self):
        sku = self.new_sku(10)
        order = self.made(line(sku, 4))
        request = v1.ShipOrderRequest(
            request_id=request_id(), order_id=order.order_id, shipment_id="UPS-1", lines=[part(1, 1)]
        )
        self.assertFalse(self.call(self.orders.ShipOrder, request).replayed)
        for _ in range(20):
            self.assertTrue(self.call(self.orders.ShipOrder, request).replayed)
            request.request_id = request_id()
        self.assert_counters(self.read(order), [(4, 0, 3, 1)])
        refusal = self.change_refused(
            "ShipOrder", order, Code.ALREADY_EXISTS, "SHIPMENT_ID_REUSED", shipment_id="UPS-1", lines=[part(1, 2)]
        )
        self.assertEqual(refusal.facts["shipment_id"], "UPS-1")

    def test_an_order_on_hold_is_not_shipped(self):
        order = self.made(line(self.new_sku(1)))
        held = self.change("HoldOrder", order, reason="fraud review").order
        self.assertEqual((held.on_hold, held.hold_reason), (True, "fraud review"))
        refusal = self.change_refused("ShipOrder", order, Code.FAILED_PRECONDITION, "ORDER_ON_HOLD", shipment_id="s")
        self.assertEqual(refusal.facts["hold_reason"], "fraud review")
        self.assertFalse(self.change("ResumeOrder", order).order.on_hold)
        self.change("ShipOrder", order, shipment_id="s")

    def test_lines_are_cancelled_in_part_and_as_a_whole(self):
        one, two = self.new_sku(5), self.new_sku(5)
        order = self.made(line(one, 3), line(two, 2))
        self.assert_counters(self.change("CancelOrder", order, lines=[part(1, 1)]).order, [(3, 1, 2, 0), (2, 0, 2, 0)])
        refusal = self.change_refused(
            "CancelOrder", order, Code.FAILED_PRECONDITION, "QUANTITY_NOT_OPEN", lines=[part(1, 3)]
        )
        self.assertEqual([refusal.facts[name] for name in ("line", "asked", "open")], ["1", "3", "2"])
        refusal = self.change_refused("CancelOrder", order, Code.NOT_FOUND, "UNKNOWN_ORDER_LINE", lines=[part(3)])
        self.assertEqual(refusal.facts["line"], "3")
        cancelled = self.change("CancelOrder", order).order
        self.assertEqual(cancelled.status, v1.ORDER_STATUS_CANCELLED)
        self.assert_counters(cancelled, [(3, 3, 0, 0), (2, 2, 0, 0)])
        self.assert_stock(one, 5, 0)
        self.assert_stock(two, 5, 0)

    def test_an_amendment_moves_the_differences(self):
        one, two, three = self.new_sku(5), self.new_sku(5), self.new_sku(1)
        order = self.made(line(one, 2), line(two, 2))
        amended = self.change("AmendOrder", order, lines=[part(1, 5), part(2, 1)], added_lines=[line(three)]).order
        self.assert_counters(amended, [(5, 0, 5, 0), (1, 0, 1, 0), (1, 0, 1, 0)])
        for sku, available, allocated in ((one, 0, 5), (two, 4, 1), (three, 0, 1)):
            self.assert_stock(sku, available, allocated)
        refusal = self.change_refused(
            "AmendOrder", order, Code.FAILED_PRECONDITION, "OUT_OF_STOCK", lines=[part(1, 6), part(2, 2)]
        )
        self.assertEqual((refusal.facts["sku"], refusal.facts["available"]), (one, "0"))
        self.assertEqual(self.read(order), amended)
        refusal = self.change_refused(
            "AmendOrder", order, Code.ABORTED, "ORDER_CHANGED", lines=[part(1, 4)], expected_version=1
        )
        self.assertEqual(refusal.facts["version"], "2")
        again = self.change("AmendOrder", order, lines=[part(1, 4)], expected_version=2).order
        self.assert_counters(again, [(4, 0, 4, 0), (1, 0, 1, 0), (1, 0, 1, 0)])
        self.assert_stock(one, 1, 4)

    def test_a_marketplace_that_sends_an_order_a_hundred_times_makes_one(self):
        sku = self.new_sku(10)
        number = "305-" + uuid.uuid4().hex[:8]

        def send(_):
            try:
                return self.call(
                    self.orders.CreateOrder, self.create(line(sku, 2), channel="market", external_number=number)
                )
            except grpc.RpcError as error:
                # Another one of these is being decided at this moment.
                self.assertEqual(Refusal(error).reason, "EXTERNAL_NUMBER_PENDING")
                return None

        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            answers = [answer for answer in pool.map(send, range(100)) if answer]
        self.assertEqual(len({answer.order.order_id for answer in answers}), 1)
        self.assertEqual(sum(not answer.replayed for answer in answers), 1)
        self.assert_stock(sku, 8, 2)
        order = answers[0].order
        other = self.create(line(sku, 3), channel="market", external_number=number)
        refusal = self.refused(self.orders.CreateOrder, other, Code.ALREADY_EXISTS, "EXTERNAL_NUMBER_TAKEN")
        self.assertEqual(refusal.facts["order_id"], order.order_id)
        self.call(self.orders.CreateOrder, self.create(line(sku, 1), channel="shop", external_number=number))
        request = v1.GetOrderByExternalNumberRequest(channel="market", external_number=number)
        self.assertEqual(self.call(self.orders.GetOrderByExternalNumber, request).order, order)
        request.external_number = "none"
        self.refused(self.orders.GetOrderByExternalNumber, request, Code.NOT_FOUND, "UNKNOWN_ORDER")

    def test_a_number_stays_that_of_its_order(self):
        sku = self.new_sku(10)
        for _ in range(10):
            number = "N-" + uuid.uuid4().hex[:8]
            first = self.made(line(sku), external_number=number)
            self.change("CancelOrder", first)
            again = self.call(self.orders.CreateOrder, self.create(line(sku), external_number=number))
            self.assertTrue(again.replayed)
            self.assertEqual(again.order.order_id, first.order_id)
        # An order that could not be made leaves its number free.
        number = "N-" + uuid.uuid4().hex[:8]
        for _ in range(3):
            self.refused(
                self.orders.CreateOrder, self.create(line(sku, 11), external_number=number),
                Code.FAILED_PRECONDITION, "OUT_OF_STOCK",
            )
        request = self.create(line(sku, 1), external_number=number)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            try:
                return self.assertFalse(self.call(self.orders.CreateOrder, request).replayed)
            except grpc.RpcError as error:
                self.assertEqual(Refusal(error).reason, "EXTERNAL_NUMBER_PENDING")
        self.fail("the number is never free again")

    def test_a_hold_becomes_an_order_on_terms(self):
        sku = self.new_sku(10)
        for _ in range(5):
            hold = self.reserve(sku, 1).hold
            number = "SO-" + uuid.uuid4().hex[:8]
            request = v1.ConfirmHoldRequest(
                request_id=request_id(), hold_id=hold.hold_id, external_number=number, channel="shop"
            )
            request.pay_within.FromSeconds(3600)
            made = self.call(self.holds.ConfirmHold, request)
            self.assertEqual(made.order.status, v1.ORDER_STATUS_AWAITING_PAYMENT)
            self.assertTrue(self.call(self.holds.ConfirmHold, request).replayed)
            request.request_id = request_id()
            again = self.call(self.holds.ConfirmHold, request)
            self.assertTrue(again.replayed)
            self.assertEqual(again.order, made.order)
            request = v1.GetOrderByExternalNumberRequest(channel="shop", external_number=number)
            self.assertEqual(self.call(self.orders.GetOrderByExternalNumber, request).order, made.order)
        self.assert_stock(sku, 5, 5)

    def test_an_order_over_many_skus_is_made_whole_or_not_at_all(self):
        skus = [self.new_sku(5) for _ in range(8)]
        order = self.made(*(line(sku, 2) for sku in skus), pay_within=86_400)
        self.assertEqual([one.sku for one in order.lines], skus)
        for sku in skus:
            self.assert_stock(sku, 3, 2)
        lines = [line(sku, 2) for sku in skus]
        lines[5].quantity = 4
        refusal = self.refused(self.orders.CreateOrder, self.create(*lines), Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual([refusal.facts[name] for name in ("sku", "asked", "available")], [skus[5], "4", "3"])
        for sku in skus:
            self.assert_stock(sku, 3, 2)
        self.change("AmendOrder", order, lines=[part(number, 3) for number in range(1, 5)])
        self.change("CancelOrder", order, lines=[part(number, 1) for number in range(5, 9)])
        self.change("PayOrder", order)
        for number, sku in enumerate(skus):
            self.assert_stock(sku, 2, 3) if number < 4 else self.assert_stock(sku, 4, 1)
        self.change("ShipOrder", order, shipment_id="s")
        for number, sku in enumerate(skus):
            self.assert_stock(sku, 2 if number < 4 else 4, 0)
            self.assertEqual(self.total(sku).on_hand, 2 if number < 4 else 4)

    def test_a_replacement_and_its_order_name_each_other(self):
        sku, other = self.new_sku(5), self.new_sku(5)
        first = self.made(line(sku))
        self.change("ShipOrder", first, shipment_id="lost")
        second = self.made(line(sku), line(other), replaces_order_id=first.order_id)
        self.assertEqual(second.replaces_order_id, first.order_id)
        self.assertEqual(list(self.read(first).replacement_order_ids), [second.order_id])
        for _ in range(9):
            self.change("CancelOrder", self.made(line(sku), replaces_order_id=first.order_id))
        request = self.create(line(sku), replaces_order_id=first.order_id)
        self.refused(self.orders.CreateOrder, request, Code.FAILED_PRECONDITION, "TOO_MANY_LINES")
        request.replaces_order_id = request_id() + first.order_id[-5:]
        self.refused(self.orders.CreateOrder, request, Code.NOT_FOUND, "UNKNOWN_ORDER")

    def test_a_retry_gets_the_same_answer_and_another_content_none(self):
        sku = self.new_sku(5)
        request = self.create(line(sku, 2))
        first = self.call(self.orders.CreateOrder, request)
        again = self.call(self.orders.CreateOrder, request)
        self.assertEqual((first.replayed, again.replayed, first.order), (False, True, again.order))
        request.lines[0].quantity = 1
        self.refused(self.orders.CreateOrder, request, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        step = v1.CancelOrderRequest(request_id=request_id(), order_id=first.order.order_id, lines=[part(1, 1)])
        self.assertFalse(self.call(self.orders.CancelOrder, step).replayed)
        self.assertTrue(self.call(self.orders.CancelOrder, step).replayed)
        step.lines[0].quantity = 0
        self.refused(self.orders.CancelOrder, step, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        self.assert_stock(sku, 4, 1)

    def test_an_order_of_another_tenant_does_not_exist(self):
        order = self.made(line(self.new_sku(1)))
        for method in ("PayOrder", "HoldOrder", "ResumeOrder", "CancelOrder", "CompleteOrder"):
            refusal = self.change_refused(method, order, Code.NOT_FOUND, "UNKNOWN_ORDER", tenant="somebody-else")
            self.assertEqual(refusal.facts["order_id"], order.order_id)

    def test_an_order_is_shipped_in_at_most_a_hundred_parts(self):
        order = self.made(line(self.new_sku(200), 200))
        for number in range(100):
            self.change("ShipOrder", order, shipment_id=f"s{number}", lines=[part(1, 1)])
        more = {"shipment_id": "one-more", "lines": [part(1, 1)]}
        self.change_refused("ShipOrder", order, Code.FAILED_PRECONDITION, "TOO_MANY_SHIPMENTS", **more)

    def test_a_field_out_of_range_is_named(self):
        sku = self.new_sku(1)
        order = self.made(line(sku))
        long = "x" * 65
        cases = [
            ("lines", self.create()),
            ("lines", self.create(*[line(sku)] * 101)),
            ("lines[0].sku", self.create(line(""))),
            ("lines[0].quantity", self.create(line(sku, 0))),
            ("channel", self.create(line(sku), channel=long)),
            ("external_number", self.create(line(sku), external_number=long)),
            ("reference", self.create(line(sku), reference=long)),
            ("pay_within", self.create(line(sku), pay_within=0.5)),
            ("pay_within", self.create(line(sku), pay_within=91 * 86_400)),
            ("replaces_order_id", self.create(line(sku), replaces_order_id="none")),
            ("order_id", v1.PayOrderRequest(order_id="none")),
            ("payment_reference", v1.PayOrderRequest(order_id=order.order_id, payment_reference=long)),
            ("shipment_id", v1.ShipOrderRequest(order_id=order.order_id)),
            ("lines[0].line", v1.ShipOrderRequest(order_id=order.order_id, shipment_id="s", lines=[part(0, 1)])),
            ("lines[0].quantity", v1.CancelOrderRequest(order_id=order.order_id, lines=[part(1, -1)])),
            ("lines", v1.AmendOrderRequest(order_id=order.order_id)),
            ("lines[0].quantity", v1.AmendOrderRequest(order_id=order.order_id, lines=[part(1, 0)])),
            ("lines[1].line", v1.AmendOrderRequest(order_id=order.order_id, lines=[part(1, 2), part(1, 3)])),
            ("external_number", v1.GetOrderByExternalNumberRequest(channel="shop")),
        ]
        for field, request in cases:
            name = type(request).__name__.removesuffix("Request")
            with self.subTest(f"{name} {field}"):
                refusal = self.refused(getattr(self.orders, name), request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
                self.assertEqual(refusal.facts["field"], field)

    def test_the_journal_names_the_order(self):
        sku = self.new_sku(5)
        order = self.made(line(sku, 3))
        self.change("CancelOrder", order, lines=[part(1, 1)], reason="customer's wish")
        self.change("AmendOrder", order, lines=[part(1, 1)])
        self.change("ShipOrder", order, shipment_id="s")
        records = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku)).records
        causes = [v1.CauseKind.Name(record.cause.kind).removeprefix("CAUSE_KIND_") for record in records[:4]]
        self.assertEqual(causes, ["SHIPMENT", "AMENDMENT", "CANCELLATION", "ORDER"])
        self.assertEqual({record.cause.id for record in records[:4]}, {order.order_id})
        self.assertEqual(records[2].reason, "customer's wish")
