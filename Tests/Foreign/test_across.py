"""Holds over several shards: whole or not at all, with one answer for each request id."""

import json

import grpc

from apart import OfItsOwn
from contract import DEADLINE_SECONDS, Refusal, request_id, v1
from harness.node import tool
from harness.processes import wait_until

Code = grpc.StatusCode


class Across(OfItsOwn):
    def skus(self, *quantities, location="BER1"):
        """SKUs of as many different shards, with so much stock; in order of their slots, so that the first is home's."""
        found = {}
        number = 0
        while len(found) < len(quantities):
            name = f"ACROSS-{request_id()[-12:]}-{number}"
            number += 1
            found.setdefault(self.shard(name), name)
        names = sorted(found.values(), key=self.slot)
        for name, quantity in zip(names, quantities):
            self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=v1.Sku(sku=name, name="A thing")))
            if quantity:
                self.receive(name, quantity, location)
        return names

    def request(self, lines, seconds=600, **fields):
        request = v1.ReserveRequest(**{"request_id": request_id(), **fields})
        for sku, quantity in lines:
            request.lines.add(sku=sku, quantity=quantity)
        request.time_to_live.FromMilliseconds(int(seconds * 1000))
        return request

    def balances(self, skus):
        return [(total.available, total.held, total.allocated) for total in map(self.total, skus)]

    def settled(self, skus, balances):
        """Other shards are told behind the answer: within a second."""
        wait_until(lambda: self.balances(skus) == balances, 10, f"for {balances}")

    def test_an_order_is_found_by_its_number_as_soon_as_it_is_made(self):
        skus = self.skus(200, 200)
        for _ in range(100):
            number = f"found-{request_id()}"
            lines = [v1.NewOrderLine(sku=sku, quantity=1) for sku in skus]
            request = v1.CreateOrderRequest(
                request_id=request_id(), channel="shop", external_number=number, lines=lines)
            order = self.call(self.orders.CreateOrder, request).order
            named = v1.GetOrderByExternalNumberRequest(channel="shop", external_number=number)
            self.assertEqual(self.call(self.orders.GetOrderByExternalNumber, named).order.order_id, order.order_id)

    def test_a_hold_over_five_shards_holds_in_each(self):
        skus = self.skus(10, 10, 10, 10, 10)
        request = self.request(list(zip(skus, range(1, 6))), reference="cart-1")
        made = self.call(self.holds.Reserve, request)
        self.assertFalse(made.replayed)
        self.assertEqual(made.hold.state, v1.HOLD_STATE_ACTIVE)
        self.assertEqual([(one.sku, one.quantity) for one in made.hold.lines], list(zip(skus, range(1, 6))))
        self.assertEqual(made.hold.hold_id, f"{request.request_id}-{self.slot(skus[0]):04x}")
        self.assertEqual(self.balances(skus), [(10 - count, count, 0) for count in range(1, 6)])
        read = self.call(self.holds.GetHold, v1.GetHoldRequest(hold_id=made.hold.hold_id)).hold
        self.assertEqual(read, made.hold)
        again = self.call(self.holds.Reserve, request)
        self.assertTrue(again.replayed)
        self.assertEqual(again.hold, made.hold)
        self.assertEqual(self.balances(skus), [(10 - count, count, 0) for count in range(1, 6)])

    def test_the_order_of_the_lines_is_the_callers(self):
        skus = self.skus(5, 5, 5)
        lines = [(skus[2], 1), (skus[0], 2), (skus[2], 1), (skus[1], 3)]
        hold = self.call(self.holds.Reserve, self.request(lines)).hold
        self.assertEqual([(one.sku, one.quantity) for one in hold.lines], lines)
        self.assertEqual(self.balances(skus), [(3, 2, 0), (2, 3, 0), (3, 2, 0)])

    def test_one_shard_without_stock_leaves_all_as_they_were(self):
        skus = self.skus(10, 10, 1)
        request = self.request([(skus[0], 1), (skus[1], 1), (skus[2], 2)])
        refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual((refusal.facts["sku"], refusal.facts["asked"], refusal.facts["available"]), (skus[2], "2", "1"))
        self.settled(skus, [(10, 0, 0), (10, 0, 0), (1, 0, 0)])
        # The id is not used up by a refusal.
        self.receive(skus[2], 5)
        self.assertFalse(self.call(self.holds.Reserve, request).replayed)
        self.assertEqual(self.balances(skus), [(9, 1, 0), (9, 1, 0), (4, 2, 0)])

    def test_the_homes_own_line_may_be_the_one_that_is_missing(self):
        skus = self.skus(0, 10, 10)
        request = self.request([(sku, 1) for sku in skus])
        refusal = self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual(refusal.facts["sku"], skus[0])
        self.settled(skus, [(0, 0, 0), (10, 0, 0), (10, 0, 0)])

    def test_an_unknown_sku_of_another_shard_is_named(self):
        skus = self.skus(5, 5)
        unknown = next(name for number in range(10000) if self.shard(name := f"NONE-{number}") != self.shard(skus[0]))
        request = self.request([(skus[0], 1), (unknown, 1)])
        refusal = self.refused(self.holds.Reserve, request, Code.NOT_FOUND, "UNKNOWN_SKU")
        self.assertEqual(refusal.facts["sku"], unknown)

    def test_other_content_under_the_same_id_is_refused(self):
        skus = self.skus(5, 5, 5)
        request = self.request([(skus[0], 1), (skus[1], 1)])
        self.call(self.holds.Reserve, request)
        del request.lines[1]
        request.lines.add(sku=skus[2], quantity=1)
        self.refused(self.holds.Reserve, request, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        self.settled(skus, [(4, 1, 0), (4, 1, 0), (5, 0, 0)])

    def test_other_content_of_another_home_is_refused_and_takes_nothing_from_the_first(self):
        skus = self.skus(5, 5, 5)
        request = self.request([(skus[1], 1), (skus[2], 2)])
        hold = self.call(self.holds.Reserve, request).hold
        # The lowest slot is the home: with this SKU it is another shard's.
        request.lines[0].sku = skus[0]
        refusal = self.refused(self.holds.Reserve, request, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        self.assertEqual(refusal.facts["request_id"], request.request_id)
        self.settled(skus, [(5, 0, 0), (4, 1, 0), (3, 2, 0)])
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(hold_id=hold.hold_id))
        self.settled(skus, [(5, 0, 0), (5, 0, 0), (5, 0, 0)])

    def test_what_there_is_is_held_when_that_is_asked_for(self):
        skus = self.skus(5, 2, 0)
        lines = [(sku, 3) for sku in skus]
        whole = self.call(self.holds.Reserve, self.request(lines, mode=v1.RESERVE_MODE_WHOLE_LINES)).hold
        self.assertEqual([one.quantity for one in whole.lines], [3, 0, 0])
        rest = self.call(self.holds.Reserve, self.request(lines, mode=v1.RESERVE_MODE_UP_TO)).hold
        self.assertEqual([(one.quantity, one.asked_quantity) for one in rest.lines], [(2, 3), (2, 3), (0, 3)])
        request = self.request(lines, mode=v1.RESERVE_MODE_UP_TO)
        self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")

    def test_release_and_expiry_give_back_in_every_shard(self):
        skus = self.skus(5, 5, 5)
        hold = self.call(self.holds.Reserve, self.request([(sku, 2) for sku in skus])).hold
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))
        self.settled(skus, [(5, 0, 0)] * 3)
        hold = self.call(self.holds.Reserve, self.request([(sku, 2) for sku in skus], seconds=1)).hold
        self.assertEqual(self.balances(skus), [(3, 2, 0)] * 3)
        self.settled(skus, [(5, 0, 0)] * 3)
        state = self.call(self.holds.GetHold, v1.GetHoldRequest(hold_id=hold.hold_id)).hold.state
        self.assertEqual(state, v1.HOLD_STATE_EXPIRED)

    def confirm(self, hold):
        return v1.ConfirmHoldRequest(request_id=request_id(), hold_id=hold.hold_id)

    def test_confirming_makes_one_order_of_all_lines(self):
        skus = self.skus(5, 5, 5)
        hold = self.call(self.holds.Reserve, self.request([(sku, 2) for sku in skus])).hold
        request = self.confirm(hold)
        order = self.call(self.holds.ConfirmHold, request).order
        self.assertEqual([(one.sku, one.allocated) for one in order.lines], [(sku, 2) for sku in skus])
        self.settled(skus, [(3, 0, 2)] * 3)
        self.assertTrue(self.call(self.holds.ConfirmHold, request).replayed)
        self.settled(skus, [(3, 0, 2)] * 3)

    def test_confirming_an_expired_hold_takes_all_of_it_once_more_or_says_so(self):
        skus = self.skus(5, 5, 5)
        lines = [(sku, 2) for sku in skus]
        holds = [self.call(self.holds.Reserve, self.request(lines, seconds=1)).hold for _ in range(2)]
        self.settled(skus, [(5, 0, 0)] * 3)
        self.call(self.holds.ConfirmHold, self.confirm(holds[0]))
        self.settled(skus, [(3, 0, 2)] * 3)
        self.call(self.holds.Reserve, self.request([(skus[2], 2)]))
        refusal = self.refused(
            self.holds.ConfirmHold, self.confirm(holds[1]), Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.assertEqual(refusal.facts["sku"], skus[2])
        self.settled(skus[:2], [(3, 0, 2)] * 2)

    def stock(self, sku):
        """(available, held, allocated) by location."""
        found = self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku)).stock.locations
        return {one.location: (one.balances.available, one.balances.held, one.balances.allocated) for one in found}

    def move(self, sku, **fields):
        return v1.MoveAllocationRequest(
            **{"request_id": request_id(), "sku": sku, "from_location": "BER1", "to_location": "MUC2", **fields})

    def test_a_hold_takes_what_it_has_in_another_shard_from_another_location(self):
        skus = self.skus(5, 5)
        self.receive(skus[1], 3, "MUC2")
        lines = [(skus[0], 1), (skus[1], 4)]
        hold = self.call(self.holds.Reserve, self.request(lines)).hold
        request = self.move(skus[1], hold_id=hold.hold_id, quantity=1)
        moved = self.call(self.inventory.MoveAllocation, request)
        found = [(one.sku, one.location, one.quantity) for one in moved.hold.lines]
        self.assertEqual(found, [(skus[0], "BER1", 1), (skus[1], "BER1", 3), (skus[1], "MUC2", 1)])
        wait_until(lambda: self.stock(skus[1]) == {"BER1": (2, 3, 0), "MUC2": (2, 1, 0)}, 10, "for the move")
        again = self.call(self.inventory.MoveAllocation, request)
        self.assertEqual((again.replayed, again.hold), (True, moved.hold))
        other = self.move(skus[1], request_id=request.request_id, hold_id=hold.hold_id, quantity=2)
        self.refused(self.inventory.MoveAllocation, other, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        # All that is left there is more than the other location has.
        rest = self.move(skus[1], hold_id=hold.hold_id)
        refusal = self.refused(self.inventory.MoveAllocation, rest, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        facts = [refusal.facts[name] for name in ("sku", "location", "account", "asked", "available")]
        self.assertEqual(facts, [skus[1], "MUC2", "AVAILABLE", "3", "2"])
        many = self.move(skus[1], hold_id=hold.hold_id, quantity=9)
        refusal = self.refused(self.inventory.MoveAllocation, many, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        facts = [refusal.facts[name] for name in ("sku", "location", "account", "asked", "available")]
        self.assertEqual(facts, [skus[1], "BER1", "HELD", "9", "3"])
        order = self.call(self.holds.ConfirmHold, self.confirm(hold)).order
        self.assertEqual([(one.location, one.allocated) for one in order.lines], [("BER1", 1), ("BER1", 3), ("MUC2", 1)])
        wait_until(lambda: self.stock(skus[1]) == {"BER1": (2, 0, 3), "MUC2": (2, 0, 1)}, 10, "for the order")

    def test_an_order_ships_what_it_has_in_another_shard_from_another_location(self):
        skus = self.skus(5, 5)
        self.receive(skus[1], 5, "MUC2")
        lines = [v1.NewOrderLine(sku=sku, quantity=3) for sku in skus]
        order = self.call(self.orders.CreateOrder, v1.CreateOrderRequest(request_id=request_id(), lines=lines)).order
        moved = self.call(self.inventory.MoveAllocation, self.move(skus[1], order_id=order.order_id)).order
        self.assertEqual([(one.sku, one.location, one.allocated) for one in moved.lines],
                         [(skus[0], "BER1", 3), (skus[1], "MUC2", 3)])
        wait_until(lambda: self.stock(skus[1]) == {"BER1": (5, 0, 0), "MUC2": (2, 0, 3)}, 10, "for the move")
        shipment = v1.ShipOrderRequest(request_id=request_id(), order_id=order.order_id, shipment_id="s1")
        self.call(self.orders.ShipOrder, shipment)
        wait_until(lambda: self.stock(skus[1]) == {"BER1": (5, 0, 0), "MUC2": (2, 0, 0)}, 10, "for the shipment")
        late = self.move(skus[1], order_id=order.order_id)
        self.refused(self.inventory.MoveAllocation, late, Code.FAILED_PRECONDITION, "ORDER_CLOSED")

    def test_once_opening_a_location_is_answered_every_shard_takes_from_it(self):
        place = v1.PutLocationRequest(location=v1.Location(location="HAM4", priority=5))
        self.call(self.catalog.PutLocation, place)
        for sku in self.skus(10, 10, 10, 10, 10, location="HAM4"):
            for state in (v1.LOCATION_STATE_CLOSED, v1.LOCATION_STATE_ACTIVE) * 5:
                place.location.state = state
                self.call(self.catalog.PutLocation, place)
                if state == v1.LOCATION_STATE_ACTIVE:
                    self.assertEqual(self.reserve(sku, 1).hold.lines[0].location, "HAM4")

    def test_a_batch_and_a_stream_go_over_shards_too(self):
        skus = self.skus(10, 10)
        batch = v1.BatchReserveRequest(requests=[self.request([(sku, 1) for sku in skus], tenant=self.tenant) for _ in "abc"])
        results = self.call(self.holds.BatchReserve, batch).results
        self.assertEqual([one.response.hold.state for one in results], [v1.HOLD_STATE_ACTIVE] * 3)
        requests = [
            v1.ReserveStreamRequest(tag=tag, request=self.request([(sku, 4) for sku in skus], tenant=self.tenant))
            for tag in (1, 2)]
        answers = {one.tag: one for one in self.holds.ReserveStream(iter(requests), timeout=DEADLINE_SECONDS)}
        kinds = sorted(one.WhichOneof("outcome") or "" for one in answers.values())
        self.assertEqual(len(kinds), 2)
        self.settled(skus, [(3, 7, 0)] * 2)

    def test_lines_that_must_come_from_one_location_name_it_when_they_are_in_several_shards(self):
        skus = self.skus(5, 5)
        request = self.request([(sku, 1) for sku in skus], split=v1.SPLIT_POLICY_NONE)
        self.refused(self.holds.Reserve, request, Code.FAILED_PRECONDITION, "LINES_SPAN_SHARDS")

    def test_many_buyers_of_two_shards_sell_what_there_is_and_nothing_twice(self):
        skus = self.skus(20, 20)
        calls = [self.holds.Reserve.future(self.request([(sku, 1) for sku in skus], tenant=self.tenant), timeout=20)
                 for _ in range(60)]
        made = 0
        for call in calls:
            try:
                made += call.result().hold.state == v1.HOLD_STATE_ACTIVE
            except grpc.RpcError as error:
                self.assertEqual(Refusal(error).reason, "OUT_OF_STOCK")
        self.settled(skus, [(20 - made, made, 0)] * 2)
        # Whoever meets what another has only set aside is refused too: a few pieces may be left.
        self.assertGreaterEqual(made, 10)

    def test_the_figures_say_what_is_under_way(self):
        skus = self.skus(1, 0)
        self.refused(
            self.holds.Reserve, self.request([(sku, 1) for sku in skus]), Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        self.call(self.holds.Reserve, self.request([(skus[0], 1)]))

        def across():
            status = self.call(self.cluster.GetStatus, v1.GetStatusRequest())
            return [shard.across for store in status.stores for shard in store.shards]

        wait_until(lambda: all(one.outbox_count == 0 and one.waiting_count == 0 for one in across()), 10, "for rest")
        # The leaders tell it once a second.
        wait_until(
            lambda: "held in vain" in tool(self.nodes[0], "cluster", "status")[1], 10, "waiting for what was held in vain")
        _, text = tool(self.nodes[0], "cluster", "shards", "--json")
        self.assertTrue(all("outbox_count" in json.loads(line)["across"] for line in text.splitlines()))
