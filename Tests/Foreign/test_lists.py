"""Lists of stock, holds and orders, the journal by anything, and stock as it was."""

import base64

import grpc
from google.protobuf.timestamp_pb2 import Timestamp

from contract import ContractTest, request_id, reservation, v1

Code = grpc.StatusCode
PAGES_MAX = 1_000


class Lists(ContractTest):
    """Every test has SKUs of its own; what others leave behind is filtered away or does not matter."""

    def pages(self, method, request, field):
        """All elements, page by page, and how many pages it took."""
        elements, pages = [], 0
        while pages < PAGES_MAX:
            answer = self.call(method, request)
            elements += getattr(answer, field)
            pages += 1
            if not answer.next_page_token:
                return elements, pages
            request.page_token = answer.next_page_token
        self.fail("the list has no end")

    def listed_holds(self, **fields):
        return [one.hold_id for one in self.pages(self.holds.ListHolds, v1.ListHoldsRequest(**fields), "holds")[0]]

    def listed_orders(self, **fields):
        return [one.order_id for one in self.pages(self.orders.ListOrders, v1.ListOrdersRequest(**fields), "orders")[0]]

    def listed_stock(self, **fields):
        return [one.sku for one in self.pages(self.inventory.ListStock, v1.ListStockRequest(**fields), "stock")[0]]

    def confirm(self, hold, **fields):
        request = v1.ConfirmHoldRequest(request_id=request_id(), hold_id=hold.hold_id, **fields)
        return self.call(self.holds.ConfirmHold, request).order

    def release(self, hold):
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))

    # holds

    def test_holds_are_listed_newest_first_in_pages_of_any_size(self):
        sku = self.new_sku(100)
        # Ids of one millisecond are in any order.
        made = sorted(self.reserve(sku).hold.hold_id for _ in range(7))
        for size in (1, 3, 7, 1000):
            self.assertEqual(self.listed_holds(sku=sku, page_size=size), made[::-1])

    def test_a_listed_hold_is_what_reading_it_answers(self):
        sku = self.new_sku(10)
        hold = self.reserve(sku, 2, reference="cart-1").hold
        listed = self.pages(self.holds.ListHolds, v1.ListHoldsRequest(sku=sku), "holds")[0]
        self.assertEqual(listed, [self.call(self.holds.GetHold, v1.GetHoldRequest(hold_id=hold.hold_id)).hold])

    def test_holds_by_state_reference_and_place(self):
        sku = self.new_sku(100)
        self.receive(sku, 100, "MUC2")
        held = self.reserve(sku, reference="buyer-1").hold
        away = self.reserve(sku, lines=[v1.ReserveLine(sku=sku, quantity=1, location="MUC2")]).hold
        released, sold = self.reserve(sku, reference="buyer-1").hold, self.reserve(sku).hold
        self.release(released)
        self.confirm(sold)
        cases = [
            ({}, [away, held]),
            ({"states": [v1.HOLD_STATE_ACTIVE]}, [away, held]),
            ({"states": [v1.HOLD_STATE_RELEASED]}, [released]),
            ({"states": [v1.HOLD_STATE_CONFIRMED]}, [sold]),
            ({"states": [v1.HOLD_STATE_EXPIRED]}, []),
            ({"states": [v1.HOLD_STATE_ACTIVE, v1.HOLD_STATE_RELEASED, v1.HOLD_STATE_CONFIRMED]}, [sold, released, away, held]),
            ({"location": "MUC2"}, [away]),
            ({"location": "BER1"}, [held]),
            ({"reference": "buyer-1"}, [held]),
            ({"reference": "buyer-1", "states": [v1.HOLD_STATE_RELEASED, v1.HOLD_STATE_ACTIVE]}, [released, held]),
            ({"reference": "buyer-2"}, []),
        ]
        for fields, expected in cases:
            with self.subTest(str(fields)):
                found = self.listed_holds(sku=sku, **fields)
                self.assertEqual(found, sorted((one.hold_id for one in expected), reverse=True))

    def test_holds_by_age_and_expiry(self):
        sku = self.new_sku(100)
        soon, late = self.reserve(sku, seconds=600).hold, self.reserve(sku, seconds=7200).hold
        middle = Timestamp(seconds=(soon.expire_time.seconds + late.expire_time.seconds) // 2)
        self.assertEqual(self.listed_holds(sku=sku, expire_time_before=middle), [soon.hold_id])
        self.assertIn(soon.hold_id, self.listed_holds(sku=sku, create_time_from=soon.create_time))
        self.assertEqual(self.listed_holds(sku=sku, create_time_before=soon.create_time), [])
        later = Timestamp(seconds=late.create_time.seconds + 60)
        self.assertEqual(set(self.listed_holds(sku=sku, create_time_before=later)), {late.hold_id, soon.hold_id})

    def test_a_list_goes_on_while_holds_come_and_go(self):
        sku = self.new_sku(100)
        made = sorted((self.reserve(sku).hold for _ in range(9)), key=lambda hold: hold.hold_id)
        request = v1.ListHoldsRequest(sku=sku, page_size=2)
        seen, going = [], [made[0], made[1]]
        for _ in range(PAGES_MAX):
            answer = self.call(self.holds.ListHolds, request)
            seen += [one.hold_id for one in answer.holds]
            if seen and going:
                self.release(going.pop())
                self.reserve(sku)
            if not answer.next_page_token:
                break
            request.page_token = answer.next_page_token
        self.assertEqual(seen, [one.hold_id for one in made[:1:-1]])

    # orders

    def test_a_list_that_finds_little_takes_few_calls(self):
        sku = self.new_sku(5)
        hold = self.reserve(sku).hold
        holds, pages = self.pages(self.holds.ListHolds, v1.ListHoldsRequest(sku=sku), "holds")
        self.assertEqual([one.hold_id for one in holds], [hold.hold_id])
        self.assertLessEqual(pages, 2)
        nothing, pages = self.pages(self.holds.ListHolds, v1.ListHoldsRequest(reference="nobody's"), "holds")
        self.assertEqual((nothing, pages), ([], 1))

    def test_orders_by_everything(self):
        sku, other = self.new_sku(100), self.new_sku(100)
        one = self.confirm(self.reserve(sku, reference="buyer-9").hold, external_number="SO-1")
        two = self.confirm(self.reserve(sku).hold, external_number="SO-2")
        three = self.confirm(self.reserve(other).hold)
        cases = [
            ({"sku": sku}, [two, one]),
            ({"sku": other}, [three]),
            ({"sku": sku, "reference": "buyer-9"}, [one]),
            ({"sku": sku, "external_number": "SO-2"}, [two]),
            ({"sku": sku, "statuses": [v1.ORDER_STATUS_READY]}, [two, one]),
            ({"sku": sku, "statuses": [v1.ORDER_STATUS_SHIPPED, v1.ORDER_STATUS_COMPLETED]}, []),
            ({"sku": sku, "location": "MUC2"}, []),
            ({"sku": sku, "location": "BER1"}, [two, one]),
            ({"sku": sku, "create_time_before": one.create_time}, []),
        ]
        for fields, expected in cases:
            for size in (1, 100):
                with self.subTest(f"{fields} {size}"):
                    found = self.listed_orders(page_size=size, **fields)
                    self.assertEqual(found, sorted((order.order_id for order in expected), reverse=True))
        listed = self.pages(self.orders.ListOrders, v1.ListOrdersRequest(sku=other), "orders")[0]
        self.assertEqual(listed, [self.call(self.orders.GetOrder, v1.GetOrderRequest(order_id=three.order_id)).order])
        self.assertLessEqual({one.order_id, two.order_id, three.order_id}, set(self.listed_orders(page_size=2)))

    # stock

    def test_stock_by_name_place_and_quantity(self):
        sold_out, few, many = self.new_sku(), self.new_sku(3), self.new_sku(50)
        self.receive(few, 4, "MUC2")
        mine = {sold_out, few, many}

        def found(**fields):
            return set(self.listed_stock(page_size=3, **fields)) & mine

        self.assertEqual(found(), mine)
        self.assertEqual(found(available_max=0), {sold_out})
        self.assertEqual(found(available_min=1), {few, many})
        self.assertEqual(found(available_min=4, available_max=10), {few})
        self.assertEqual(found(location="BER1", available_max=3), {few})
        self.assertEqual(found(location="MUC2"), {few})
        self.assertEqual(self.listed_stock(sku_prefix=few), [few])
        self.assertEqual(found(sku_prefix="SKU-"), mine)
        self.assertEqual(found(sku_prefix="sku-"), set())
        self.assertEqual(found(available_min=5, available_max=4), set())

    def test_availability_of_many_in_the_order_asked(self):
        skus = [self.new_sku(quantity) for quantity in (5, 0, 7)]
        self.receive(skus[0], 6, "MUC2")
        self.reserve(skus[2], 3)
        asked = [skus[2], "NONE-SUCH", skus[0], skus[1], skus[2]]
        results = self.call(self.inventory.GetAvailability, v1.GetAvailabilityRequest(skus=asked)).results
        self.assertEqual([row.WhichOneof("outcome") for row in results], ["availability", "error"] + ["availability"] * 3)
        self.assertEqual([row.availability.available for row in results], [4, 0, 11, 0, 4])
        self.assertEqual((results[1].error.code, results[1].error.reason), (5, "UNKNOWN_SKU"))
        self.assertEqual(results[1].error.metadata["sku"], "NONE-SUCH")
        one = v1.GetAvailabilityRequest(skus=skus[:1], locations=["MUC2"])
        self.assertEqual(self.call(self.inventory.GetAvailability, one).results[0].availability.available, 6)
        both = v1.GetAvailabilityRequest(skus=skus[:1], locations=["MUC2", "BER1"])
        self.assertEqual(self.call(self.inventory.GetAvailability, both).results[0].availability.available, 11)
        self.assertEqual(len(self.call(self.inventory.GetAvailability, v1.GetAvailabilityRequest()).results), 0)
        full = v1.GetAvailabilityRequest(skus=[skus[0]] * 500)
        self.assertEqual({row.availability.available for row in self.call(self.inventory.GetAvailability, full).results}, {11})

    def test_availability_refuses_what_is_too_much_or_unknown(self):
        sku = self.new_sku(1)
        method = self.inventory.GetAvailability
        for field, request in (
            ("skus", v1.GetAvailabilityRequest(skus=[sku] * 501)),
            ("skus[1]", v1.GetAvailabilityRequest(skus=[sku, ""])),
            ("locations", v1.GetAvailabilityRequest(skus=[sku], locations=["BER1"] * 101)),
        ):
            refusal = self.refused(method, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
            self.assertEqual(refusal.facts["field"], field)
        nowhere = v1.GetAvailabilityRequest(skus=[sku], locations=["NOWHERE"])
        error = self.call(method, nowhere).results[0].error
        self.assertEqual((error.reason, error.metadata["location"]), ("UNKNOWN_LOCATION", "NOWHERE"))

    # history

    def test_stock_as_it_was_at_each_revision(self):
        sku = self.new_sku()
        past = []
        for turn in range(6):
            revision = self.receive(sku, 10, "BER1" if turn % 2 else "MUC2").revision
            if turn % 3 == 2:
                revision = self.reserve(sku, 3).revision
            past.append((revision, self.total(sku)))
        for revision, total in past:
            request = v1.GetStockRequest(sku=sku, as_of_revision=revision)
            stock = self.call(self.inventory.GetStock, request).stock
            self.assertEqual((stock.total, stock.revision), (total, revision))
        before = self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku, as_of_revision=past[0][0] - 1)).stock
        self.assertEqual((before.total.on_hand, len(before.locations)), (0, 0))

    def test_stock_as_of_a_time(self):
        sku = self.new_sku()
        first = self.receive(sku, 10)
        second = self.receive(sku, 5)
        stock = self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku, as_of_time=second.time)).stock
        self.assertEqual((stock.total.available, stock.as_of_time), (15, second.time))
        earlier = Timestamp(seconds=first.time.seconds - 60)
        stock = self.call(self.inventory.GetStock, v1.GetStockRequest(sku=sku, as_of_time=earlier)).stock
        self.assertEqual(stock.total.available, 0)

    def test_the_future_is_not_known(self):
        sku = self.new_sku(1)
        later = Timestamp(seconds=self.receive(sku, 1).time.seconds + 3600)
        for field, request in (
            ("as_of_revision", v1.GetStockRequest(sku=sku, as_of_revision=2**60)),
            ("as_of_revision", v1.GetStockRequest(sku=sku, as_of_revision=-1)),
            ("as_of_time", v1.GetStockRequest(sku=sku, as_of_time=later)),
            ("as_of_time", v1.GetStockRequest(sku=sku, as_of_time=Timestamp(seconds=-1))),
            ("consistency", v1.GetStockRequest(sku=sku, as_of_revision=1, consistency=v1.ReadConsistency(revision_min=1))),
        ):
            refusal = self.refused(self.inventory.GetStock, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
            self.assertEqual(refusal.facts["field"], field)

    # the journal

    def journal(self, **fields):
        return self.pages(self.audit.ListJournal, v1.ListJournalRequest(**fields), "records")[0]

    def test_the_journal_by_hold_order_actor_request_cause_and_time(self):
        sku = self.new_sku(50)
        hold = self.reserve(sku, 2, actor="jane").hold
        other = self.reserve(sku, 3).hold
        self.release(other)
        order = self.confirm(hold, actor="joe")
        records = self.journal(sku=sku, sequence_from=0)
        kinds = [record.cause.kind for record in records]
        expected = [v1.CAUSE_KIND_RECEIPT, v1.CAUSE_KIND_HOLD, v1.CAUSE_KIND_HOLD, v1.CAUSE_KIND_RELEASE]
        self.assertEqual(kinds, expected + [v1.CAUSE_KIND_CONFIRMATION])
        receipt, held, held_other, released, confirmed = records
        at = lambda record: record.time.ToNanoseconds()
        cases = [
            ({"hold_id": hold.hold_id}, [confirmed, held]),
            ({"hold_id": other.hold_id}, [released, held_other]),
            ({"order_id": order.order_id}, [confirmed, held]),
            ({"of_request_id": order.order_id[:36]}, [confirmed]),
            ({"sku": sku, "actor": "jane"}, [held]),
            ({"actor": "joe"}, [confirmed]),
            ({"sku": sku, "causes": [v1.CAUSE_KIND_RELEASE, v1.CAUSE_KIND_RECEIPT]}, [released, receipt]),
            ({"sku": sku, "location": "MUC2"}, []),
            # Times are whole milliseconds, and movements that follow one another may have the same.
            ({"sku": sku, "time_from": released.time}, [r for r in reversed(records) if at(r) >= at(released)]),
            ({"sku": sku, "time_before": held.time, "sequence_from": 0}, [r for r in records if at(r) < at(held)]),
        ]
        for fields, wanted in cases:
            for size in (1, 100):
                with self.subTest(f"{fields} {size}"):
                    found = [record for record in self.journal(page_size=size, **fields) if record.sku == sku]
                    self.assertEqual(found, wanted)
        self.assertEqual({record.shard for record in records}, {records[0].shard})
        self.assertGreater(records[0].shard, 0)

    def test_the_whole_journal_shard_after_shard(self):
        skus = {self.new_sku(quantity) for quantity in (1, 2, 3)}
        for order in ({}, {"sequence_from": 0}):
            records = self.journal(page_size=1000, **order)
            places = [(record.shard, record.sequence) for record in records]
            self.assertEqual(len(places), len(set(places)))
            self.assertLessEqual(skus, {record.sku for record in records})
            shards = [shard for shard, _ in places]
            self.assertEqual(shards, sorted(shards))
            for shard in set(shards):
                sequences = [sequence for place, sequence in places if place == shard]
                self.assertEqual(sequences, sorted(sequences, reverse=not order))

    def test_a_tenant_sees_no_other_tenants_movements(self):
        self.new_sku(5)
        stranger = v1.ListJournalRequest(tenant=self.tenant + "-x", page_size=1000)
        self.assertEqual(len(self.pages(self.audit.ListJournal, stranger, "records")[0]), 0)
        for method, request, field in (
            (self.holds.ListHolds, v1.ListHoldsRequest(tenant=self.tenant + "-x"), "holds"),
            (self.orders.ListOrders, v1.ListOrdersRequest(tenant=self.tenant + "-x"), "orders"),
            (self.inventory.ListStock, v1.ListStockRequest(tenant=self.tenant + "-x"), "stock"),
        ):
            self.assertEqual(self.pages(method, request, field)[0], [])

    def test_a_wrong_filter_is_named(self):
        sku = self.new_sku(1)
        wrong_id = "01890a5d"
        cases = [
            (self.holds.ListHolds, v1.ListHoldsRequest(states=[0]), "states[0]"),
            (self.holds.ListHolds, v1.ListHoldsRequest(reference="x" * 65), "reference"),
            (self.holds.ListHolds, v1.ListHoldsRequest(create_time_from=Timestamp(seconds=-1)), "create_time_from"),
            (self.holds.ListHolds, v1.ListHoldsRequest(page_size=1001), "page_size"),
            (self.orders.ListOrders, v1.ListOrdersRequest(statuses=[99]), "statuses[0]"),
            (self.orders.ListOrders, v1.ListOrdersRequest(external_number="x" * 65), "external_number"),
            (self.inventory.ListStock, v1.ListStockRequest(sku_prefix="x" * 129), "sku_prefix"),
            (self.audit.ListJournal, v1.ListJournalRequest(sequence_from=5), "sequence_from"),
            (self.audit.ListJournal, v1.ListJournalRequest(shard=2**31), "shard"),
            (self.audit.ListJournal, v1.ListJournalRequest(hold_id=wrong_id), "hold_id"),
            (self.audit.ListJournal, v1.ListJournalRequest(of_request_id=wrong_id), "request_id"),
            (self.audit.ListJournal, v1.ListJournalRequest(sku=sku, causes=[0]), "causes[0]"),
        ]
        for method, request, field in cases:
            with self.subTest(f"{type(request).__name__} {field}"):
                refusal = self.refused(method, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
                self.assertEqual(refusal.facts["field"], field)
        for method, request in (
            (self.holds.ListHolds, v1.ListHoldsRequest(sku="NONE-SUCH")),
            (self.orders.ListOrders, v1.ListOrdersRequest(sku="NONE-SUCH")),
        ):
            with self.assertRaises(grpc.RpcError) as caught:
                for _ in range(PAGES_MAX):
                    request.page_token = self.call(method, request).next_page_token or self.fail("the list ended")
            self.assertEqual(caught.exception.code(), Code.NOT_FOUND)
        nowhere = v1.ListHoldsRequest(location="NOWHERE")
        self.refused(self.holds.ListHolds, nowhere, Code.NOT_FOUND, "UNKNOWN_LOCATION")

    def test_a_sku_has_its_journal_in_its_own_shard(self):
        sku = self.new_sku(1)
        own = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku)).records[0].shard
        found = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku, shard=own)).records
        self.assertEqual([one.sku for one in found], [sku])
        shards = {one.shard for one in self.call(self.cluster.GetShardMap, v1.GetShardMapRequest()).ranges}
        for other in shards - {own}:
            request = v1.ListJournalRequest(sku=sku, shard=other)
            refusal = self.refused(self.audit.ListJournal, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
            self.assertEqual(refusal.facts["field"], "shard")

    def second_page(self, sku):
        """The token behind the first hold of a SKU."""
        request = v1.ListHoldsRequest(sku=sku, page_size=1)
        answer = self.call(self.holds.ListHolds, request)
        while not answer.holds:
            request.page_token = answer.next_page_token
            answer = self.call(self.holds.ListHolds, request)
        return answer.next_page_token

    def test_a_token_goes_on_with_its_own_list_only(self):
        sku = self.new_sku(10)
        for _ in range(3):
            self.reserve(sku)
        token = self.second_page(sku)
        bigger = v1.ListHoldsRequest(sku=sku, page_size=5, page_token=token)
        self.assertEqual(len(self.call(self.holds.ListHolds, bigger).holds), 2)
        for request in (
            v1.ListHoldsRequest(sku=sku, reference="x", page_token=token),
            v1.ListHoldsRequest(sku=sku, page_token=token + "A"),
            v1.ListHoldsRequest(sku=sku, page_token=token[:-2]),
            v1.ListHoldsRequest(sku=sku, page_token="nonsense!"),
        ):
            refusal = self.refused(self.holds.ListHolds, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
            self.assertEqual(refusal.facts["field"], "page_token")
        other = v1.ListOrdersRequest(sku=sku, page_token=token)
        self.refused(self.orders.ListOrders, other, Code.INVALID_ARGUMENT, "INVALID_FIELD")

    def test_a_list_begun_before_slots_moved_has_to_begin_again(self):
        sku = self.new_sku(10)
        for _ in range(2):
            self.reserve(sku)
        token = self.second_page(sku)
        # What another division of the slots would have made of it: the hash of the map, at bytes 5 to 8.
        content = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        content[5] ^= 1
        older = base64.urlsafe_b64encode(bytes(content)).decode().rstrip("=")
        request = v1.ListHoldsRequest(sku=sku, page_size=1, page_token=older)
        self.refused(self.holds.ListHolds, request, Code.ABORTED, "LIST_OUTDATED")
