"""Slots that go to other shards while they are served, as a stranger sees it."""

import time

import contract
import grpc
from contract import ContractTest, request_id, v1
from grpc import StatusCode as Code

SECONDS = 30


class SlotMoves(ContractTest):
    def look(self):
        return self.call(self.cluster.GetCluster, v1.GetClusterRequest())

    def map(self):
        return self.call(self.cluster.GetShardMap, v1.GetShardMapRequest())

    def await_end(self, moves):
        """The moves when all of them are over."""
        ids = [move.move_id for move in moves]
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = [move for move in self.look().moves if move.move_id in ids]
            if all(move.state == v1.SLOT_MOVE_STATE_FINISHED for move in found):
                return found
            time.sleep(0.1)
        self.fail(f"the slots have not moved in {SECONDS} s: {self.look().moves}")

    def change(self, move, state):
        answer = self.call(self.cluster.ChangeSlotMove, v1.ChangeSlotMoveRequest(move_id=move.move_id, state=state))
        self.assertEqual(answer.move.state, state)

    def test_a_dry_run_changes_nothing(self):
        before = self.map().ranges
        answer = self.call(self.cluster.SplitShard, v1.SplitShardRequest(shard=1, dry_run=True))
        self.assertGreater(answer.slot_count, 0)
        self.assertTrue(answer.reason)
        self.assertEqual((answer.revision, answer.new_shard, len(answer.moves)), (0, 0, 0))
        self.assertEqual(list(self.map().ranges), list(before))

    def test_a_split_makes_a_shard_that_has_its_slots(self):
        answer = self.call(self.cluster.SplitShard, v1.SplitShardRequest(shard=1, reason="a test"))
        self.assertGreater(answer.new_shard, 0)
        self.change(answer.moves[0], v1.SLOT_MOVE_STATE_PAUSED)
        refusal = self.refused(
            self.cluster.SplitShard, v1.SplitShardRequest(shard=answer.new_shard), Code.FAILED_PRECONDITION,
            "SHARD_IS_MOVING")
        self.change(answer.moves[0], v1.SLOT_MOVE_STATE_RUNNING)
        self.assertEqual(refusal.facts["move_id"], str(answer.moves[0].move_id))
        for move in self.await_end(answer.moves):
            self.assertEqual(move.slots_moved, move.slot_count)
        owned = [slots for slots in self.map().ranges if slots.shard == answer.new_shard]
        self.assertEqual(sum(slots.slot_last - slots.slot_first + 1 for slots in owned), answer.slot_count)
        self.refused(
            self.cluster.ChangeSlotMove,
            v1.ChangeSlotMoveRequest(move_id=answer.moves[0].move_id, state=v1.SLOT_MOVE_STATE_PAUSED),
            Code.FAILED_PRECONDITION, "MOVE_IS_OVER")

    def until_served(self, method, request):
        """The answer, when the slots are where they go: until then only that they are not to be had."""
        until = time.monotonic() + SECONDS
        while True:
            try:
                return self.call(method, request)
            except grpc.RpcError as error:
                if error.code() != Code.UNAVAILABLE or time.monotonic() > until:
                    raise

    def test_orders_over_many_slots_are_made_and_read_while_some_of_them_move(self):
        skus = [self.new_sku(1_000) for _ in range(12)]
        lines = [v1.NewOrderLine(sku=sku, quantity=1) for sku in skus]
        answer = self.call(self.cluster.SplitShard, v1.SplitShardRequest(shard=1, reason="a test"))
        ids = [move.move_id for move in answer.moves]
        made, is_over = 0, False
        while not is_over and made < 500:
            is_over = all(
                move.state == v1.SLOT_MOVE_STATE_FINISHED for move in self.look().moves if move.move_id in ids)
            number = f"moving-{request_id()}"
            request = v1.CreateOrderRequest(
                request_id=request_id(), channel="shop", external_number=number, lines=lines)
            order = self.until_served(self.orders.CreateOrder, request).order
            read = self.until_served(self.orders.GetOrder, v1.GetOrderRequest(order_id=order.order_id)).order
            self.assertEqual(read.order_id, order.order_id)
            named = v1.GetOrderByExternalNumberRequest(channel="shop", external_number=number)
            read = self.until_served(self.orders.GetOrderByExternalNumber, named).order
            self.assertEqual(read.order_id, order.order_id)
            made += 1
        self.await_end(answer.moves)
        self.assertGreater(made, 1)

    def test_slots_that_a_shard_does_not_have_cannot_leave_it(self):
        other = next(slots for slots in self.map().ranges if slots.shard != 1)
        refusal = self.refused(
            self.cluster.MoveSlots,
            v1.MoveSlotsRequest(
                from_shard=1, to_shard=other.shard, slot_first=other.slot_first, slot_last=other.slot_first),
            Code.FAILED_PRECONDITION, "SLOTS_NOT_OWNED")
        self.assertEqual(refusal.facts["shard"], "1")

    def test_an_unknown_move_is_named(self):
        refusal = self.refused(
            self.cluster.ChangeSlotMove, v1.ChangeSlotMoveRequest(move_id=7, state=v1.SLOT_MOVE_STATE_CANCELLED),
            Code.NOT_FOUND, "UNKNOWN_MOVE")
        self.assertEqual(refusal.facts["move_id"], "7")
