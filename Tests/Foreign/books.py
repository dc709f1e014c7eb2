"""What a consumer of the change feed makes of it: balances, and proof that nothing was left out or came twice."""

import base64
import struct
import uuid

from contract import v1


class Books:
    """Balances by shard, and the next record that each shard owes. A SKU's balance is the sum over the shards."""

    def __init__(self):
        self.balances = {}  # (shard, tenant, sku, location): {account: balance}
        self.next = {}  # shard: sequence
        self.token = ""
        self.records = 0

    def take(self, response):
        for changes in response.shards:
            for base in changes.base:
                row = {}
                for account in v1.Account.keys():
                    field = account.removeprefix("ACCOUNT_").lower()
                    if field in base.balances.DESCRIPTOR.fields_by_name:
                        row[v1.Account.Value(account)] = getattr(base.balances, field)
                self.balances[changes.shard, base.tenant, base.sku, base.location] = row
                self.next[changes.shard] = changes.base_sequence + 1
            for record in changes.records:
                self.add(changes.shard, record)
        self.token = response.token or self.token

    def add(self, shard, record):
        expected = self.next.setdefault(shard, record.sequence)
        if record.sequence != expected:
            raise AssertionError(f"shard {shard}: record {record.sequence} came, {expected} was due")
        self.next[shard] = record.sequence + 1
        self.records += 1
        row = self.balances.setdefault((shard, record.tenant, record.sku, record.location), {})
        row[record.from_account], row[record.to_account] = record.from_balance, record.to_balance

    def balance(self, tenant, sku, account):
        rows = (row for key, row in self.balances.items() if key[1:3] == (tenant, sku))
        return sum(row.get(account, 0) for row in rows)


def read_token(text):
    """`(cluster, selection, {shard: position})` of a token; a position is a tuple of numbers."""
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    place = [18]

    def varint():
        value = shift = 0
        while True:
            byte = data[place[0]]
            place[0] += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    positions = {}
    for _ in range(varint()):
        shard, kind = varint(), varint()
        positions[shard] = (kind, *(varint() for _ in range(kind)))
    return uuid.UUID(bytes=data[1:17]), data[17], positions


def write_token(cluster, selection, positions):
    def varint(value):
        out = bytearray()
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes(out) + bytes([value])

    body = b"\x01" + cluster.bytes + bytes([selection]) + varint(len(positions))
    for shard in sorted(positions):
        body += varint(shard) + b"".join(varint(number) for number in positions[shard])
    return base64.urlsafe_b64encode(body + struct.pack("<I", crc32c(body))).decode().rstrip("=")


def crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)
    return value ^ 0xFFFFFFFF
