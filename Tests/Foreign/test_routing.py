"""Any node takes any call: what holds between the nodes of a cluster, also while some of them are gone."""

import concurrent.futures
import queue
import threading
import time
import unittest

import grpc

import contract
from contract import ContractTest, Refusal, request_id, reservation, v1
from harness.processes import wait_until

Code = grpc.StatusCode


class Routing(ContractTest):
    @classmethod
    def setUpClass(cls):
        if contract.cluster is None:
            raise unittest.SkipTest("takes a cluster")
        super().setUpClass()
        cls.members = contract.cluster.members

    def tearDown(self):
        for member in self.members:
            if member.process.poll() is None:
                member.resume()
            else:
                member.start()
        contract.cluster.await_health()
        contract.await_connection()

    def at(self, member, service, method, request, seconds=contract.DEADLINE_SECONDS):
        if "tenant" in request.DESCRIPTOR.fields_by_name and not request.tenant:
            request.tenant = self.tenant
        return getattr(member.stub(service), method)(request, timeout=seconds)

    def persist(self, member, service, method, request, seconds=contract.DEADLINE_SECONDS):
        """Calls as a careful client does: again with the same id, until there is an answer that says what happened."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self.at(member, service, method, request, seconds=max(0.1, end - time.monotonic()))
            except grpc.RpcError as error:
                unsettled = error.code() in (Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED)
                if not unsettled or time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def refused_in_time(self, member, service, method, request, also=()):
        """Expects the node itself to say UNAVAILABLE, or one of `also`, with its reason, before the call's deadline."""
        with self.assertRaises(grpc.RpcError) as caught:
            self.at(member, service, method, request)
        refusal = Refusal(caught.exception)
        self.assertIn((refusal.code, refusal.reason), [(Code.UNAVAILABLE, "NO_LEADER"), *also], refusal.message)

    # What holds while all is well.

    def test_what_one_node_acknowledged_every_node_knows(self):
        for round in range(12):
            writer, other, reader = (self.members[(round + offset) % 3] for offset in range(3))
            sku = f"SKU-{round}-{request_id()[-12:]}"
            location = f"L{round}"
            place = v1.PutLocationRequest(location=v1.Location(location=location, name=location))
            self.at(writer, "CatalogService", "PutLocation", place)
            self.at(other, "CatalogService", "PutSku", v1.PutSkuRequest(sku=v1.Sku(sku=sku, name="A thing")))
            receipt = v1.ReceiveRequest(request_id=request_id(), sku=sku, location=location, quantity=3)
            self.at(reader, "InventoryService", "Receive", receipt)
            for member in self.members:
                stock = self.at(member, "InventoryService", "GetStock", v1.GetStockRequest(sku=sku)).stock
                self.assertEqual(stock.total.available, 3)

    def test_one_request_through_every_node_has_one_effect(self):
        sku = self.new_sku()
        receipt = v1.ReceiveRequest(request_id=request_id(), sku=sku, location="BER1", quantity=5)
        answers = [self.at(member, "InventoryService", "Receive", receipt) for member in self.members * 2]
        self.assertEqual([answer.replayed for answer in answers], [False] + [True] * 5)
        self.assertEqual({answer.sequence for answer in answers}, {answers[0].sequence})
        self.assertEqual(self.total(sku).available, 5)

    def test_a_call_without_an_id_through_a_follower_has_one_effect(self):
        sku = self.new_sku()
        for member in self.members:
            self.at(member, "InventoryService", "Receive", v1.ReceiveRequest(sku=sku, location="BER1", quantity=1))
        self.assertEqual(self.total(sku).available, 3)

    def test_a_verification_asks_the_leaders(self):
        for member in self.members:
            findings = list(self.at(member, "AuditService", "VerifyLedger", v1.VerifyLedgerRequest()))
            self.assertTrue(findings and all(answer.ok for answer in findings))

    # What holds while nodes are gone. Whatever is asked meanwhile is asked of a node that is there: the one behind
    # the channel of the other tests may be the one that is gone.

    def sell(self, disturb):
        """Reserves through both followers, one caller each, before and after `disturb(leader)`: every caller is answered."""
        sku = self.new_sku(1_000_000)
        leader = contract.cluster.leader()
        followers = [member for member in self.members if member is not leader]
        disturbed, selling = threading.Event(), threading.Barrier(len(followers) + 1)

        def sell_through(member):
            count, left = 0, 10
            while left:
                self.persist(member, "HoldService", "Reserve", reservation(sku, tenant=self.tenant))
                count += 1
                if count == 20:
                    selling.wait(60)
                left -= disturbed.is_set()
            return count

        with concurrent.futures.ThreadPoolExecutor() as pool:
            try:
                sold = [pool.submit(sell_through, member) for member in followers]
                selling.wait(60)
                disturb(leader)
            finally:
                disturbed.set()
            counts = [future.result() for future in sold]
        read = v1.GetStockRequest(sku=sku)
        total = self.persist(followers[0], "InventoryService", "GetStock", read).stock.total
        self.assertEqual(total.held, sum(counts), "each acknowledged hold once, and no other")
        self.assertEqual(total.available + total.held, 1_000_000)
        return leader

    def test_a_leader_that_is_killed_is_hardly_noticed(self):
        self.sell(lambda leader: leader.kill())

    def test_a_leader_that_is_stopped_is_hardly_noticed_and_shows_nothing_stale_afterwards(self):
        sku = self.new_sku()
        leader = self.sell(lambda leader: leader.pause())
        follower = next(member for member in self.members if member is not leader)
        request = v1.ReceiveRequest(request_id=request_id(), sku=sku, location="BER1", quantity=2)
        self.persist(follower, "InventoryService", "Receive", request)
        leader.resume()
        stock = self.persist(leader, "InventoryService", "GetStock", v1.GetStockRequest(sku=sku)).stock
        self.assertEqual(stock.total.available, 2)

    def test_a_leader_that_takes_leave_is_not_noticed(self):
        def restart(leader):
            self.assertEqual(leader.stop(), 0)
            leader.start()

        self.sell(restart)

    def test_a_stream_of_a_node_that_goes_down_says_so_and_goes_on_elsewhere(self):
        member = contract.cluster.follower()
        sku = self.new_sku(5)
        requests = [reservation(sku, tenant=self.tenant) for _ in range(2)]
        waiting = queue.SimpleQueue()
        waiting.put(v1.ReserveStreamRequest(tag=1, request=requests[0]))
        answers = member.stub("HoldService").ReserveStream(iter(waiting.get, None), timeout=contract.DEADLINE_SECONDS)
        self.assertEqual(next(answers).tag, 1)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            ending = pool.submit(member.stop)
            with self.assertRaises(grpc.RpcError) as caught:
                next(answers)
            waiting.put(None)
            self.assertEqual(ending.result(), 0)
        refusal = Refusal(caught.exception)
        self.assertEqual((refusal.code, refusal.reason), (Code.UNAVAILABLE, "SHUTTING_DOWN"))
        for request in requests:
            self.persist(contract.cluster.leader(), "HoldService", "Reserve", request)
        # The node that the other tests call may be the one that is down.
        stock = self.at(contract.cluster.leader(), "InventoryService", "GetStock", v1.GetStockRequest(sku=sku)).stock
        self.assertEqual(stock.total.held, 2)

    def minority(self, fate, alone=None):
        """Leaves one node, which led nothing."""
        alone = alone or contract.cluster.follower()
        for member in self.members:
            if member is not alone:
                fate(member)
        return alone

    def test_a_minority_whose_others_fell_silent_says_so_in_time(self):
        sku = self.new_sku(7)
        alone = self.minority(lambda member: member.pause())
        # It cannot know yet that nobody answers: a write that was sent on may have been carried out.
        unknown = [(Code.DEADLINE_EXCEEDED, "DEADLINE")]
        for _ in range(3):
            self.refused_in_time(alone, "InventoryService", "GetStock", v1.GetStockRequest(sku=sku))
            self.refused_in_time(alone, "HoldService", "Reserve", reservation(sku, tenant=self.tenant), unknown)
            unknown = []

    def test_a_minority_says_so_and_shows_only_what_may_be_old(self):
        sku = self.new_sku(7)
        stale = v1.ReadConsistency(staleness_max={"seconds": 600})
        follower = contract.cluster.follower()
        # The first such reads have the node ask the leader how far it is.
        for _ in range(10):
            request = v1.GetStockRequest(sku=sku, consistency=stale)
            revision = self.at(follower, "InventoryService", "GetStock", request).stock.revision
            time.sleep(0.05)
        # The leader may have answered instead of it.
        wait_until(lambda: follower.applied(1) >= revision, contract.DEADLINE_SECONDS, "waiting for the follower")
        alone = self.minority(lambda member: member.kill(), alone=follower)
        read = v1.GetStockRequest(sku=sku)
        self.refused_in_time(alone, "InventoryService", "GetStock", read)
        self.refused_in_time(alone, "HoldService", "Reserve", reservation(sku, tenant=self.tenant))
        unknown = v1.ReceiveRequest(request_id=request_id(), sku="NONE", location="BER1", quantity=1)
        self.refused_in_time(alone, "InventoryService", "Receive", unknown)
        place = v1.PutLocationRequest(location=v1.Location(location="X", name="X"))
        self.refused_in_time(alone, "CatalogService", "PutLocation", place)
        for consistency in (stale, v1.ReadConsistency(revision_min=revision)):
            request = v1.GetStockRequest(sku=sku, consistency=consistency)
            self.assertEqual(self.at(alone, "InventoryService", "GetStock", request).stock.total.available, 7)
        fresh = v1.ReadConsistency(staleness_max={"nanos": 100_000_000})
        self.refused_in_time(alone, "InventoryService", "GetStock", v1.GetStockRequest(sku=sku, consistency=fresh))
        later = v1.ReadConsistency(revision_min=revision + 1_000_000)
        self.refused_in_time(alone, "InventoryService", "GetStock", v1.GetStockRequest(sku=sku, consistency=later))

    def test_a_batch_through_a_minority_is_answered_row_by_row(self):
        sku = self.new_sku(7)
        alone = self.minority(lambda member: member.kill())
        # From here on the node knows: of what it sent on before, it could not say whether it was carried out.
        self.refused_in_time(alone, "InventoryService", "GetStock", v1.GetStockRequest(sku=sku))
        batch = v1.BatchReserveRequest(requests=[reservation(sku, tenant=self.tenant) for _ in range(5)])
        answer = self.at(alone, "HoldService", "BatchReserve", batch)
        self.assertEqual({result.error.reason for result in answer.results}, {"NO_LEADER"})
