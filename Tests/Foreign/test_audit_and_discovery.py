"""The journal, the ledger's proof, the cluster, health and reflection."""

import base64

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool

import contract
from contract import DEADLINE_SECONDS, ContractTest, request_id, v1

Code = grpc.StatusCode
SERVICES = ["AuditService", "CatalogService", "ClusterService", "HoldService", "ImportService", "InventoryService"]
SERVICES += ["OrderService", "WatchService"]


class Audit(ContractTest):
    def journal(self, sku, page_size=3, **fields):
        """All records, page by page."""
        records, token = [], ""
        for _ in range(100):
            request = v1.ListJournalRequest(sku=sku, page_size=page_size, page_token=token, **fields)
            page = self.call(self.audit.ListJournal, request)
            records += page.records
            token = page.next_page_token
            if not token:
                return records
        self.fail("the journal has no end")

    def test_the_journal_adds_up_to_the_balances(self):
        sku = self.new_sku(20)
        hold = self.reserve(sku, 3).hold
        self.reserve(sku, 4)
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=hold.hold_id))
        confirmed = self.reserve(sku, 5).hold
        self.call(self.holds.ConfirmHold, v1.ConfirmHoldRequest(request_id=request_id(), hold_id=confirmed.hold_id))
        records = self.journal(sku, sequence_from=0)
        balances = {}
        for record in records:
            for account, change, after in (
                (record.from_account, -record.quantity, record.from_balance),
                (record.to_account, record.quantity, record.to_balance),
            ):
                balances[account] = balances.get(account, 0) + change
                self.assertEqual(balances[account], after, record)
        total = self.total(sku)
        self.assertEqual(balances[v1.ACCOUNT_AVAILABLE], total.available)
        self.assertEqual(balances[v1.ACCOUNT_HELD], total.held)
        self.assertEqual(balances[v1.ACCOUNT_ALLOCATED], total.allocated)
        self.assertEqual((total.available, total.held, total.allocated), (11, 4, 5))
        sequences = [record.sequence for record in records]
        self.assertEqual(sequences, sorted(set(sequences)))
        self.assertEqual([record.sequence for record in self.journal(sku)], sequences[::-1])
        self.assertEqual(records[1].cause.id, hold.hold_id)
        self.assertEqual(records[1].cause.kind, v1.CAUSE_KIND_HOLD)

    def test_a_sku_with_two_locations_is_paged_either_way(self):
        sku = self.new_sku()
        for quantity in range(1, 12):
            self.receive(sku, quantity, "MUC2" if quantity % 3 == 0 else "BER1")
        forward = self.journal(sku, sequence_from=0)
        self.assertEqual([record.quantity for record in forward], list(range(1, 12)))
        for size in (1, 2, 5, 11, 1000):
            self.assertEqual(self.journal(sku, size), forward[::-1])
        for location in ("BER1", "MUC2"):
            expected = [record for record in forward[::-1] if record.location == location]
            self.assertEqual(self.journal(sku, 2, location=location), expected)

    def test_a_wrong_page_token_is_refused(self):
        mine, other = self.new_sku(), self.new_sku()
        for location in ("BER1", "MUC2") * 3:
            self.receive(mine, 1, location)
            self.receive(other, 1, location)

        def token(sku, **fields):
            request = v1.ListJournalRequest(sku=sku, page_size=1, **fields)
            return self.call(self.audit.ListJournal, request).next_page_token

        backward, forward, foreign = token(mine), token(mine, sequence_from=0), token(other)
        wrong = [forward, foreign, "n", "nonsense", backward + "A", backward[:-1], backward[:-4], "=", "\u0661", "A" * 70_000]
        # Every other position in a token is one of the SKU's movements, or none: neither is a failure of the node.
        content = bytearray(base64.urlsafe_b64decode(backward + "=" * (-len(backward) % 4)))
        for place in range(1, len(content)):
            changed = bytearray(content)
            changed[place] ^= 0x55
            wrong.append(base64.urlsafe_b64encode(bytes(changed)).decode().rstrip("="))
        for text in wrong:
            with self.subTest(text[:40]):
                request = v1.ListJournalRequest(sku=mine, page_size=1000, page_token=text)
                try:
                    records = self.call(self.audit.ListJournal, request).records
                    self.assertEqual({record.sku for record in records} - {mine}, set())
                except grpc.RpcError as error:
                    self.assertIn(error.code(), (Code.INVALID_ARGUMENT, Code.ABORTED), error.details())
        request = v1.ListJournalRequest(sku=mine, page_size=1000, page_token=backward, sequence_from=0)
        self.refused(self.audit.ListJournal, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")
        self.assertEqual(len(self.journal(mine)), 6)

    def test_verifications_run_beside_one_another(self):
        calls = [self.call(self.audit.VerifyLedger, v1.VerifyLedgerRequest()) for _ in range(6)]
        calls[0].cancel()
        for call in calls[1:]:
            answers = list(call)
            self.assertEqual(len({answer.shard for answer in answers}), answers[0].shard_count)
            self.assertTrue(all(answer.ok for answer in answers))

    def test_a_verification_names_each_shard_once(self):
        answers = list(self.call(self.audit.VerifyLedger, v1.VerifyLedgerRequest(shards=[1])))
        self.assertEqual([(answer.shard, answer.shard_count) for answer in answers], [(1, 1)])
        for shards in ([1, 1], [0], [2**32 - 1]):
            request = v1.VerifyLedgerRequest(shards=shards)
            self.refused(self.audit.VerifyLedger, request, Code.INVALID_ARGUMENT, "INVALID_FIELD")

    def test_the_ledger_is_sound_in_every_shard(self):
        self.reserve(self.new_sku(5), 2)
        answers = list(self.call(self.audit.VerifyLedger, v1.VerifyLedgerRequest()))
        self.assertTrue(answers)
        self.assertEqual(len(answers), answers[0].shard_count)
        self.assertEqual(len({answer.shard for answer in answers}), len(answers))
        for answer in answers:
            self.assertTrue(answer.ok, answer)
            self.assertEqual(answer.finding_count, 0)
        self.assertGreaterEqual(sum(answer.holds_checked for answer in answers), 1)


    def verify(self):
        answers = list(self.call(self.audit.VerifyLedger, v1.VerifyLedgerRequest()))
        self.assertTrue(all(answer.ok for answer in answers), [finding.text for one in answers for finding in one.findings])
        return sum(answer.claims_checked for answer in answers)

    def test_holds_over_several_shards_are_compared_with_what_the_other_shards_say(self):
        skus = [self.new_sku(5) for _ in range(6)]
        lines = [v1.ReserveLine(sku=sku, quantity=2) for sku in skus]
        ranges = self.call(self.cluster.GetShardMap, v1.GetShardMapRequest()).ranges
        if len({one.shard for one in ranges}) == 1:
            self.skipTest("there is one shard")
        before = self.verify()
        held = self.reserve("", lines=lines).hold
        with_hold = self.verify()
        self.assertGreater(with_hold, before)
        confirm = v1.ConfirmHoldRequest(request_id=request_id(), hold_id=held.hold_id)
        order = self.call(self.holds.ConfirmHold, confirm).order
        self.assertEqual(self.verify(), with_hold)
        records = self.pages_of_order(order.order_id)
        kinds = [v1.CAUSE_KIND_HOLD, v1.CAUSE_KIND_CONFIRMATION]
        for sku in skus:
            self.assertEqual([one.cause.kind for one in records if one.sku == sku], kinds[::-1], sku)
        again = self.reserve("", lines=lines).hold
        self.call(self.holds.ReleaseHold, v1.ReleaseHoldRequest(request_id=request_id(), hold_id=again.hold_id))
        self.verify()

    def pages_of_order(self, order_id):
        records, request = [], v1.ListJournalRequest(order_id=order_id)
        while True:
            answer = self.call(self.audit.ListJournal, request)
            records += answer.records
            if not answer.next_page_token:
                return records
            request.page_token = answer.next_page_token


class Discovery(ContractTest):
    def test_the_shard_map_has_every_slot_once(self):
        answer = self.call(self.cluster.GetShardMap, v1.GetShardMapRequest())
        self.assertEqual(answer.slot_count, 16384)
        self.assertEqual(answer.ranges[0].slot_first, 0)
        self.assertEqual(answer.ranges[-1].slot_last, 16383)
        for before, after in zip(answer.ranges, answer.ranges[1:]):
            self.assertEqual(after.slot_first, before.slot_last + 1)
        self.assertLessEqual({one.shard for one in answer.ranges}, {one.shard for one in answer.shards})
        self.assertTrue(answer.nodes[0].address)

    def test_the_status_tells_of_every_shard(self):
        status = self.call(self.cluster.GetStatus, v1.GetStatusRequest())
        shards = [shard for store in status.stores for shard in store.shards]
        self.assertTrue(status.version)
        self.assertTrue(shards)
        for shard in shards:
            self.assertIn(shard.role, (v1.SHARD_ROLE_LEADER, v1.SHARD_ROLE_FOLLOWER))
            self.assertTrue(shard.leader_node_id)
            self.assertLessEqual(shard.applied_index, shard.commit_index)

    def test_health(self):
        health = contract.health_grpc.HealthStub(contract.channel)
        request = contract.health_pb2.HealthCheckRequest
        serving = contract.health_pb2.HealthCheckResponse.SERVING
        for service in ("", "holdfast.v1.HoldService"):
            self.assertEqual(health.Check(request(service=service), timeout=DEADLINE_SECONDS).status, serving)
        with self.assertRaises(grpc.RpcError) as caught:
            health.Check(request(service="no.such.Service"), timeout=DEADLINE_SECONDS)
        self.assertEqual(caught.exception.code(), Code.NOT_FOUND)
        watch = health.Watch(request(), timeout=DEADLINE_SECONDS)
        self.assertEqual(next(watch).status, serving)
        watch.cancel()

    def reflect(self, version, *requests):
        messages = contract.reflection_pb2
        call = contract.channel.stream_stream(
            f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo",
            request_serializer=messages.ServerReflectionRequest.SerializeToString,
            response_deserializer=messages.ServerReflectionResponse.FromString,
        )
        asked = [messages.ServerReflectionRequest(**request) for request in requests]
        return list(call(iter(asked), timeout=DEADLINE_SECONDS))

    def test_reflection_is_enough_to_rebuild_the_contract(self):
        for version in ("v1", "v1alpha"):
            with self.subTest(version):
                listed = self.reflect(version, {"list_services": ""})[0].list_services_response.service
                names = {service.name for service in listed}
                self.assertLessEqual({"holdfast.v1." + name for name in SERVICES}, names)
                self.assertIn("grpc.health.v1.Health", names)
                pool = self.rebuild(version, names)
                method = pool.FindServiceByName("holdfast.v1.HoldService").FindMethodByName("Reserve")
                field = method.input_type.fields_by_name["time_to_live"]
                self.assertEqual(field.message_type.full_name, "google.protobuf.Duration")

    def rebuild(self, version, services):
        """What a generic tool does: asks for each service's file, then for the files it names, and links them."""
        files = {}
        answers = self.reflect(version, *({"file_containing_symbol": name} for name in sorted(services)))
        for _ in range(20):
            for answer in answers:
                for encoded in answer.file_descriptor_response.file_descriptor_proto:
                    file = descriptor_pb2.FileDescriptorProto.FromString(encoded)
                    files[file.name] = file
            missing = {name for file in files.values() for name in file.dependency} - set(files)
            if not missing:
                break
            answers = self.reflect(version, *({"file_by_filename": name} for name in sorted(missing)))
        pool = descriptor_pool.DescriptorPool()

        def add(name):
            for dependency in files[name].dependency:
                add(dependency)
            pool.AddSerializedFile(files[name].SerializeToString())

        for name in sorted(files):
            add(name)
        return pool

    def test_reflection_says_what_it_does_not_know(self):
        asked = ({"file_containing_symbol": "no.such.Thing"}, {"file_by_filename": "none.proto"})
        for answer in self.reflect("v1", *asked):
            self.assertEqual(answer.error_response.error_code, Code.NOT_FOUND.value[0])
