"""Places where a node once went wrong."""

import grpc

from contract import ContractTest, request_id, reservation, v1
from harness.processes import wait_until

Code = grpc.StatusCode


class Edges(ContractTest):
    def put_location(self, location, tenant="", **fields):
        request = v1.PutLocationRequest(tenant=tenant, location=v1.Location(location=location, **fields))
        return self.call(self.catalog.PutLocation, request).location

    def test_a_page_token_beyond_everything_is_refused(self):
        for position in (2**64 - 1, 2**63, 10_001, 999_999_999_999):
            token = f"1.{position}"
            with self.subTest(token):
                self.refused(
                    self.catalog.ListSkus, v1.ListSkusRequest(page_token=token), Code.INVALID_ARGUMENT, "INVALID_FIELD"
                )
                self.refused(
                    self.inventory.ListStock, v1.ListStockRequest(page_token=token), Code.INVALID_ARGUMENT, "INVALID_FIELD"
                )

    def test_a_closed_hold_is_not_another_tenants(self):
        sku = self.new_sku(5)
        expired = self.call(self.holds.Reserve, reservation(sku, 1, seconds=1)).hold.hold_id
        released = self.reserve(sku).hold.hold_id
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(hold_id=released))
        read = v1.GetHoldRequest(hold_id=expired)
        over = v1.HOLD_STATE_EXPIRED
        wait_until(lambda: self.call(self.holds.GetHold, read).hold.state == over, 10, "waiting for a hold to expire")
        for hold in (expired, released):
            for method, request in (
                (self.holds.ConfirmHold, v1.ConfirmHoldRequest(tenant="evil", hold_id=hold)),
                (self.holds.ReleaseHold, v1.ReleaseHoldRequest(tenant="evil", hold_id=hold)),
                (self.holds.ExtendHold, v1.ExtendHoldRequest(tenant="evil", hold_id=hold)),
                (self.holds.GetHold, v1.GetHoldRequest(tenant="evil", hold_id=hold)),
            ):
                with self.subTest(type(request).__name__):
                    self.refused(method, request, Code.NOT_FOUND, "UNKNOWN_HOLD")
        self.assertEqual(self.total(sku).allocated, 0)

    def test_a_retry_is_answered_although_its_location_has_closed(self):
        place = "CLOSING-" + request_id()[-8:]
        self.put_location(place)
        sku = self.new_sku(0)
        receipt = v1.ReceiveRequest(request_id=request_id(), sku=sku, location=place, quantity=5)
        self.call(self.inventory.Receive, receipt)
        request = reservation(sku, lines=[v1.ReserveLine(sku=sku, location=place, quantity=2)])
        made = self.call(self.holds.Reserve, request).hold.hold_id
        self.put_location(place, state=v1.LOCATION_STATE_CLOSED)
        again = self.call(self.holds.Reserve, request)
        self.assertEqual((again.hold.hold_id, again.replayed), (made, True))
        self.assertTrue(self.call(self.inventory.Receive, receipt).replayed)
        fresh = reservation(sku, lines=[v1.ReserveLine(sku=sku, location=place, quantity=2)])
        self.refused(self.holds.Reserve, fresh, Code.FAILED_PRECONDITION, "LOCATION_CLOSED")

    def test_a_tenant_may_have_more_locations_than_a_command_can_rank(self):
        tenant = "wide-" + request_id()[-8:]
        for number in range(103):
            self.put_location(f"L{number:03}", tenant=tenant, priority=number)
        self.call(self.catalog.PutSku, v1.PutSkuRequest(tenant=tenant, sku=v1.Sku(sku="S")))
        receipt = v1.ReceiveRequest(tenant=tenant, sku="S", location="L102", quantity=3, request_id=request_id())
        self.call(self.inventory.Receive, receipt)
        hold = self.call(self.holds.Reserve, reservation("S", 2, tenant=tenant)).hold
        self.assertEqual([line.location for line in hold.lines], ["L102"])

    def test_equal_priorities_are_tried_in_the_order_of_ids(self):
        tenant = "even-" + request_id()[-8:]
        self.call(self.catalog.PutSku, v1.PutSkuRequest(tenant=tenant, sku=v1.Sku(sku="S")))
        for place in ("ZZ", "AA"):
            self.assertGreater(self.put_location(place, tenant=tenant, priority=7).revision, 0)
            receipt = v1.ReceiveRequest(tenant=tenant, sku="S", location=place, quantity=3, request_id=request_id())
            self.call(self.inventory.Receive, receipt)
        hold = self.call(self.holds.Reserve, reservation("S", 1, tenant=tenant)).hold
        self.assertEqual(hold.lines[0].location, "AA")
