"""Many reservations in one message, and streams in both directions."""

import queue

import grpc

from contract import DEADLINE_SECONDS, ContractTest, Refusal, reservation, v1

Code = grpc.StatusCode


class Batches(ContractTest):
    def test_each_reservation_of_a_batch_stands_alone(self):
        sku = self.new_sku(5)
        requests = [reservation(sku, quantity, tenant=self.tenant) for quantity in (2, 500, 3, 1)]
        requests.append(reservation("NONE-SUCH", tenant=self.tenant))
        requests.append(reservation(sku, -1, tenant=self.tenant))
        results = self.call(self.holds.BatchReserve, v1.BatchReserveRequest(requests=requests)).results
        kinds = [result.WhichOneof("outcome") for result in results]
        self.assertEqual(kinds, ["response", "error", "response", "error", "error", "error"])
        reasons = [result.error.reason for result in results if result.WhichOneof("outcome") == "error"]
        self.assertEqual(reasons, ["OUT_OF_STOCK", "OUT_OF_STOCK", "UNKNOWN_SKU", "INVALID_FIELD"])
        self.assertEqual(results[1].error.code, 9)
        self.assertEqual((results[1].error.metadata["asked"], results[1].error.metadata["available"]), ("500", "3"))
        self.assertEqual(results[0].response.hold.hold_id[:36], requests[0].request_id)
        total = self.total(sku)
        self.assertEqual((total.available, total.held), (0, 5))

    def test_a_thousand_at_once_and_not_one_more(self):
        sku = self.new_sku(2000)
        requests = [reservation(sku, tenant=self.tenant) for _ in range(1001)]
        batch = v1.BatchReserveRequest(requests=requests[:1000])
        results = self.call(self.holds.BatchReserve, batch).results
        self.assertEqual(len({result.response.hold.hold_id for result in results}), 1000)
        again = self.call(self.holds.BatchReserve, batch).results
        self.assertTrue(all(result.response.replayed for result in again))
        too_many = v1.BatchReserveRequest(requests=requests)
        refusal = self.refused(self.holds.BatchReserve, too_many, Code.INVALID_ARGUMENT, "INVALID_FIELD")
        self.assertEqual(refusal.facts["field"], "requests")
        self.assertEqual(self.total(sku).held, 1000)


class Streams(ContractTest):
    def stream(self, messages, timeout=DEADLINE_SECONDS):
        return self.holds.ReserveStream(messages, timeout=timeout)

    def message(self, tag, sku, quantity=1):
        return v1.ReserveStreamRequest(tag=tag, request=reservation(sku, quantity, tenant=self.tenant))

    def test_every_request_of_a_stream_is_answered_before_it_ends(self):
        sku = self.new_sku(400)
        answers = list(self.stream(iter([self.message(tag, sku) for tag in range(500)])))
        self.assertEqual(sorted(answer.tag for answer in answers), list(range(500)))
        outcomes = [answer.WhichOneof("outcome") for answer in answers]
        self.assertEqual((outcomes.count("response"), outcomes.count("error")), (400, 100))
        self.assertEqual({answer.error.reason for answer in answers if answer.HasField("error")}, {"OUT_OF_STOCK"})
        self.assertEqual(self.total(sku).held, 400)

    def test_a_conversation(self):
        sku = self.new_sku(5)
        said = queue.Queue()
        answers = self.stream(iter(said.get, None))
        for tag in (7, 8, 2**64 - 1):
            said.put(self.message(tag, sku, 2))
            self.assertEqual(next(answers).tag, tag)
        said.put(None)
        self.assertEqual(list(answers), [])
        self.assertEqual(answers.code(), Code.OK)

    def test_a_stream_past_its_deadline_ends_and_harms_nobody(self):
        said = queue.Queue()
        answers = self.stream(iter(said.get, None), timeout=0.5)
        with self.assertRaises(grpc.RpcError) as caught:
            next(answers)
        said.put(None)
        self.assertEqual(caught.exception.code(), Code.DEADLINE_EXCEEDED)
        self.reserve(self.new_sku(1))

    def test_a_cancelled_stream_harms_nobody(self):
        sku = self.new_sku(5)
        said = queue.Queue()
        answers = self.stream(iter(said.get, None))
        said.put(self.message(1, sku))
        self.assertEqual(next(answers).tag, 1)
        answers.cancel()
        said.put(None)
        self.assertEqual(self.total(sku).held, 1)

    def test_a_call_whose_deadline_has_passed_has_a_known_end(self):
        sku = self.new_sku(50)
        request = reservation(sku, tenant=self.tenant)
        outcomes = set()
        for timeout in (0.0001, 0.0005, 0.001, 0.002, 0.01):
            try:
                self.holds.Reserve(request, timeout=timeout)
                outcomes.add(Code.OK)
            except grpc.RpcError as error:
                outcomes.add(Refusal(error).code)
        self.assertLessEqual(outcomes, {Code.OK, Code.DEADLINE_EXCEEDED})
        # Unknown is not failed: the retry with the same id finds out, and the stock was taken once.
        self.call(self.holds.Reserve, request)
        self.assertEqual(self.total(sku).held, 1)
