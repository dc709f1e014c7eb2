"""A cluster some of whose nodes run an older version, which knows nothing of calls that came later."""

import json
import unittest

import grpc

import contract
from contract import ContractTest, Refusal, v1
from harness.processes import Workshop, wait_until
from nodes import Cluster

Code = grpc.StatusCode
# What the version before the one that has slots move knew.
EARLIER = 2
SECONDS = 30


class MixedVersions(ContractTest):
    @classmethod
    def setUpClass(cls):
        if contract.cluster is None:
            raise unittest.SkipTest("takes a cluster")
        super().setUpClass()
        cls.workshop = cls.enterClassContext(Workshop("mixed"))
        cls.own = Cluster(cls.workshop, 1, flags=["--feature-level-max", EARLIER])

    @classmethod
    def tearDownClass(cls):
        if contract.cluster is not None:
            cls.own.stop()
        super().tearDownClass()

    def level(self):
        return json.loads(self.own.tool("cluster", "status", "--json").splitlines()[-1])["settings"]["feature_level"]

    def refusal(self, member, service, method, request):
        with self.assertRaises(grpc.RpcError) as caught:
            getattr(member.stub(service), method)(request, timeout=contract.DEADLINE_SECONDS)
        return Refusal(caught.exception)

    def lists(self, member):
        """What is asked of another node only when all nodes know it."""
        member.stub("HoldService").ListHolds(v1.ListHoldsRequest(), timeout=contract.DEADLINE_SECONDS)
        member.stub("OrderService").ListOrders(v1.ListOrdersRequest(), timeout=contract.DEADLINE_SECONDS)
        return member.stub("InventoryService").BatchGetStock(
            v1.BatchGetStockRequest(skus=["NONE"]), timeout=contract.DEADLINE_SECONDS)

    def test_what_older_nodes_do_not_know_is_not_asked_of_them_until_all_are_newer(self):
        self.assertEqual(self.level(), EARLIER)
        leader, other = self.own.leader(), self.own.follower((1,))
        self.lists(leader)
        for service, method, request in (
            ("HoldService", "ListHolds", v1.ListHoldsRequest()),
            ("OrderService", "ListOrders", v1.ListOrdersRequest()),
        ):
            refusal = self.refusal(other, service, method, request)
            self.assertEqual((refusal.code, refusal.reason), (Code.UNAVAILABLE, "NO_LEADER"), method)
        results = other.stub("InventoryService").BatchGetStock(
            v1.BatchGetStockRequest(skus=["NONE"]), timeout=contract.DEADLINE_SECONDS).results
        self.assertEqual([result.error.reason for result in results], ["NO_LEADER"])
        refusal = self.refusal(leader, "ClusterService", "SplitShard", v1.SplitShardRequest(shard=1, dry_run=True))
        self.assertEqual((refusal.code, refusal.reason), (Code.FAILED_PRECONDITION, "PLACEMENT_REFUSED"))
        self.assertEqual(refusal.facts["feature_level"], str(EARLIER))

        # The last older node goes: then every node takes everything.
        for member in self.own.members:
            self.assertEqual(self.level(), EARLIER)
            member.stop()
            member.flags = []
            member.start()
            self.own.await_health()
        wait_until(lambda: self.level() > EARLIER, SECONDS, "waiting for the newer feature level")
        for member in self.own.members:
            results = self.lists(member).results
            self.assertEqual([result.error.reason for result in results], ["UNKNOWN_SKU"])
            answer = member.stub("ClusterService").SplitShard(
                v1.SplitShardRequest(shard=1, dry_run=True), timeout=contract.DEADLINE_SECONDS)
            self.assertGreater(answer.slot_count, 0)
