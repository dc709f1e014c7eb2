"""Imports by stream: a result for each row, one effect a row, resumable."""

import grpc

import contract
from contract import DEADLINE_SECONDS, ContractTest, Refusal, request_id, v1

Code = grpc.StatusCode


class Imports(ContractTest):
    def setUp(self):
        self.imports = v1.ImportServiceStub(contract.channel)

    def run_import(self, rows, import_id, **fields):
        """Sends rows, and gives what became of each by its number."""
        start = v1.ImportStart(tenant=self.tenant, request_id=import_id, **fields)
        messages = [v1.ImportRowsRequest(start=start)] + [v1.ImportRowsRequest(row=row) for row in rows]
        answers = list(self.imports.ImportRows(iter(messages), timeout=DEADLINE_SECONDS))
        self.assertEqual(sorted(answer.row for answer in answers), sorted(row.row for row in rows))
        return {answer.row: answer for answer in answers}

    def stock_row(self, number, sku, quantity=1, **fields):
        fields = {"location": "BER1", **fields}
        return v1.ImportRow(row=number, stock=v1.ImportStock(sku=sku, quantity=quantity, **fields))

    def test_skus_and_then_their_stock(self):
        names = [f"IMPORT-{request_id()}" for _ in range(300)]
        rows = [v1.ImportRow(row=place, sku=v1.Sku(sku=name, name="A thing")) for place, name in enumerate(names)]
        results = self.run_import(rows, request_id())
        self.assertTrue(all(result.HasField("done") for result in results.values()), results)
        stock = [self.stock_row(place, name, place + 1) for place, name in enumerate(names)]
        results = self.run_import(stock, request_id(), actor="night-job", reason="PO-1")
        self.assertTrue(all(result.HasField("done") for result in results.values()), results)
        asked = v1.GetAvailabilityRequest(skus=names)
        found = [row.availability.available for row in self.call(self.inventory.GetAvailability, asked).results]
        self.assertEqual(found, list(range(1, 301)))
        record = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=names[7])).records[0]
        self.assertEqual((record.actor, record.reason), ("night-job", "PO-1"))

    def test_a_refused_row_does_not_stop_the_others(self):
        sku = self.new_sku()
        rows = [
            self.stock_row(1, sku, 5),
            self.stock_row(2, "NONE-SUCH"),
            self.stock_row(3, sku, 1, location="NOWHERE"),
            self.stock_row(4, sku, 0),
            v1.ImportRow(row=5),
            v1.ImportRow(row=6, sku=v1.Sku(sku="")),
            self.stock_row(7, sku, 6, to_quality_control=True, reason="PO-2"),
        ]
        results = self.run_import(rows, request_id())
        reasons = {number: result.error.reason for number, result in results.items() if result.HasField("error")}
        expected = {2: "UNKNOWN_SKU", 3: "UNKNOWN_LOCATION", 4: "INVALID_FIELD", 5: "INVALID_FIELD", 6: "INVALID_FIELD"}
        self.assertEqual(reasons, expected)
        total = self.total(sku)
        self.assertEqual((total.available, total.quality_control), (5, 6))

    def test_an_import_that_is_run_again_has_one_effect_a_row(self):
        sku, import_id = self.new_sku(), request_id()
        rows = [self.stock_row(number, sku, 10) for number in range(50)]
        first = self.run_import(rows[:20], import_id)
        self.assertFalse(any(result.done.replayed for result in first.values()))
        again = self.run_import(rows, import_id)
        self.assertEqual([again[number].done.replayed for number in range(50)], [True] * 20 + [False] * 30)
        self.assertEqual(self.total(sku).available, 500)

    def test_a_row_that_was_refused_may_be_corrected_and_one_that_was_done_may_not(self):
        sku, import_id = self.new_sku(), request_id()
        self.assertEqual(self.run_import([self.stock_row(1, sku, 0)], import_id)[1].error.reason, "INVALID_FIELD")
        self.assertTrue(self.run_import([self.stock_row(1, sku, 2)], import_id)[1].HasField("done"))
        changed = self.run_import([self.stock_row(1, sku, 3)], import_id)[1]
        self.assertEqual(changed.error.reason, "REQUEST_ID_REUSED")
        self.assertEqual(self.total(sku).available, 2)

    def test_an_import_begins_with_its_start_and_has_one(self):
        sku = self.new_sku()
        start = v1.ImportRowsRequest(start=v1.ImportStart(tenant=self.tenant, request_id=request_id()))
        row = v1.ImportRowsRequest(row=self.stock_row(1, sku))
        cases = [
            ([row], "start"),
            ([start, start], "start"),
            ([v1.ImportRowsRequest(start=v1.ImportStart(tenant=self.tenant))], "start.request_id"),
            ([v1.ImportRowsRequest(start=v1.ImportStart(request_id="no-uuid"))], "request_id"),
            ([v1.ImportRowsRequest()], "content"),
            ([start, v1.ImportRowsRequest(row=v1.ImportRow(row=-1))], "row.row"),
        ]
        for messages, field in cases:
            with self.subTest(field):
                with self.assertRaises(grpc.RpcError) as caught:
                    list(self.imports.ImportRows(iter(messages), timeout=DEADLINE_SECONDS))
                refusal = Refusal(caught.exception)
                self.assertEqual((refusal.code, refusal.reason), (Code.INVALID_ARGUMENT, "INVALID_FIELD"))
                self.assertEqual(refusal.facts["field"], field)
        self.assertEqual(self.total(sku).available, 0)

    def test_orders(self):
        sku = self.new_sku(10)
        orders = [
            v1.CreateOrderRequest(lines=[v1.NewOrderLine(sku=sku, quantity=quantity)], external_number=f"N-{quantity}")
            for quantity in (3, 4, 99)
        ]
        rows = [v1.ImportRow(row=place, order=order) for place, order in enumerate(orders)]
        import_id = request_id()
        results = self.run_import(rows, import_id, actor="market")
        self.assertEqual(results[2].error.reason, "OUT_OF_STOCK")
        order = self.call(self.orders.GetOrder, v1.GetOrderRequest(order_id=results[1].done.order_id)).order
        self.assertEqual((order.lines[0].allocated, order.external_number), (4, "N-4"))
        again = self.run_import(rows[:2], import_id)
        self.assertEqual([again[place].done.replayed for place in (0, 1)], [True, True])
        self.assertEqual(self.total(sku).allocated, 7)
