"""SKUs, locations, and stock coming, going and being counted."""

import grpc

from contract import ContractTest, request_id, v1

Code = grpc.StatusCode


class Catalogue(ContractTest):
    def test_a_sku_reads_back_as_it_was_put(self):
        sku = v1.Sku(sku="RICE", name="Basmati", quantity_scale=3, attributes={"brand": "Sól", "size": ""})
        put = self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=sku))
        self.assertGreater(put.revision, 0)
        got = self.call(self.catalog.GetSku, v1.GetSkuRequest(sku="RICE")).sku
        self.assertEqual((got.sku, got.name, got.quantity_scale), ("RICE", "Basmati", 3))
        self.assertEqual(dict(got.attributes), {"brand": "Sól", "size": ""})
        self.assertEqual(got.tenant, self.tenant)
        self.assertGreater(got.create_time.seconds, 1_700_000_000)
        sku.quantity_scale = 2
        self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=sku))
        self.receive("RICE", 100)
        sku.quantity_scale = 3
        self.refused(self.catalog.PutSku, v1.PutSkuRequest(sku=sku), Code.FAILED_PRECONDITION, "SCALE_FIXED")

    def test_a_put_can_insist_on_the_revision_it_knows(self):
        name = self.new_sku()
        known = self.call(self.catalog.GetSku, v1.GetSkuRequest(sku=name)).sku.revision
        request = v1.PutSkuRequest(sku=v1.Sku(sku=name, name="first"), expected_revision=known)
        self.assertEqual(self.call(self.catalog.PutSku, request).sku.revision, known + 1)
        late = v1.PutSkuRequest(sku=v1.Sku(sku=name, name="second"), expected_revision=known)
        refusal = self.refused(self.catalog.PutSku, late, Code.ABORTED, "REVISION_MISMATCH")
        self.assertEqual(refusal.facts["revision"], str(known + 1))
        self.assertEqual(self.call(self.catalog.GetSku, v1.GetSkuRequest(sku=name)).sku.name, "first")

    def test_many_skus_in_one_call_each_on_its_own(self):
        rows = [v1.Sku(sku="BULK-1"), v1.Sku(sku="BULK-2", quantity_scale=9), v1.Sku(sku="BULK-3")]
        results = self.call(self.catalog.PutSkus, v1.PutSkusRequest(skus=rows)).results
        self.assertEqual([row.WhichOneof("outcome") for row in results], ["sku", "error", "sku"])
        self.assertEqual((results[1].error.code, results[1].error.reason), (3, "INVALID_FIELD"))
        self.assertEqual(results[1].error.metadata["field"], "skus[1].quantity_scale")

    def test_listing_page_by_page_names_each_once(self):
        tenant = self.tenant + "-list"
        names = sorted(f"ITEM-{number:03}" for number in range(25))
        request = v1.PutSkusRequest(tenant=tenant, skus=[v1.Sku(sku=name) for name in names])
        self.call(self.catalog.PutSkus, request)
        found, token = [], ""
        for _ in range(26):
            page = self.call(self.catalog.ListSkus, v1.ListSkusRequest(tenant=tenant, page_size=4, page_token=token))
            self.assertLessEqual(len(page.skus), 4)
            found += [sku.sku for sku in page.skus]
            token = page.next_page_token
            if not token:
                break
        self.assertEqual(sorted(found), names)
        nonsense = v1.ListSkusRequest(tenant=tenant, page_token="!")
        self.refused(self.catalog.ListSkus, nonsense, Code.INVALID_ARGUMENT, "INVALID_FIELD")

    def test_locations(self):
        listed = self.call(self.catalog.ListLocations, v1.ListLocationsRequest()).locations
        self.assertEqual([(one.location, one.priority) for one in listed], [("BER1", 10), ("MUC2", 20)])
        got = self.call(self.catalog.GetLocation, v1.GetLocationRequest(location="BER1")).location
        self.assertEqual(got.state, v1.LOCATION_STATE_ACTIVE)
        unknown = v1.GetLocationRequest(location="NOWHERE")
        refusal = self.refused(self.catalog.GetLocation, unknown, Code.NOT_FOUND, "UNKNOWN_LOCATION")
        self.assertEqual(refusal.facts["location"], "NOWHERE")


class Stock(ContractTest):
    def test_every_movement_keeps_the_sum_at_zero(self):
        sku = self.new_sku()
        received = self.receive(sku, 100)
        self.assertEqual(received.stock.balances.available, 100)
        adjust = v1.AdjustRequest(request_id=request_id(), reason="counted", sku=sku, location="BER1", delta=-3)
        adjust.account = v1.ACCOUNT_AVAILABLE
        self.call(self.inventory.Adjust, adjust)
        move = v1.MoveStockRequest(request_id=request_id(), reason="torn", sku=sku, location="BER1", quantity=2)
        move.from_account, move.to_account = v1.ACCOUNT_AVAILABLE, v1.ACCOUNT_DAMAGED
        self.call(self.inventory.MoveStock, move)
        total = self.total(sku)
        self.assertEqual((total.on_hand, total.available, total.damaged), (97, 95, 2))
        self.assertEqual((total.supplier, total.adjustment), (-100, 3))
        accounts = [field.name for field in total.DESCRIPTOR.fields if field.name != "on_hand"]
        self.assertEqual(sum(getattr(total, name) for name in accounts), 0)

    def test_a_receipt_sent_twice_counts_once(self):
        sku = self.new_sku()
        request = v1.ReceiveRequest(request_id=request_id(), sku=sku, location="BER1", quantity=10)
        first = self.call(self.inventory.Receive, request)
        again = self.call(self.inventory.Receive, request)
        self.assertEqual((first.replayed, again.replayed), (False, True))
        self.assertEqual(first.sequence, again.sequence)
        self.assertEqual(self.total(sku).available, 10)
        request.quantity = 11
        refusal = self.refused(self.inventory.Receive, request, Code.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        self.assertEqual(refusal.facts["request_id"], request.request_id)
        self.assertEqual(self.total(sku).available, 10)

    def test_an_adjustment_cannot_take_what_is_not_there_and_needs_a_reason(self):
        sku = self.new_sku(5)
        request = v1.AdjustRequest(request_id=request_id(), reason="lost", sku=sku, location="BER1", delta=-6)
        request.account = v1.ACCOUNT_AVAILABLE
        self.refused(self.inventory.Adjust, request, Code.FAILED_PRECONDITION, "OUT_OF_STOCK")
        request.ClearField("reason")
        refusal = self.refused(self.inventory.Adjust, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
        self.assertEqual(refusal.facts["field"], "reason")

    def test_stock_of_many_skus_in_the_order_asked(self):
        first, second = self.new_sku(1), self.new_sku(2)
        request = v1.BatchGetStockRequest(skus=[second, "NONE-SUCH", first])
        results = self.call(self.inventory.BatchGetStock, request).results
        self.assertEqual([row.WhichOneof("outcome") for row in results], ["stock", "error", "stock"])
        self.assertEqual([row.stock.total.available for row in results], [2, 0, 1])
        self.assertEqual((results[1].error.code, results[1].error.reason), (5, "UNKNOWN_SKU"))

    def test_a_read_can_ask_for_a_revision(self):
        sku = self.new_sku()
        revision = self.receive(sku, 7).revision
        request = v1.GetStockRequest(sku=sku, consistency=v1.ReadConsistency(revision_min=revision))
        stock = self.call(self.inventory.GetStock, request).stock
        self.assertGreaterEqual(stock.revision, revision)
        self.assertEqual(stock.total.available, 7)

    def test_stock_listed_page_by_page(self):
        names = {self.new_sku(3) for _ in range(5)}
        found, token = [], ""
        for _ in range(200):
            page = self.call(self.inventory.ListStock, v1.ListStockRequest(page_size=2, page_token=token))
            found += [stock.sku for stock in page.stock]
            token = page.next_page_token
            if not token:
                break
        self.assertLessEqual(names, set(found))
        self.assertEqual(len(found), len(set(found)))
