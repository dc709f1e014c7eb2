"""The cluster as its own API shows and changes it, on a node that is alone or on one of several."""

import contract
from contract import DEADLINE_SECONDS, ContractTest, v1
from grpc import StatusCode as Code
from harness.processes import wait_until


class Cluster(ContractTest):
    def look(self):
        return self.call(self.cluster.GetCluster, v1.GetClusterRequest())

    def is_whole(self):
        """Each shard is on every node, as few nodes as there are."""
        cluster = self.look()
        everywhere = [node.node_id for node in cluster.nodes]
        return all(
            [one.node_id for one in shard.goal] == everywhere and list(shard.goal) == list(shard.placed)
            for shard in cluster.shards
        )

    def test_a_node_alone_is_a_cluster(self):
        cluster = self.look()
        if len(cluster.nodes) > 1:
            self.skipTest("this node is not alone")
        status = self.call(self.cluster.GetStatus, v1.GetStatusRequest())
        self.assertTrue(cluster.cluster_id)
        self.assertEqual([node.node_id for node in cluster.nodes], [status.node_id])
        self.assertEqual(cluster.meta_leader_node_id, status.node_id)
        node = cluster.nodes[0]
        self.assertEqual(node.state, v1.NODE_STATE_ACTIVE)
        self.assertTrue(node.is_live)
        self.assertEqual(node.version, status.version)
        self.assertTrue(node.client_address)
        self.assertTrue(node.peer_address)
        self.assertGreater(node.disk_free_bytes, 0)
        self.assertEqual(node.leader_count, len(cluster.shards) - 1)

    def test_every_shard_is_where_it_should_be(self):
        cluster = self.look()
        map = self.call(self.cluster.GetShardMap, v1.GetShardMapRequest())
        self.assertEqual([shard.shard for shard in cluster.shards], [shard.shard for shard in map.shards])
        for shard, place in zip(cluster.shards, map.shards):
            self.assertEqual(list(shard.goal), list(shard.placed))
            self.assertTrue(all(member.is_voter for member in shard.placed))
            self.assertEqual(shard.leader_node_id, place.leader_node_id)
            self.assertEqual([member.node_id for member in shard.placed], list(place.replica_node_ids))
        self.assertEqual({node.node_id: node.address for node in map.nodes}[1], cluster.nodes[0].client_address)

    def test_unknown_nodes_are_named(self):
        for method, request in (
            (self.cluster.DrainNode, v1.DrainNodeRequest(node_id=99)),
            (self.cluster.ActivateNode, v1.ActivateNodeRequest(node_id=99)),
            (self.cluster.DecommissionNode, v1.DecommissionNodeRequest(node_id=99, force=True)),
            (self.cluster.MoveReplica, v1.MoveReplicaRequest(shard=1, from_node_id=1, to_node_id=99)),
            (self.cluster.TransferLeadership, v1.TransferLeadershipRequest(shard=1, to_node_id=99)),
        ):
            with self.subTest(type(request).__name__):
                refusal = self.refused(method, request, Code.NOT_FOUND, "UNKNOWN_NODE")
                self.assertEqual(refusal.facts["node"], "99")

    def test_numbers_that_are_no_nodes_are_refused(self):
        for number in (0, 2**32):
            for method, request in (
                (self.cluster.DrainNode, v1.DrainNodeRequest(node_id=number)),
                (self.cluster.DecommissionNode, v1.DecommissionNodeRequest(node_id=number)),
                (self.cluster.MoveReplica, v1.MoveReplicaRequest(shard=1, from_node_id=1, to_node_id=number)),
            ):
                self.refused(method, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")

    def test_the_only_node_is_drained_by_force_alone_and_never_leaves(self):
        request = v1.DrainNodeRequest(node_id=1)
        self.refused(self.cluster.DrainNode, request, Code.FAILED_PRECONDITION, "PLACEMENT_REFUSED")
        self.assertEqual(self.look().nodes[0].state, v1.NODE_STATE_ACTIVE)
        for _ in range(2):
            request = v1.DrainNodeRequest(node_id=1, force=True)
            self.assertGreater(self.call(self.cluster.DrainNode, request).revision, 0)
        self.assertEqual(self.look().nodes[0].state, v1.NODE_STATE_DRAINING)
        sku = self.new_sku(3)
        self.assertEqual(self.reserve(sku, 2).hold.lines[0].quantity, 2)
        for _ in range(2):
            self.call(self.cluster.ActivateNode, v1.ActivateNodeRequest(node_id=1))
        self.assertEqual(self.look().nodes[0].state, v1.NODE_STATE_ACTIVE)
        wait_until(self.is_whole, DEADLINE_SECONDS, "waiting until the node has all replicas again")
        for force in (False, True):
            request = v1.DecommissionNodeRequest(node_id=1, force=force)
            self.refused(self.cluster.DecommissionNode, request, Code.FAILED_PRECONDITION, "NODE_HAS_REPLICAS")
        self.assertEqual(self.look().nodes[0].state, v1.NODE_STATE_ACTIVE)

    def test_there_is_nowhere_to_move_to(self):
        answer = self.call(self.cluster.Rebalance, v1.RebalanceRequest(dry_run=True))
        self.assertEqual((answer.revision, list(answer.changes)), (0, []))
        answer = self.call(self.cluster.Rebalance, v1.RebalanceRequest())
        self.assertEqual(list(answer.changes), [])
        for shard, reason in ((0, "PLACEMENT_REFUSED"), (1, "PLACEMENT_REFUSED"), (99_999, "INVALID_FIELD")):
            request = v1.MoveReplicaRequest(shard=shard, from_node_id=1, to_node_id=1)
            code = Code.INVALID_ARGUMENT if reason == "INVALID_FIELD" else Code.FAILED_PRECONDITION
            self.refused(self.cluster.MoveReplica, request, code, reason)

    def test_a_leadership_goes_where_it_is(self):
        # Where it is and not elsewhere: the tests of a cluster go through a node that leads nothing.
        leader = self.look().shards[1].leader_node_id
        for _ in range(2):
            request = v1.TransferLeadershipRequest(shard=1, to_node_id=leader)
            change = self.call(self.cluster.TransferLeadership, request).changes[0]
            self.assertEqual(change.preferred_leader_node_id, leader)
        self.assertEqual(self.look().shards[1].preferred_leader_node_id, leader)

    def test_settings_change_one_by_one(self):
        before = self.look().settings
        request = v1.UpdateSettingsRequest(snapshot_bytes_per_second=12_345_678)
        after = self.call(self.cluster.UpdateSettings, request).settings
        self.assertEqual(after.snapshot_bytes_per_second, 12_345_678)
        self.assertEqual(after.replication_factor, before.replication_factor)
        request = v1.UpdateSettingsRequest(snapshot_bytes_per_second=0)
        request.replace_dead_after.FromSeconds(77)
        after = self.call(self.cluster.UpdateSettings, request).settings
        self.assertEqual((after.snapshot_bytes_per_second, after.replace_dead_after.seconds), (0, 77))
        self.assertEqual(self.look().settings, after)
        request = v1.UpdateSettingsRequest()
        request.replace_dead_after.CopyFrom(before.replace_dead_after)
        self.call(self.cluster.UpdateSettings, request)

    def test_settings_out_of_range_are_refused(self):
        requests = [v1.UpdateSettingsRequest(replication_factor=factor) for factor in (0, 2, 9)]
        requests.append(v1.UpdateSettingsRequest(snapshot_bytes_per_second=-1))
        for seconds in (-1, 9, 40 * 86_400):
            request = v1.UpdateSettingsRequest()
            request.replace_dead_after.FromSeconds(seconds)
            requests.append(request)
        for request in requests:
            with self.subTest(str(request)):
                self.refused(self.cluster.UpdateSettings, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")

    def test_who_does_not_know_the_secret_does_not_join(self):
        count = len(self.look().nodes)
        directory = "0198c1f2-7b3a-4c4d-9e5f-001122334466"
        for proof in (b"", b"\0" * 32):
            request = v1.AddNodeRequest(directory_id=directory, proof=proof, client_address="h:1", peer_address="h:2")
            self.refused(self.cluster.AddNode, request, Code.UNAUTHENTICATED, "WRONG_SECRET")
        request = v1.AddNodeRequest(directory_id="no id")
        self.refused(self.cluster.AddNode, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
        self.assertEqual(len(self.look().nodes), count)
