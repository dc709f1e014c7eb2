"""Answers that would be larger than a client takes, and calls that would take more of a node than is anybody's share."""

import time

import grpc

import reasons
from apart import OfItsOwn
from contract import DEADLINE_SECONDS, request_id, v1

Code = grpc.StatusCode
LOCATIONS, SKUS = 200, 70
# A page is to have a megabyte, and its last element on top. All that is made here together has more.
PAGE_BYTES_MAX = 1_250_000
LARGE = 1 << 52
WATCHED_MAX = 65_536


class Crowded(OfItsOwn):
    """SKUs of one shard, each of them at many locations."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skus, number = [], 0
        while len(cls.skus) < SKUS:
            name = f"CROWD-{number}"
            number += 1
            if cls.shard(name) == cls.owners[0][2]:
                cls.skus.append(name)
        cls.places = [f"{number:04d}-".ljust(64, "L") for number in range(LOCATIONS)]
        put = [v1.PutLocationRequest(location=v1.Location(location=place)) for place in cls.places]
        cls.all(cls.catalog.PutLocation, put)
        cls.all(cls.catalog.PutSku, [v1.PutSkuRequest(sku=v1.Sku(sku=name)) for name in cls.skus])
        received = [(name, place) for name in cls.skus for place in cls.places]
        requests = [v1.ReceiveRequest(request_id=request_id(), sku=name, location=place, quantity=LARGE) for name, place in received]
        cls.all(cls.inventory.Receive, requests)

    @classmethod
    def all(cls, method, requests):
        """Many calls, some hundred at a time."""
        for begin in range(0, len(requests), 400):
            part = requests[begin : begin + 400]
            for request in part:
                request.tenant = cls.tenant
            for future in [method.future(request, timeout=3 * DEADLINE_SECONDS, wait_for_ready=True) for request in part]:
                future.result()

    def pages(self, method, request):
        """All pages of a list, each of them no larger than it should be."""
        found, token = [], ""
        while True:
            request.page_token, request.page_size = token, 1_000
            answer = self.call(method, request)
            self.assertLess(answer.ByteSize(), PAGE_BYTES_MAX)
            found.append(answer)
            token = answer.next_page_token
            if not token:
                return found

    def test_a_page_of_stock_ends_when_it_is_large(self):
        pages = self.pages(self.inventory.ListStock, v1.ListStockRequest())
        listed = [one for page in pages for one in page.stock]
        self.assertGreater(sum(page.ByteSize() for page in pages), PAGE_BYTES_MAX)
        self.assertEqual(sorted(one.sku for one in listed), sorted(self.skus))
        self.assertEqual({len(one.locations) for one in listed}, {LOCATIONS})

    def test_a_batch_has_as_many_skus_as_there_is_room_for_and_names_the_others(self):
        request = v1.BatchGetStockRequest(skus=self.skus)
        answer = self.call(self.inventory.BatchGetStock, request)
        self.assertLess(answer.ByteSize(), PAGE_BYTES_MAX)
        self.assertEqual(len(answer.results), SKUS)
        left = []
        for sku, result in zip(self.skus, answer.results):
            if result.WhichOneof("outcome") == "stock":
                self.assertEqual((result.stock.sku, len(result.stock.locations)), (sku, LOCATIONS))
            else:
                self.assertEqual((result.error.reason, result.error.code), ("ANSWER_TOO_LARGE", Code.FAILED_PRECONDITION.value[0]))
                self.assertEqual(dict(result.error.metadata), {"sku": sku})
                reasons.met.add(result.error.reason)
                left.append(sku)
        self.assertTrue(left)
        rest = self.call(self.inventory.BatchGetStock, v1.BatchGetStockRequest(skus=left))
        self.assertEqual([result.stock.sku for result in rest.results], left)
        # At one location there is room for all.
        narrow = self.call(self.inventory.BatchGetStock, v1.BatchGetStockRequest(skus=self.skus, location=self.places[7]))
        self.assertEqual([len(result.stock.locations) for result in narrow.results], [1] * SKUS)

    def test_a_watch_tells_of_much_in_several_responses_without_waiting_for_its_interval(self):
        request = v1.WatchAvailabilityRequest(tenant=self.tenant, skus=self.skus)
        request.interval.FromSeconds(3_600)
        stream = self.watch.WatchAvailability(request, timeout=DEADLINE_SECONDS)
        told = []
        for response in stream:
            self.assertLess(response.ByteSize(), PAGE_BYTES_MAX)
            told += [one.sku for one in response.stock]
            if len(told) >= SKUS:
                break
        stream.cancel()
        self.assertEqual(sorted(told), sorted(self.skus))

    def test_a_change_among_much_that_is_watched_is_told(self):
        request = v1.WatchAvailabilityRequest(tenant=self.tenant, skus=self.skus)
        request.interval.FromMilliseconds(100)
        stream = self.watch.WatchAvailability(request, timeout=DEADLINE_SECONDS)
        told = 0
        while told < SKUS:
            told += len(next(stream).stock)
        for sku in (self.skus[0], self.skus[-1], self.skus[SKUS // 2]):
            self.receive(sku, 1, self.places[3])
            self.assertEqual([one.sku for one in next(stream).stock], [sku])
        stream.cancel()

    def test_pages_of_holds_and_orders_end_when_they_are_large(self):
        long = "WIDE-".ljust(128, "W")
        self.call(self.catalog.PutSku, v1.PutSkuRequest(sku=v1.Sku(sku=long)))
        self.receive(long, 100_000, self.places[0])
        orders, holds = [], []
        for _ in range(SKUS):
            orders.append(v1.CreateOrderRequest(request_id=request_id()))
            holds.append(v1.ReserveRequest(request_id=request_id()))
            for _ in range(100):
                orders[-1].lines.add(sku=long, quantity=1)
                holds[-1].lines.add(sku=long, quantity=1)
        self.all(self.orders.CreateOrder, orders)
        self.all(self.holds.Reserve, holds)
        for method, request, made, name in (
            (self.orders.ListOrders, v1.ListOrdersRequest(), orders, "orders"),
            (self.holds.ListHolds, v1.ListHoldsRequest(), holds, "holds"),
        ):
            pages = self.pages(method, request)
            ids = [one.order_id if name == "orders" else one.hold_id for page in pages for one in getattr(page, name)]
            self.assertEqual(sorted(one[:36] for one in ids), sorted(one.request_id for one in made))
            self.assertGreater(sum(page.ByteSize() for page in pages), PAGE_BYTES_MAX)


class Watched(OfItsOwn):
    def test_only_so_much_is_watched_at_a_time(self):
        skus = [f"WATCHED-{number}" for number in range(500)]
        requests = [v1.Sku(sku=name) for name in skus]
        self.call(self.catalog.PutSkus, v1.PutSkusRequest(skus=requests))
        request = v1.WatchAvailabilityRequest(tenant=self.tenant, skus=skus)
        streams, refused = [], None
        while refused is None and len(streams) <= WATCHED_MAX // 500:
            stream = self.watch.WatchAvailability(request, timeout=3 * DEADLINE_SECONDS)
            streams.append(stream)
            try:
                next(stream)
            except grpc.RpcError:
                refused = streams.pop()
        self.assertIsNotNone(refused, "as much as one likes can be watched")
        self.assertEqual(refused.code(), Code.RESOURCE_EXHAUSTED)
        self.assertEqual(len(streams), WATCHED_MAX // 500)
        streams.pop().cancel()
        self.again(request)
        for stream in streams:
            stream.cancel()

    def again(self, request):
        """Room that was given back can be had."""
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            stream = self.watch.WatchAvailability(request, timeout=DEADLINE_SECONDS)
            try:
                next(stream)
                return stream.cancel()
            except grpc.RpcError:
                self.assertLess(time.monotonic(), deadline)
