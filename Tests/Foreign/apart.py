"""A node, or a cluster, that the tests of one class have for themselves."""

import grpc

import contract
from books import crc32c
from contract import ContractTest, v1
from harness.node import Node
from harness.processes import Workshop
from nodes import Cluster

SHARDS = 5


class OfItsOwn(ContractTest):
    """A node of its own with several shards; in the run against three nodes a cluster of its own."""

    @classmethod
    def setUpClass(cls):
        cls.workshop = cls.enterClassContext(Workshop(cls.__name__.lower()))
        if contract.cluster is None:
            cls.nodes = [Node(cls.workshop, flags=["--shards", SHARDS, "--stores", 2]).start()]
        else:
            cls.nodes = Cluster(cls.workshop, SHARDS).members
        cls.outer, contract.channel = contract.channel, grpc.insecure_channel(cls.nodes[0].address)
        super().setUpClass()
        answer = cls.call(cls.cluster.GetShardMap, v1.GetShardMapRequest())
        cls.owners = [(one.slot_first, one.slot_last, one.shard) for one in answer.ranges]

    @classmethod
    def tearDownClass(cls):
        contract.channel.close()
        contract.channel = cls.outer
        for node in cls.nodes:
            node.stop()

    @classmethod
    def slot(cls, sku):
        return crc32c(cls.tenant.encode() + b"\0" + sku.encode()) % 16384

    @classmethod
    def shard(cls, sku):
        return next(shard for first, last, shard in cls.owners if first <= cls.slot(sku) <= last)
