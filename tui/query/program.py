"""Classic BPF programs: the instructions that libpcap compiles a filter to (McCanne and Jacobson, 1993; bpf(4))."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

LD, LDX, ST, STX, ALU, JMP, RET, MISC = range(8)
"""Classes of instructions, in the low three bits of a code."""

WORD, HALF, BYTE = 0x00, 0x08, 0x10
"""Sizes of a load from the frame."""

IMM, ABS, IND, MEM, LEN, MSH = 0x00, 0x20, 0x40, 0x60, 0x80, 0xA0
"""Where a load takes its value from."""

ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, NEG, MOD, XOR = range(0, 0xB0, 0x10)
"""Arithmetic on A."""

JA, JEQ, JGT, JGE, JSET = range(0, 0x50, 0x10)
"""Jumps: always, and by comparing A."""

K, X, A = 0x00, 0x08, 0x10
"""The operand of arithmetic, comparisons and RET."""

TAX, TXA = 0x00, 0x80

SIZES = {WORD: 4, HALF: 2, BYTE: 1}
"""Bytes of each size of load."""

SCRATCH_WORDS = 16
"""Words of scratch memory, M[0] to M[15]."""

LIVE_OFFSETS = 0xFFFFF000
"""From here on, offsets are Linux's ancillary data (SKF_AD_OFF), which frames in a file do not have."""

OPERATIONS = (ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, MOD, XOR)
COMPARISONS = (JEQ, JGT, JGE, JSET)

CODES = frozenset(
    [
        *(LD | mode | size for mode in (ABS, IND) for size in SIZES),
        *(load | mode for load in (LD, LDX) for mode in (IMM, MEM, LEN)),
        LDX | MSH | BYTE,
        ST,
        STX,
        *(ALU | operation | source for operation in OPERATIONS for source in (K, X)),
        ALU | NEG,
        JMP | JA,
        *(JMP | comparison | source for comparison in COMPARISONS for source in (K, X)),
        RET | K,
        RET | A,
        MISC | TAX,
        MISC | TXA,
    ]
)
"""Every instruction there is."""


class ProgramError(ValueError):
    """Instructions that are no valid program."""


class Instruction(NamedTuple):
    """One instruction; `jt` and `jf` count instructions after the next, `k` is unsigned."""

    code: int
    jt: int
    jf: int
    k: int

    @property
    def always_jumps(self) -> bool:
        return self.code == JMP | JA

    @property
    def distance(self) -> int:
        """How far an unconditional jump goes from the next instruction: libpcap's loops go back."""
        return self.k - (1 << 32) if self.k >= 1 << 31 else self.k

    @property
    def uses_scratch(self) -> bool:
        return self.code in (LD | MEM, LDX | MEM, ST, STX)

    @property
    def divides_by_constant(self) -> bool:
        return self.code in (ALU | DIV | K, ALU | MOD | K)


@dataclass(frozen=True, slots=True)
class Program:
    """A valid program: known instructions, jumps that stay inside, a RET at its end."""

    instructions: tuple[Instruction, ...]
    families: Mapping[int, int] | None = None
    """Where frames begin with an address family (link type NULL and its kin): the first four bytes of a frame, as a
    big-endian number, and what the program takes that family to be; it recognises nothing else."""

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[int]]) -> Self:
        """The program of (code, jt, jf, k) rows; ProgramError where it is not valid."""
        try:
            instructions = tuple(Instruction(*map(int, row)) for row in rows)
        except TypeError as error:
            raise ProgramError("not rows of four numbers") from error
        if not instructions or instructions[-1].code & 7 != RET:
            raise ProgramError("does not end in RET")
        for place, instruction in enumerate(instructions):
            _check(place, instruction, len(instructions))
        return cls(instructions)

    @property
    def loops(self) -> bool:
        """Some jump goes back, as in `ip6 protochain 6`."""
        return any(i.always_jumps and i.distance < 0 for i in self.instructions)

    @property
    def needs_live_capture(self) -> bool:
        """Some load asks for what the Linux kernel knows besides the bytes of a frame."""
        return any(i.code & 7 == LD and i.code & 0xE0 in (ABS, IND) and i.k >= LIVE_OFFSETS for i in self.instructions)


def _check(place: int, instruction: Instruction, length: int) -> None:
    """Raise ProgramError unless the instruction at `place` is valid."""
    code, jt, jf, k = instruction
    if code not in CODES or not (0 <= jt < 256 and 0 <= jf < 256 and 0 <= k < 1 << 32):
        raise ProgramError(f"instruction {place} is none")
    if code & 7 == JMP:
        distances = [instruction.distance] if instruction.always_jumps else [jt, jf]
        if any(not 0 <= place + 1 + distance < length for distance in distances):
            raise ProgramError(f"instruction {place} jumps out of the program")
    if instruction.uses_scratch and k >= SCRATCH_WORDS:
        raise ProgramError(f"instruction {place} uses scratch memory that there is not")
    if instruction.divides_by_constant and k == 0:
        raise ProgramError(f"instruction {place} divides by zero")
