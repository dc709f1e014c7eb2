"""The change feed, and watches of stock, holds and orders."""

import itertools
import time
import unittest
import uuid

import grpc

import contract
from books import Books, read_token, write_token
from contract import DEADLINE_SECONDS, ContractTest, Refusal, request_id, reservation, v1
from harness.node import Node, program, tool
from harness.processes import Workshop, run

Code = grpc.StatusCode


def heartbeat(request, milliseconds):
    request.heartbeat.FromMilliseconds(milliseconds)
    return request


def until_caught_up(feed):
    """The responses of a feed until it has all there is; then leaves."""
    for response in feed:
        yield response
        if response.caught_up:
            break
    feed.cancel()


class Feed(ContractTest):
    def stream(self, **start):
        """As long as it may take: from the beginning, a debug build sends all that the other tests have done, too."""
        request = heartbeat(v1.StreamChangesRequest(**start), 200)
        return self.watch.StreamChanges(request, timeout=3 * DEADLINE_SECONDS)

    def follow(self, books, until=lambda response: response.caught_up, **start):
        """Takes responses until one that will do, and leaves."""
        stream = self.stream(**start)
        for response in stream:
            books.take(response)
            if until(response):
                break
        stream.cancel()
        return books

    def everything(self):
        return self.follow(Books(), beginning=True)

    def assert_right(self, books, *skus):
        for sku in skus:
            total = self.total(sku)
            found = [books.balance(self.tenant, sku, account) for account in (v1.ACCOUNT_AVAILABLE, v1.ACCOUNT_HELD, v1.ACCOUNT_ALLOCATED)]
            self.assertEqual(found, [total.available, total.held, total.allocated], sku)

    def trade(self):
        """Some SKUs to which everything happens that can; long enough holds that none ends meanwhile."""
        skus = [self.new_sku(20), self.new_sku(20)]
        held = [self.reserve(sku, quantity, seconds=600).hold for sku in skus for quantity in (1, 2, 3)]
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=held[0].hold_id))
        self.call(self.holds.ConfirmHold, v1.ConfirmHoldRequest(request_id=request_id(), hold_id=held[1].hold_id))
        self.receive(skus[1], 5, "MUC2")
        return skus, held

    def test_from_the_beginning_the_records_add_up_to_the_stock(self):
        skus, _ = self.trade()
        self.assert_right(self.everything(), *skus)

    def test_a_record_says_what_happened_why_and_by_whom(self):
        sku = self.new_sku(20)
        hold = self.reserve(sku, 3, actor="web", seconds=600).hold
        records = []
        for response in until_caught_up(self.stream(beginning=True)):
            records += [one for changes in response.shards for one in changes.records if one.sku == sku]
        self.assertEqual([one.cause.kind for one in records], [v1.CAUSE_KIND_RECEIPT, v1.CAUSE_KIND_HOLD])
        made = records[1]
        self.assertEqual((made.tenant, made.location, made.quantity, made.actor), (self.tenant, "BER1", 3, "web"))
        self.assertEqual((made.from_account, made.from_balance), (v1.ACCOUNT_AVAILABLE, 17))
        self.assertEqual((made.to_account, made.to_balance), (v1.ACCOUNT_HELD, 3))
        self.assertEqual((made.cause.id, made.request_id), (hold.hold_id, hold.hold_id[:36]))
        self.assertGreater(made.revision, records[0].revision)
        listed = self.call(self.audit.ListJournal, v1.ListJournalRequest(sku=sku)).records
        self.assertEqual([one.sequence for one in listed], [one.sequence for one in reversed(records)])

    def test_a_token_goes_on_where_it_was(self):
        skus, _ = self.trade()
        books, rounds = Books(), 0
        start = {"beginning": True}
        while rounds < 30:
            rounds += 1
            # One response, whatever it holds, and a new stream behind it.
            self.follow(books, until=lambda response: bool(response.token), **start)
            start = {"token": books.token}
            if rounds == 10:
                self.receive(skus[0], 7)
        self.follow(books, **start)
        self.assert_right(books, *skus)

    def test_now_begins_with_what_is_acknowledged_from_then_on(self):
        sku = self.new_sku(5)
        stream = self.stream(now=True)
        first = next(stream)
        self.assertFalse(first.shards)
        self.receive(sku, 2)
        records = []
        for response in stream:
            records += [one for changes in response.shards for one in changes.records if one.sku == sku]
            if records:
                break
        stream.cancel()
        self.assertEqual([(one.quantity, one.to_balance) for one in records], [(2, 7)])

    def test_silence_is_broken_by_heartbeats_with_tokens(self):
        stream = self.stream(now=True)
        responses = list(itertools.islice(stream, 4))
        stream.cancel()
        self.assertTrue(all(response.token for response in responses))

    def test_chosen_shards_and_no_others(self):
        skus = [self.new_sku(1) for _ in range(6)]
        every = self.everything()
        shards = sorted({key[0] for key in every.balances})
        chosen = self.follow(Books(), beginning=True, shards=shards[:1])
        self.assertEqual({key[0] for key in chosen.balances}, set(shards[:1]))
        again = self.follow(Books(), token=chosen.token)
        self.assertFalse(again.records)
        self.assertTrue(skus)

    def test_a_slow_consumer_gets_everything_all_the_same(self):
        sku = self.new_sku(100_000)
        stream = self.stream(beginning=True)
        books = Books()
        books.take(next(stream))
        for _ in range(4):
            requests = [reservation(sku, seconds=600) for _ in range(500)]
            for one in requests:
                one.tenant = self.tenant
            answer = self.call(self.holds.BatchReserve, v1.BatchReserveRequest(requests=requests))
            self.assertFalse([one for one in answer.results if one.HasField("error")])
        # Longer than a peer that has too much waiting for it may stand still.
        time.sleep(3)
        for response in stream:
            books.take(response)
            if books.balance(self.tenant, sku, v1.ACCOUNT_HELD) == 2000:
                break
        stream.cancel()
        self.assert_right(books, sku)

    def test_wrong_requests(self):
        token = self.everything().token

        def refused(**fields):
            request = v1.StreamChangesRequest(**fields)
            return self.refused(self.watch.StreamChanges, request, Code.INVALID_ARGUMENT, "INVALID_FIELD").facts["field"]

        self.assertEqual(refused(), "start")
        self.assertEqual(refused(beginning=False), "start")
        self.assertEqual(refused(token="nonsense"), "token")
        self.assertEqual(refused(token=token[:-2]), "token")
        self.assertEqual(refused(token=token, shards=[1]), "shards")
        self.assertEqual(refused(beginning=True, shards=[1, 1]), "shards[1]")
        self.assertEqual(refused(beginning=True, shards=[4_000_000]), "shards[0]")
        cluster, selection, positions = read_token(token)
        self.assertEqual(write_token(cluster, selection, positions), token)
        self.assertEqual(refused(token=write_token(uuid.uuid4(), selection, positions)), "token")
        # Whoever writes one himself names no shards that there are not.
        self.assertEqual(refused(token=write_token(cluster, selection, positions | {60_000: (0,)})), "token")
        forged = {shard: (0,) for shard in range(1, 60_000)}
        self.assertEqual(refused(token=write_token(cluster, selection, forged)), "token")
        request = heartbeat(v1.StreamChangesRequest(now=True), 50)
        self.refused(self.watch.StreamChanges, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")

    def test_a_token_of_records_that_never_were_is_refused(self):
        cluster, selection, positions = read_token(self.everything().token)
        shard, (_, sequence) = min((one for one in positions.items() if one[1][0] == 1), default=(1, (1, 1)))
        positions[shard] = (1, sequence + 10)
        request = v1.StreamChangesRequest(token=write_token(cluster, selection, positions))
        refusal = self.refused(self.watch.StreamChanges, request, Code.FAILED_PRECONDITION, "FEED_AHEAD")
        self.assertEqual((refusal.facts["shard"], refusal.facts["sequence"]), (str(shard), str(sequence + 10)))

    def test_the_followers_are_known(self):
        stream = self.stream(now=True)
        next(stream)
        status = self.cluster.GetStatus(v1.GetStatusRequest(), timeout=DEADLINE_SECONDS)
        followers = [one for store in status.stores for one in store.followers]
        stream.cancel()
        self.assertTrue(followers)
        self.assertTrue(all(one.address and one.shard_count for one in followers))


class Retention(unittest.TestCase):
    """A journal that is cut, on a node of its own."""

    def setUp(self):
        self.workshop = self.enterContext(Workshop("retention"))
        self.node = Node(self.workshop, flags=("--shards", "1")).start()
        self.channel = self.enterContext(grpc.insecure_channel(self.node.address))
        self.holds, self.watch = v1.HoldServiceStub(self.channel), v1.WatchServiceStub(self.channel)
        for words in (("location", "put", "BER1"), ("sku", "put", "A"), ("stock", "receive", "A", "BER1", "1000000")):
            tool(self.node, *words)

    def tearDown(self):
        self.assertEqual(self.node.stop(), 0)

    def reserve(self, count):
        for _ in range(count):
            requests = [reservation("A", seconds=3_600) for _ in range(1000)]
            self.holds.BatchReserve(v1.BatchReserveRequest(requests=requests), timeout=DEADLINE_SECONDS)

    def follow(self, **start):
        books = Books()
        stream = self.watch.StreamChanges(heartbeat(v1.StreamChangesRequest(**start), 200), timeout=DEADLINE_SECONDS)
        for response in until_caught_up(stream):
            books.take(response)
        return books

    def shard(self):
        cluster = v1.ClusterServiceStub(self.channel)
        status = cluster.GetStatus(v1.GetStatusRequest(), timeout=DEADLINE_SECONDS)
        return next(shard for store in status.stores for shard in store.shards if shard.shard == 1)

    def test_by_size(self):
        self.reserve(2)
        early = self.follow(beginning=True)
        tool(self.node, "cluster", "settings", "--journal-bytes", "1048576")
        self.reserve(40)
        deadline = time.monotonic() + 30
        while self.shard().journal_bytes > 1_048_576 and time.monotonic() < deadline:
            time.sleep(0.1)
        shard = self.shard()
        self.assertLessEqual(shard.journal_bytes, 1_048_576)
        self.assertGreater(shard.journal_first, 2_002)
        # A token from before is refused with where the journal begins now.
        request = v1.StreamChangesRequest(token=early.token)
        with self.assertRaises(grpc.RpcError) as caught:
            list(self.watch.StreamChanges(request, timeout=DEADLINE_SECONDS))
        refusal = Refusal(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (Code.FAILED_PRECONDITION, "FEED_GAP"))
        self.assertEqual(refusal.facts["first_available"], str(shard.journal_first))
        # From the beginning the balances at the cut come first, so that it adds up all the same.
        books = self.follow(beginning=True)
        self.assertEqual(books.next[1], shard.journal_last + 1)
        self.assertEqual(books.balance("default", "A", v1.ACCOUNT_HELD), 42_000)
        self.assertEqual(books.balance("default", "A", v1.ACCOUNT_AVAILABLE), 958_000)
        self.assertEqual(books.balance("default", "A", v1.ACCOUNT_SUPPLIER), -1_000_000)
        self.assert_cut(shard)

    def assert_cut(self, shard):
        """Reads of what was cut off say so, and how far back they may go."""
        audit, inventory = v1.AuditServiceStub(self.channel), v1.InventoryServiceStub(self.channel)

        def refused(method, request):
            with self.assertRaises(grpc.RpcError) as caught:
                method(request, timeout=DEADLINE_SECONDS)
            refusal = Refusal(caught.exception)
            self.assertEqual((refusal.code, refusal.reason), (Code.FAILED_PRECONDITION, "JOURNAL_CUT"))
            return refusal.facts

        facts = refused(audit.ListJournal, v1.ListJournalRequest(sku="A", sequence_from=1))
        self.assertEqual((facts["shard"], facts["first_available"]), ("1", str(shard.journal_first)))
        first = audit.ListJournal(v1.ListJournalRequest(sku="A", sequence_from=0, page_size=1), timeout=DEADLINE_SECONDS)
        self.assertEqual(first.records[0].sequence, shard.journal_first)
        facts = refused(inventory.GetStock, v1.GetStockRequest(sku="A", as_of_revision=1))
        at = v1.GetStockRequest(sku="A", as_of_revision=int(facts["revision_min"]))
        total = inventory.GetStock(at, timeout=DEADLINE_SECONDS).stock.total
        self.assertEqual(total.available + total.held, 1_000_000)
        tool(self.node, "verify")
        # What was cut stays so when the node comes back.
        self.assertEqual(self.node.stop(), 0)
        self.node.start()
        tool(self.node, "verify")
        output = tool(self.node, "feed", "--from", "beginning", "--until-caught-up", "--json")[1]
        self.assertIn('"base_sequence"', output)


class Watches(ContractTest):
    def stock(self, skus, **fields):
        request = v1.WatchAvailabilityRequest(tenant=self.tenant, skus=skus, **fields)
        request.interval.FromMilliseconds(100)
        return self.watch.WatchAvailability(request, timeout=DEADLINE_SECONDS)

    def test_stock_is_told_as_it_is_and_when_it_changes(self):
        skus = [self.new_sku(10), self.new_sku(20), self.new_sku()]
        stream = self.stock(skus)
        told = {}
        while len(told) < 3:
            for one in next(stream).stock:
                self.assertNotIn(one.sku, told)
                told[one.sku] = one.total.available
        self.assertEqual(told, dict(zip(skus, [10, 20, 0])))
        self.reserve(skus[1], 4, seconds=600)
        (changed,) = next(stream).stock
        stream.cancel()
        self.assertEqual((changed.sku, changed.total.available, changed.total.held), (skus[1], 16, 4))
        self.assertTrue(changed.revision)

    def test_changes_are_gathered(self):
        sku = self.new_sku(1000)
        stream = self.stock([sku])
        next(stream)
        for _ in range(200):
            self.reserve(sku, seconds=600)
        told = []
        while not told or told[-1] != 800:
            told += [one.total.available for one in next(stream).stock]
        stream.cancel()
        self.assertLess(len(told), 150)
        self.assertEqual(told, sorted(told, reverse=True))

    def test_stock_that_comes_back_by_time_is_told(self):
        sku = self.new_sku(1)
        self.reserve(sku, seconds=2)
        told = []
        for response in self.stock([sku]):
            told += [one.total.available for one in response.stock]
            if told[-1] == 1:
                break
        self.assertEqual(told, [0, 1])

    def test_one_location(self):
        sku = self.new_sku(3, "BER1")
        self.receive(sku, 5, "MUC2")
        stream = self.stock([sku], location="MUC2")
        (one,) = next(stream).stock
        stream.cancel()
        self.assertEqual((one.total.available, [place.location for place in one.locations]), (5, ["MUC2"]))

    def test_a_hold_is_followed_to_its_end(self):
        sku = self.new_sku(5)
        hold = self.reserve(sku, 2, seconds=600).hold
        stream = self.watch.WatchHold(v1.WatchHoldRequest(tenant=self.tenant, hold_id=hold.hold_id), timeout=DEADLINE_SECONDS)
        self.assertEqual(next(stream).hold, hold)
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))
        self.assertEqual([response.hold.state for response in stream], [v1.HOLD_STATE_RELEASED])

    def test_a_hold_that_runs_out_is_told_so(self):
        hold = self.reserve(self.new_sku(5), seconds=2).hold
        request = v1.WatchHoldRequest(tenant=self.tenant, hold_id=hold.hold_id)
        states = [response.hold.state for response in self.watch.WatchHold(request, timeout=DEADLINE_SECONDS)]
        self.assertEqual(states, [v1.HOLD_STATE_ACTIVE, v1.HOLD_STATE_EXPIRED])

    def test_an_order_is_followed_to_its_end(self):
        hold = self.reserve(self.new_sku(5), 2).hold
        request = v1.ConfirmHoldRequest(request_id=request_id(), hold_id=hold.hold_id)
        order = self.call(self.holds.ConfirmHold, request).order
        request = v1.WatchOrderRequest(tenant=self.tenant, order_id=order.order_id)
        stream = self.watch.WatchOrder(request, timeout=DEADLINE_SECONDS)
        self.assertEqual(next(stream).order, order)
        cancelled = self.call(self.orders.CancelOrder, v1.CancelOrderRequest(request_id=request_id(), order_id=order.order_id))
        self.assertEqual([response.order for response in stream], [cancelled.order])

    def test_what_is_not_there(self):
        sku = self.new_sku()
        refusal = self.refused(
            self.watch.WatchAvailability, v1.WatchAvailabilityRequest(skus=[sku, "NONE"]), Code.NOT_FOUND, "UNKNOWN_SKU"
        )
        self.assertEqual(refusal.facts["sku"], "NONE")
        request = v1.WatchAvailabilityRequest(skus=[sku], location="NOWHERE")
        self.refused(self.watch.WatchAvailability, request, Code.NOT_FOUND, "UNKNOWN_LOCATION")
        nobody = f"{request_id()}-0000"
        request = v1.WatchHoldRequest(hold_id=nobody)
        refusal = self.refused(self.watch.WatchHold, request, Code.NOT_FOUND, "UNKNOWN_HOLD")
        self.assertEqual(refusal.facts["hold_id"], nobody)
        request = v1.WatchOrderRequest(order_id=nobody)
        refusal = self.refused(self.watch.WatchOrder, request, Code.NOT_FOUND, "UNKNOWN_ORDER")
        self.assertEqual(refusal.facts["order_id"], nobody)

    def test_a_hold_of_another_tenant_does_not_exist(self):
        hold = self.reserve(self.new_sku(5)).hold
        request = v1.WatchHoldRequest(tenant="somebody-else", hold_id=hold.hold_id)
        self.refused(self.watch.WatchHold, request, Code.NOT_FOUND, "UNKNOWN_HOLD")

    def test_wrong_requests(self):
        def refused(method, request):
            return self.refused(method, request, Code.INVALID_ARGUMENT, "INVALID_FIELD").facts["field"]

        watch = self.watch.WatchAvailability
        self.assertEqual(refused(watch, v1.WatchAvailabilityRequest()), "skus")
        self.assertEqual(refused(watch, v1.WatchAvailabilityRequest(skus=["A", "A"])), "skus[1]")
        self.assertEqual(refused(watch, v1.WatchAvailabilityRequest(skus=[f"S{n}" for n in range(501)])), "skus")
        request = v1.WatchAvailabilityRequest(skus=["A"])
        request.interval.FromMilliseconds(10)
        self.assertEqual(refused(watch, request), "interval")
        self.assertEqual(refused(self.watch.WatchHold, v1.WatchHoldRequest(hold_id="x")), "hold_id")
        self.assertEqual(refused(self.watch.WatchOrder, v1.WatchOrderRequest()), "order_id")


class Tool(ContractTest):
    """The same by the command line."""

    def setUp(self):
        self.workshop = self.enterContext(Workshop("watch-tool"))

    def tool(self, *arguments):
        command = [program("holdfast"), *arguments, "--tenant", self.tenant, "--address", contract.address]
        return run(command, 60)

    def test_the_feed_goes_on_behind_a_token_file(self):
        sku = self.new_sku(5)
        file = self.workshop.path("books.token")
        words = ["feed", "--from", "beginning", "--token-file", file, "--until-caught-up"]
        self.assertIn(sku, self.tool(*words))
        self.assertNotIn(sku, self.tool(*words))
        self.receive(sku, 2)
        again = self.tool(*words)
        self.assertEqual(again.count(sku), 1)
        self.assertIn("2 from SUPPLIER", again)

    def test_a_hold_to_its_end(self):
        hold = self.reserve(self.new_sku(5), seconds=1).hold
        output = self.tool("watch", "hold", hold.hold_id)
        self.assertIn("ACTIVE", output)
        self.assertIn("EXPIRED", output)


class InACluster(ContractTest):
    """Feeds and watches while nodes go."""

    @classmethod
    def setUpClass(cls):
        if contract.cluster is None:
            raise unittest.SkipTest("takes a cluster")
        super().setUpClass()

    def tearDown(self):
        for member in contract.cluster.members:
            if member.process.poll() is None:
                member.resume()
            else:
                member.start()
        contract.cluster.await_health()

    def receive_until_done(self, member, sku, quantity):
        """As a careful client does: again with the same id."""
        request = v1.ReceiveRequest(tenant=self.tenant, request_id=request_id(), sku=sku, location="BER1", quantity=quantity)
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                return member.stub("InventoryService").Receive(request, timeout=DEADLINE_SECONDS)
            except grpc.RpcError as error:
                if error.code() not in (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED) or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def test_what_a_follower_serves_outlives_the_leader(self):
        sku = self.new_sku(5)
        leader, member = contract.cluster.leader(), contract.cluster.follower()
        feed = member.stub("WatchService").StreamChanges(v1.StreamChangesRequest(now=True), timeout=4 * DEADLINE_SECONDS)
        self.assertTrue(next(feed).token)
        request = v1.WatchAvailabilityRequest(tenant=self.tenant, skus=[sku])
        watch = member.stub("WatchService").WatchAvailability(request, timeout=4 * DEADLINE_SECONDS)
        self.assertEqual([one.total.available for one in next(watch).stock], [5])
        leader.kill()
        self.receive_until_done(member, sku, 2)
        records = (one for response in feed for changes in response.shards for one in changes.records)
        self.assertEqual(next(one.to_balance for one in records if one.sku == sku), 7)
        self.assertEqual([one.total.available for one in next(watch).stock], [7])
        feed.cancel()
        watch.cancel()

    def test_a_feed_is_caught_up_with_all_that_was_acknowledged_before_it_began(self):
        """Also at a follower that has yet to hear of it."""
        sku, leader, member = self.new_sku(1), contract.cluster.leader(), contract.cluster.follower()

        def follow(**start):
            found = 0
            feed = member.stub("WatchService").StreamChanges(
                v1.StreamChangesRequest(**start), timeout=3 * DEADLINE_SECONDS)
            for response in until_caught_up(feed):
                found += sum(one.sku == sku for changes in response.shards for one in changes.records)
            return found, response.token

        _, token = follow(beginning=True)
        for _ in range(20):
            self.receive_until_done(leader, sku, 1)
            found, token = follow(token=token)
            self.assertEqual(found, 1)

    def test_a_feed_from_now_on_leaves_out_what_was_acknowledged_before(self):
        """Also at a follower that has yet to hear of it."""
        sku, member = self.new_sku(5), contract.cluster.follower()
        member.pause()
        for _ in range(3):
            self.receive_until_done(contract.cluster.leader(), sku, 1)
        feed = member.stub("WatchService").StreamChanges(v1.StreamChangesRequest(now=True), timeout=4 * DEADLINE_SECONDS)
        time.sleep(0.1)  # The question is there before the node can hear anything.
        member.resume()
        self.assertTrue(next(feed).token)
        self.receive_until_done(contract.cluster.leader(), sku, 10)
        records = (one for response in feed for changes in response.shards for one in changes.records)
        first = next(one for one in records if one.sku == sku)
        self.assertEqual((first.quantity, first.to_balance), (10, 18))
        feed.cancel()

    def test_a_node_without_the_others_ends_its_feeds(self):
        member = contract.cluster.follower()
        feed = member.stub("WatchService").StreamChanges(v1.StreamChangesRequest(now=True), timeout=4 * DEADLINE_SECONDS)
        token = next(feed).token
        for other in contract.cluster.members:
            if other is not member:
                other.pause()
        with self.assertRaises(grpc.RpcError) as caught:
            for response in feed:
                token = response.token
        refusal = Refusal(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (Code.UNAVAILABLE, "NO_LEADER"), refusal.message)
        # Its caller goes on at another node, or at this one when it is back.
        for other in contract.cluster.members:
            other.resume()
        contract.cluster.await_health()
        request = v1.StreamChangesRequest(token=token)
        feed = member.stub("WatchService").StreamChanges(request, timeout=DEADLINE_SECONDS)
        self.assertTrue(next(feed).token)
        feed.cancel()
