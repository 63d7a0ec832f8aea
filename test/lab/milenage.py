# SPDX-License-Identifier: GPL-2.0-or-later
"""Milenage (3GPP TS 35.206): what a USIM computes for one AKA challenge.

Knows the algorithm set only; never keeps a key, a counter or a challenge.
All values are `bytes`: K, OP, OPc, RAND, CK, IK 16; SQN, AK 6; AMF 2; MAC, RES 8.
"""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


def _aes(key: bytes, block: bytes) -> bytes:
    """AES-128 of one 16-octet block."""
    enc = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return enc.update(block) + enc.finalize()


def _xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b))


def _rotate(block: bytes, bits: int) -> bytes:
    """Rotate left by a multiple of 8 bits."""
    n = bits // 8
    return block[n:] + block[:n]


def opc_of(k: bytes, op: bytes) -> bytes:
    """OPc from K and OP (TS 35.206, 4.1)."""
    return _xor(_aes(k, op), op)


@dataclass(frozen=True)
class Vector:
    """f2..f5 and f5* of one RAND."""

    res: bytes
    ck: bytes
    ik: bytes
    ak: bytes
    ak_star: bytes


class Milenage:
    """The functions of one subscriber; K and OPc are 16 octets each."""

    _ROTATE = {2: 0, 3: 32, 4: 64, 5: 96}
    _CONST = {2: 1, 3: 2, 4: 4, 5: 8}

    def __init__(self, k: bytes, opc: bytes):
        self._k = k
        self._opc = opc

    def _temp(self, rand: bytes) -> bytes:
        return _aes(self._k, _xor(rand, self._opc))

    def _out(self, n: int, temp: bytes) -> bytes:
        """OUT2..OUT5 (TS 35.206, 4.1)."""
        block = _rotate(_xor(temp, self._opc), self._ROTATE[n])
        block = block[:15] + bytes([block[15] ^ self._CONST[n]])
        return _xor(_aes(self._k, block), self._opc)

    def f1(self, rand: bytes, sqn: bytes, amf: bytes) -> tuple[bytes, bytes]:
        """(MAC-A, MAC-S), that is f1 and f1*."""
        in1 = (sqn + amf) * 2
        block = _xor(self._temp(rand), _rotate(_xor(in1, self._opc), 64))
        out = _xor(_aes(self._k, block), self._opc)
        return out[:8], out[8:]

    def vector(self, rand: bytes) -> Vector:
        """RES, CK, IK, AK and AK* of a RAND."""
        temp = self._temp(rand)
        out2 = self._out(2, temp)
        return Vector(res=out2[8:], ck=self._out(3, temp),
                      ik=self._out(4, temp), ak=out2[:6],
                      ak_star=self._out(5, temp)[:6])

    def autn(self, rand: bytes, sqn: bytes, amf: bytes) -> bytes:
        """AUTN as the network makes it: (SQN xor AK) || AMF || MAC-A."""
        ak = self.vector(rand).ak
        return _xor(sqn, ak) + amf + self.f1(rand, sqn, amf)[0]

    def open_autn(self, rand: bytes, autn: bytes) -> tuple[bytes, bool]:
        """(SQN of the network, whether MAC-A is right)."""
        sqn = _xor(autn[:6], self.vector(rand).ak)
        return sqn, self.f1(rand, sqn, autn[6:8])[0] == autn[8:16]

    def auts(self, rand: bytes, sqn_ms: bytes) -> bytes:
        """AUTS of a synchronisation failure (TS 33.102, 6.3.3), 14 octets."""
        mac_s = self.f1(rand, sqn_ms, bytes(2))[1]
        return _xor(sqn_ms, self.vector(rand).ak_star) + mac_s
