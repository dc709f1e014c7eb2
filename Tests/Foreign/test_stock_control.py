"""Where lines come from, locations that close, counts and shortfalls, and allocations that move."""

import concurrent.futures

import grpc

from contract import ContractTest, request_id, reservation, v1

Code = grpc.StatusCode


class Sourcing(ContractTest):
    def setUp(self):
        # BER1 comes before MUC2 by priority.
        self.sku = self.new_sku(4)
        self.receive(self.sku, 7, "MUC2")

    def lines(self, quantity, **fields):
        """What is held where, of a reservation of one line."""
        hold = self.reserve(self.sku, quantity, **fields).hold
        self.addCleanup(self.call, self.holds.ReleaseHold, v1.ReleaseHoldRequest(hold_id=hold.hold_id))
        self.assertEqual(hold.lines[0].asked_quantity, quantity)
        self.assertTrue(all(line.asked_quantity == 0 for line in hold.lines[1:]))
        return [(line.location, line.quantity) for line in hold.lines]

    def test_by_priority_unless_said_otherwise(self):
        self.assertEqual(self.lines(3), [("BER1", 3)])
        self.assertEqual(self.lines(3, strategy=v1.SOURCING_STRATEGY_PRIORITY), [("MUC2", 3)])

    def test_from_where_the_most_is(self):
        self.assertEqual(self.lines(3, strategy=v1.SOURCING_STRATEGY_MOST_STOCK), [("MUC2", 3)])

    def test_from_where_the_caller_says_first(self):
        ranked = {"strategy": v1.SOURCING_STRATEGY_RANKED, "locations": ["MUC2", "BER1"]}
        self.assertEqual(self.lines(3, **ranked), [("MUC2", 3)])
        only = {"strategy": v1.SOURCING_STRATEGY_RANKED, "locations": ["BER1"]}
        request = reservation(self.sku, 5, **only)
        refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual(refusal.facts["locations"], "BER1 TOO_LITTLE 4, MUC2 NOT_RANKED 4")

    def test_a_line_is_divided_only_when_it_may_be_and_must_be(self):
        refusal = self.refused(
            self.holds.Reserve, reservation(self.sku, 9), Code.FAILED_PRECONDITION, "OUT_OF_STOCK"
        )
        self.assertEqual(refusal.facts["locations"], "BER1 TOO_LITTLE 4, MUC2 TOO_LITTLE 7")
        self.assertEqual(self.lines(9, split=v1.SPLIT_POLICY_LINE), [("BER1", 4), ("MUC2", 5)])
        self.assertEqual(self.lines(2, split=v1.SPLIT_POLICY_LINE), [("MUC2", 2)])
        request = reservation(self.sku, 12, split=v1.SPLIT_POLICY_LINE)
        refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual(refusal.facts["asked"], "12")

    def test_all_from_one_location_or_nothing(self):
        two = [v1.ReserveLine(sku=self.sku, quantity=4), v1.ReserveLine(sku=self.sku, quantity=3)]
        hold = self.reserve(self.sku, lines=two).hold
        self.assertEqual([line.location for line in hold.lines], ["BER1", "MUC2"])
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(hold_id=hold.hold_id))
        for fields in ({"split": v1.SPLIT_POLICY_NONE}, {"strategy": v1.SOURCING_STRATEGY_FEWEST_PARCELS}):
            hold = self.reserve(self.sku, lines=two, **fields).hold
            self.assertEqual([(line.location, line.line) for line in hold.lines], [("MUC2", 0), ("MUC2", 1)])
            self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(hold_id=hold.hold_id))
        two[1].quantity = 4
        request = reservation(self.sku, lines=two, split=v1.SPLIT_POLICY_NONE)
        refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertIn("MUC2", refusal.facts["locations"])

    def test_an_answer_that_gives_less_says_why(self):
        request = reservation(self.sku, 9, mode=v1.RESERVE_MODE_UP_TO)
        answer = self.call(self.holds.Reserve, request)
        self.assertEqual([(line.location, line.quantity) for line in answer.hold.lines], [("MUC2", 7)])
        why = [(one.line, one.location, one.reason, one.available) for one in answer.refused_locations]
        little = v1.LOCATION_REFUSAL_TOO_LITTLE
        self.assertEqual(why, [(0, "BER1", little, 4), (0, "MUC2", little, 7)])

    def test_what_contradicts_itself_is_refused(self):
        for fields, name in (
            ({"strategy": v1.SOURCING_STRATEGY_RANKED}, "locations"),
            ({"locations": ["BER1"]}, "locations"),
            ({"strategy": 99}, "strategy"),
            ({"split": 99}, "split"),
        ):
            with self.subTest(name):
                request = reservation(self.sku, 1, **fields)
                refusal = self.refused(self.holds.Reserve, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
                self.assertEqual(refusal.facts["field"], name)
        unknown = reservation(self.sku, 1, strategy=v1.SOURCING_STRATEGY_RANKED, locations=["NOWHERE"])
        self.refused(self.holds.Reserve, unknown, Code.NOT_FOUND, "UNKNOWN_LOCATION")

    def test_a_sku_with_a_lot_size_is_given_in_multiples(self):
        sku = v1.Sku(sku=self.sku, lot_size=3)
        self.assertEqual(self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=sku)).sku.lot_size, 3)
        request = reservation(self.sku, 4)
        refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "NOT_A_MULTIPLE")
        facts = {"sku": self.sku, "lot_size": "3", "asked": "4"}
        self.assertEqual({name: refusal.facts[name] for name in facts}, facts)
        self.assertEqual(self.lines(9, split=v1.SPLIT_POLICY_LINE), [("BER1", 3), ("MUC2", 6)])
        self.doCleanups()
        self.assertEqual(self.lines(8, mode=v1.RESERVE_MODE_UP_TO), [("MUC2", 6)])
        sku.lot_size = -1
        request = v1.PutSkuRequest(sku=sku)
        refusal = self.refused(self.catalog.PutSku, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
        self.assertEqual(refusal.facts["field"], "sku.lot_size")


class Closing(ContractTest):
    def state(self, state, name="HAM1"):
        location = v1.Location(location=name, priority=5, state=state)
        return self.call(self.catalog.PutLocation, v1.PutLocationRequest(location=location))

    def test_nothing_new_is_taken_where_a_location_is_closed(self):
        self.state(v1.LOCATION_STATE_ACTIVE)
        sku = self.new_sku(5, "HAM1")
        kept = self.reserve(sku, 2).hold
        for state, word in ((v1.LOCATION_STATE_DRAINING, "DRAINING"), (v1.LOCATION_STATE_CLOSED, "CLOSED")):
            self.state(state)
            line = [v1.ReserveLine(sku=sku, quantity=1, location="HAM1")]
            request = reservation(sku, lines=line)
            refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "LOCATION_CLOSED")
            self.assertEqual(refusal.facts["location"], "HAM1")
            refusal = self.refused(
                self.holds.Reserve, reservation(sku, 1), Code.FAILED_PRECONDITION, "OUT_OF_STOCK"
            )
            self.assertEqual(refusal.facts["locations"], f"HAM1 {word} 3")
            request = v1.ReceiveRequest(request_id=request_id(), sku=sku, location="HAM1", quantity=1)
            self.refused(self.inventory.Receive, request, Code.FAILED_PRECONDITION, "LOCATION_CLOSED")
        # What was promised is kept, and becomes an order.
        request = v1.ConfirmHoldRequest(request_id=request_id(), hold_id=kept.hold_id)
        self.assertEqual(self.call(self.holds.ConfirmHold, request).order.lines[0].allocated, 2)
        self.state(v1.LOCATION_STATE_ACTIVE)
        self.assertEqual(self.reserve(sku, 3).hold.lines[0].location, "HAM1")

    def test_once_closing_is_answered_no_later_reservation_succeeds(self):
        self.state(v1.LOCATION_STATE_ACTIVE, "HAM2")
        sku = self.new_sku(100_000, "HAM2")
        line = [v1.ReserveLine(sku=sku, quantity=1, location="HAM2")]
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for _ in range(5):
                attempts = [pool.submit(self.call, self.holds.Reserve, reservation(sku, lines=line)) for _ in range(40)]
                self.state(v1.LOCATION_STATE_CLOSED, "HAM2")
                for _ in range(20):
                    request = reservation(sku, lines=line)
                    self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "LOCATION_CLOSED")
                concurrent.futures.wait(attempts)
                self.state(v1.LOCATION_STATE_ACTIVE, "HAM2")
                self.reserve(sku, lines=line)

    def test_a_retry_of_what_was_done_before_the_closing_is_answered_as_before(self):
        self.state(v1.LOCATION_STATE_ACTIVE, "HAM3")
        sku = self.new_sku(5, "HAM3")
        request = reservation(sku, lines=[v1.ReserveLine(sku=sku, quantity=1, location="HAM3")])
        first = self.call(self.holds.Reserve, request)
        self.state(v1.LOCATION_STATE_CLOSED, "HAM3")
        again = self.call(self.holds.Reserve, request)
        self.assertTrue(again.replayed)
        self.assertEqual(again.hold, first.hold)


class Counts(ContractTest):
    def count(self, sku, counted, as_of, **fields):
        fields = {"request_id": request_id(), "reason": "counted", "location": "BER1", **fields}
        return v1.SetCountRequest(sku=sku, counted=counted, as_of_revision=as_of, **fields)

    def revision(self, sku):
        return self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku)).stock.revision

    def test_a_count_keeps_what_was_sold_meanwhile(self):
        sku = self.new_sku(100)
        began = self.revision(sku)
        self.reserve(sku, 30)
        balances = self.call(self.inventory.SetCount, self.count(sku, 90, began)).stock.balances
        self.assertEqual((balances.on_hand, balances.available, balances.held), (90, 60, 30))
        self.assertEqual((balances.adjustment, balances.shortfall), (10, 0))

    def test_a_count_that_missed_a_delivery_is_refused(self):
        sku = self.new_sku(100)
        began = self.revision(sku)
        came = self.receive(sku, 20).revision
        refusal = self.refused(self.inventory.SetCount, self.count(sku, 100, began), Code.ABORTED, "COUNT_OUTDATED")
        facts = {"sku": sku, "location": "BER1", "on_hand": "120"}
        self.assertEqual({name: refusal.facts[name] for name in facts}, facts)
        self.assertTrue(began < int(refusal.facts["revision"]) <= came)
        self.call(self.inventory.SetCount, self.count(sku, 119, self.revision(sku)))
        self.assertEqual(self.total(sku).available, 119)

    def test_a_count_sent_twice_counts_once(self):
        sku = self.new_sku(10)
        request = self.count(sku, 8, self.revision(sku))
        first = self.call(self.inventory.SetCount, request)
        again = self.call(self.inventory.SetCount, request)
        self.assertEqual((first.replayed, again.replayed, again.sequence), (False, True, first.sequence))
        same = self.call(self.inventory.SetCount, self.count(sku, 8, self.revision(sku)))
        self.assertEqual((same.sequence, same.stock.balances.on_hand), (0, 8))

    def test_what_is_promised_and_missing_is_a_shortfall_until_it_is_made_up_for(self):
        sku = self.new_sku(10)
        hold = self.reserve(sku, 8).hold
        self.call(self.inventory.SetCount, self.count(sku, 5, self.revision(sku)))
        total = self.total(sku)
        self.assertEqual((total.on_hand, total.available, total.held, total.shortfall), (5, 0, 8, -3))
        accounts = [field.name for field in total.DESCRIPTOR.fields if field.name != "on_hand"]
        self.assertEqual(sum(getattr(total, name) for name in accounts), 0)
        self.receive(sku, 1)
        total = self.total(sku)
        self.assertEqual((total.on_hand, total.available, total.shortfall), (6, 0, -2))
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))
        total = self.total(sku)
        self.assertEqual((total.on_hand, total.available, total.held, total.shortfall), (6, 6, 0, 0))
        journal = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku)).records
        causes = {record.cause.kind for record in journal}
        self.assertLessEqual({v1.CAUSE_KIND_COUNT, v1.CAUSE_KIND_SHORTFALL}, causes)

    def test_what_a_count_must_say(self):
        sku = self.new_sku(1)
        revision = self.revision(sku)
        for request, field in (
            (self.count(sku, -1, revision), "counted"),
            (self.count(sku, 1, 0), "as_of_revision"),
            (self.count(sku, 1, 2**62), "as_of_revision"),
            (self.count(sku, 1, revision, reason=""), "reason"),
            (self.count(sku, 1, revision, location=""), "location"),
        ):
            with self.subTest(field):
                refusal = self.refused(self.inventory.SetCount, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
                self.assertEqual(refusal.facts["field"], field)


class Moves(ContractTest):
    def move(self, hold_id, sku, source="BER1", target="MUC2", **fields):
        fields = {"request_id": request_id(), **fields}
        return v1.MoveAllocationRequest(
            hold_id=hold_id, sku=sku, from_location=source, to_location=target, **fields
        )

    def test_a_hold_takes_its_stock_from_another_location(self):
        sku = self.new_sku(5)
        self.receive(sku, 5, "MUC2")
        hold = self.reserve(sku, 4).hold
        request = self.move(hold.hold_id, sku, quantity=1)
        moved = self.call(self.inventory.MoveAllocation, request)
        lines = [(line.location, line.quantity, line.asked_quantity, line.line) for line in moved.hold.lines]
        self.assertEqual(lines, [("BER1", 3, 4, 0), ("MUC2", 1, 0, 0)])
        again = self.call(self.inventory.MoveAllocation, request)
        self.assertEqual((again.replayed, again.hold), (True, moved.hold))
        moved = self.call(self.inventory.MoveAllocation, self.move(hold.hold_id, sku))
        self.assertEqual([line.location for line in moved.hold.lines], ["MUC2", "MUC2"])
        stock = self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku)).stock
        held = {one.location: one.balances.held for one in stock.locations}
        self.assertEqual(held, {"BER1": 0, "MUC2": 4})
        journal = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku)).records
        self.assertIn(v1.CAUSE_KIND_REASSIGNMENT, {record.cause.kind for record in journal})

    def test_what_cannot_move_stays(self):
        sku = self.new_sku(5)
        self.receive(sku, 1, "MUC2")
        hold = self.reserve(sku, 4).hold
        short = self.move(hold.hold_id, sku)
        refusal = self.refused(self.inventory.MoveAllocation, short, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual((refusal.facts["location"], refusal.facts["available"]), ("MUC2", "1"))
        more = self.move(hold.hold_id, sku, quantity=5)
        refusal = self.refused(self.inventory.MoveAllocation, more, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual((refusal.facts["account"], refusal.facts["available"]), ("HELD", "4"))
        # The same home, and none that is known there.
        unknown = self.move(request_id() + hold.hold_id[36:], sku)
        refusal = self.refused(self.inventory.MoveAllocation, unknown, Code.NOT_FOUND, "UNKNOWN_HOLD")
        self.assertEqual(refusal.facts["hold_id"], unknown.hold_id)
        same = self.move(hold.hold_id, sku, target="BER1")
        self.refused(self.inventory.MoveAllocation, same, Code.INVALID_ARGUMENT, "INVALID_FIELD")
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))
        late = self.move(hold.hold_id, sku, quantity=1)
        self.refused(self.inventory.MoveAllocation, late, Code.FAILED_PRECONDITION, "HOLD_RELEASED")

    def test_a_hold_is_no_order_and_an_order_no_hold(self):
        sku = self.new_sku(5)
        self.receive(sku, 5, "MUC2")
        hold = self.reserve(sku, 1).hold
        request = v1.CreateOrderRequest(request_id=request_id(), lines=[v1.NewOrderLine(sku=sku, quantity=1)])
        order = self.call(self.orders.CreateOrder, request).order
        as_hold = self.move(order.order_id, sku)
        self.refused(self.inventory.MoveAllocation, as_hold, Code.NOT_FOUND, "UNKNOWN_HOLD")
        as_order = v1.MoveAllocationRequest(
            request_id=request_id(), order_id=hold.hold_id, sku=sku, from_location="BER1", to_location="MUC2"
        )
        self.refused(self.inventory.MoveAllocation, as_order, Code.NOT_FOUND, "UNKNOWN_ORDER")
        self.assertEqual(self.total(sku).available, 8)

    def test_a_hold_has_so_many_lines_and_no_more(self):
        sku = self.new_sku(300)
        self.receive(sku, 300, "MUC2")
        lines = [v1.ReserveLine(sku=sku, quantity=3, location="BER1")] * 100
        hold = self.reserve(sku, lines=lines).hold
        # Each takes what is left of one line, and divides the next one.
        for count in range(100):
            request = self.move(hold.hold_id, sku, quantity=3 if count else 1)
            moved = self.call(self.inventory.MoveAllocation, request)
        self.assertEqual(len(moved.hold.lines), 200)
        more = self.move(hold.hold_id, sku, quantity=1)
        refusal = self.refused(self.inventory.MoveAllocation, more, Code.FAILED_PRECONDITION, "TOO_MANY_LINES")
        self.assertEqual(refusal.facts["hold_id"], hold.hold_id)
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))
        self.assertEqual(self.total(sku).available, 600)

    def test_an_order_ships_from_another_location(self):
        sku = self.new_sku(5)
        self.receive(sku, 5, "MUC2")
        request = v1.CreateOrderRequest(request_id=request_id(), lines=[v1.NewOrderLine(sku=sku, quantity=3)])
        order = self.call(self.orders.CreateOrder, request).order
        self.assertEqual([line.location for line in order.lines], ["BER1"])
        request = v1.MoveAllocationRequest(
            request_id=request_id(), order_id=order.order_id, sku=sku, from_location="BER1", to_location="MUC2"
        )
        moved = self.call(self.inventory.MoveAllocation, request).order
        self.assertEqual([(line.location, line.allocated) for line in moved.lines], [("MUC2", 3)])
        request.request_id, request.order_id = request_id(), request_id() + order.order_id[36:]
        self.refused(self.inventory.MoveAllocation, request, Code.NOT_FOUND, "UNKNOWN_ORDER")


class Backorders(ContractTest):
    def limited(self, limit, quantity=0):
        sku = self.new_sku(quantity)
        request = v1.PutSkuRequest(sku=v1.Sku(sku=sku, backorder_limit=limit))
        self.assertEqual(self.call(self.catalog.PutSku, request).sku.backorder_limit, limit)
        return sku

    def request(self, sku, quantity, allow=True):
        lines = [v1.NewOrderLine(sku=sku, quantity=quantity)]
        return v1.CreateOrderRequest(request_id=request_id(), lines=lines, allow_backorder=allow)

    def lines(self, order_id):
        order = self.call(self.orders.GetOrder, v1.GetOrderRequest(order_id=order_id)).order
        return [(line.location, line.ordered, line.backordered, line.allocated) for line in order.lines]

    def test_what_comes_goes_to_the_oldest_order_that_waits(self):
        sku = self.limited(10, 2)
        refused = self.request(sku, 5, allow=False)
        self.refused(self.orders.CreateOrder, refused, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        first = self.call(self.orders.CreateOrder, self.request(sku, 5)).order
        self.assertEqual(self.lines(first.order_id), [("BER1", 2, 0, 2), ("", 3, 3, 0)])
        second = self.call(self.orders.CreateOrder, self.request(sku, 6)).order
        self.assertEqual(second.status, v1.ORDER_STATUS_BACKORDERED)
        more = self.request(sku, 2)
        refusal = self.refused(self.orders.CreateOrder, more, Code.FAILED_PRECONDITION, "BACKORDER_LIMIT")
        facts = {"sku": sku, "limit": "10", "left": "1"}
        self.assertEqual({name: refusal.facts[name] for name in facts}, facts)
        self.receive(sku, 4, "MUC2")
        self.assertEqual(self.lines(first.order_id), [("BER1", 2, 0, 2), ("MUC2", 3, 0, 3)])
        self.assertEqual(self.lines(second.order_id), [("", 5, 5, 0), ("MUC2", 1, 0, 1)])
        self.receive(sku, 9)
        self.assertEqual(self.lines(second.order_id), [("BER1", 5, 0, 5), ("MUC2", 1, 0, 1)])
        self.assertEqual(self.total(sku).available, 4)
        journal = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku)).records
        filled = [record for record in journal if record.cause.kind == v1.CAUSE_KIND_BACKORDER]
        self.assertEqual({record.cause.id for record in filled}, {first.order_id, second.order_id})

    def test_a_sku_without_a_limit_takes_no_backorders(self):
        sku = self.new_sku(1)
        request = self.request(sku, 2)
        self.refused(self.orders.CreateOrder, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
