"""Classic BPF over a whole batch of frames at once.

Jumps go forward, so one walk through the instructions takes every frame to its RET: at each instruction wait the frames
that jumped or fell there, as one group of rows with their registers. Only the loops that libpcap makes for `protochain`
go back; they cost one more walk a turn.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui.files.frames import FrameBatch
from tui.query import program as bpf
from tui.query.program import Instruction, Program

MAX_WALKS = 256
"""Walks through a program with loops. A turn of a `protochain` loop skips a header of at least eight bytes, so that
frames of 1,500 bytes always come to an end; a frame that does not is not selected."""

FIRST_WORD = Instruction(bpf.LD | bpf.ABS | bpf.WORD, 0, 0, 0)
"""The load of a frame's first four bytes."""

Words = NDArray[np.uint32]
Rows = NDArray[np.int64]


@dataclass(slots=True)
class Group:
    """Frames that are at one instruction, with their registers; columns of equal length."""

    batch: FrameBatch
    families: Mapping[int, int] | None
    rows: Rows
    """Which frames of the batch."""
    a: Words
    x: Words
    scratch: dict[int, Words]
    """The words of scratch memory that were stored; the others are 0."""

    def keep(self, mask: NDArray[np.bool_]) -> "Group":
        """The frames where `mask` is true."""
        chosen = np.flatnonzero(mask)
        if len(chosen) == len(self.rows):
            return self
        scratch = {k: words[chosen] for k, words in self.scratch.items()}
        return Group(self.batch, self.families, self.rows[chosen], self.a[chosen], self.x[chosen], scratch)

    def stored(self, k: int) -> Words:
        """Scratch word M[k]."""
        return self.scratch[k] if k in self.scratch else np.zeros(len(self.rows), np.uint32)

    def with_a(self, a: Words) -> "Group":
        """The same frames with another A."""
        return Group(self.batch, self.families, self.rows, a, self.x, self.scratch)

    def with_x(self, x: Words) -> "Group":
        """The same frames with another X."""
        return Group(self.batch, self.families, self.rows, self.a, x, self.scratch)


def run(program: Program, batch: FrameBatch) -> NDArray[np.bool_]:
    """Which frames of a batch a program accepts.

    `len` is the wire length; loads are bounded by the captured length, and a frame is rejected by a load beyond it and
    by a division by zero.
    """
    selected = np.zeros(len(batch), np.bool_)
    waiting: list[list[Group]] = [[] for _ in program.instructions]
    zeros = np.zeros(len(batch), np.uint32)
    waiting[0].append(Group(batch, program.families, np.arange(len(batch)), zeros, zeros, {}))
    for _ in range(MAX_WALKS if program.loops else 1):
        for place, instruction in enumerate(program.instructions):
            if waiting[place]:
                group = _merge(waiting[place])
                waiting[place] = []
                if instruction.code & 7 == bpf.RET:
                    selected[group.rows] = group.a != 0 if instruction.code == bpf.RET | bpf.A else instruction.k != 0
                    continue
                for distance, arriving in _step(instruction, group):
                    if len(arriving.rows):
                        waiting[place + 1 + distance].append(arriving)
        if not any(waiting):
            break
    return selected


def _merge(groups: list[Group]) -> Group:
    """Groups that met at one instruction, as one."""
    if len(groups) == 1:
        return groups[0]
    return Group(
        groups[0].batch,
        groups[0].families,
        np.concatenate([group.rows for group in groups]),
        np.concatenate([group.a for group in groups]),
        np.concatenate([group.x for group in groups]),
        {k: np.concatenate([group.stored(k) for group in groups]) for k in set().union(*(g.scratch for g in groups))},
    )


def _step(instruction: Instruction, group: Group) -> list[tuple[int, Group]]:
    """What an instruction other than RET makes of a group: groups, each with its distance from the next instruction."""
    kind = instruction.code & 7
    if instruction.always_jumps:
        return [(instruction.distance, group)]
    if kind == bpf.JMP:
        holds = COMPARISONS[instruction.code & 0xF0](group.a, _operand(instruction, group))
        return [(instruction.jt, group.keep(holds)), (instruction.jf, group.keep(~holds))]
    return [(0, STEPS[kind](instruction, group))]


def _operand(instruction: Instruction, group: Group) -> Words | np.uint32:
    """The X register or the constant, as the instruction says."""
    return group.x if instruction.code & bpf.X else np.uint32(instruction.k)


def _load(instruction: Instruction, group: Group) -> Group:
    """LD: into A."""
    mode = instruction.code & 0xE0
    if mode in (bpf.ABS, bpf.IND):
        offset: Rows | int = instruction.k if mode == bpf.ABS else group.x.astype(np.int64) + instruction.k
        group, value = _from_frame(group, offset, bpf.SIZES[instruction.code & 0x18])
        if instruction == FIRST_WORD and group.families is not None:
            value = _family(value, group.families)
    else:
        value = _from_elsewhere(mode, instruction.k, group)
    return group.with_a(value)


def _load_index(instruction: Instruction, group: Group) -> Group:
    """LDX: into X. MSH makes the length of an IPv4 header of its first byte."""
    mode = instruction.code & 0xE0
    if mode == bpf.MSH:
        group, value = _from_frame(group, instruction.k, 1)
        value = (value & np.uint32(0xF)) << np.uint32(2)
    else:
        value = _from_elsewhere(mode, instruction.k, group)
    return group.with_x(value)


def _family(words: Words, families: Mapping[int, int]) -> Words:
    """The families that frames begin with, as the program knows them; 0 for one that it would take for another."""
    known = np.where(np.isin(words, list(families.values())), np.uint32(0), words)
    for word, family in families.items():
        known[words == word] = family
    return known


def _from_elsewhere(mode: int, k: int, group: Group) -> Words:
    """The value of a load that does not look at the frame's bytes."""
    if mode == bpf.LEN:
        return group.batch.wire[group.rows].astype(np.uint32)
    if mode == bpf.MEM:
        return group.stored(k)
    return np.full(len(group.rows), k, np.uint32)


def _from_frame(group: Group, offset: Rows | int, size: int) -> tuple[Group, Words]:
    """The frames that have `size` bytes at `offset`, and those bytes as a big-endian number."""
    inside = group.batch.captured[group.rows] >= offset + size
    if not inside.all():
        group = group.keep(inside)
        offset = offset if isinstance(offset, int) else offset[inside]
    index = group.batch.start[group.rows] + offset
    value = group.batch.data[index].astype(np.uint32)
    for further in range(1, size):
        value <<= np.uint32(8)
        value |= group.batch.data[index + further]
    return group, value


def _store(instruction: Instruction, group: Group) -> Group:
    """ST and STX: into scratch memory."""
    value = group.a if instruction.code == bpf.ST else group.x
    return replace(group, scratch={**group.scratch, instruction.k: value})


def _calculate(instruction: Instruction, group: Group) -> Group:
    """ALU: arithmetic on A, modulo 2^32."""
    operation = instruction.code & 0xF0
    if operation in (bpf.DIV, bpf.MOD) and instruction.code & bpf.X:
        group = group.keep(group.x != 0)
    value = OPERATIONS[operation](group.a, _operand(instruction, group))
    return group.with_a(value)


def _transfer(instruction: Instruction, group: Group) -> Group:
    """TAX and TXA."""
    if instruction.code == bpf.MISC | bpf.TAX:
        return group.with_x(group.a)
    return group.with_a(group.x)


def _shifted(shift: Callable[[Words, Words], Words]) -> Callable[[Words, Words | np.uint32], Words]:
    """A shift that gives 0 from 32 places on, where the machine's own is undefined."""

    def shifted(a: Words, places: Words | np.uint32) -> Words:
        places = np.asarray(places, np.uint32)
        value: Words = np.where(places < 32, shift(a, places & np.uint32(31)), np.uint32(0))
        return value

    return shifted


STEPS: dict[int, Callable[[Instruction, Group], Group]] = {
    bpf.LD: _load,
    bpf.LDX: _load_index,
    bpf.ST: _store,
    bpf.STX: _store,
    bpf.ALU: _calculate,
    bpf.MISC: _transfer,
}
"""What an instruction of a class makes of a group, where all go on to the next instruction."""

COMPARISONS: dict[int, Callable[[Words, Words | np.uint32], NDArray[np.bool_]]] = {
    bpf.JEQ: lambda a, operand: a == operand,
    bpf.JGT: lambda a, operand: a > operand,
    bpf.JGE: lambda a, operand: a >= operand,
    bpf.JSET: lambda a, operand: (a & operand) != 0,
}

OPERATIONS: dict[int, Callable[[Words, Words | np.uint32], Words]] = {
    bpf.ADD: lambda a, operand: a + operand,
    bpf.SUB: lambda a, operand: a - operand,
    bpf.MUL: lambda a, operand: a * operand,
    bpf.DIV: lambda a, operand: a // operand,
    bpf.OR: lambda a, operand: a | operand,
    bpf.AND: lambda a, operand: a & operand,
    bpf.LSH: _shifted(np.left_shift),
    bpf.RSH: _shifted(np.right_shift),
    bpf.NEG: lambda a, _: np.uint32(0) - a,
    bpf.MOD: lambda a, operand: a % operand,
    bpf.XOR: lambda a, operand: a ^ operand,
}
