"""The virtual machine: every instruction, and programs that are none."""

import numpy as np
import pytest

from tests.query.pcap import batch_of
from tui.query import program as bpf
from tui.query.bpf import run
from tui.query.program import Program, ProgramError

Row = tuple[int, int, int, int]

FRAME = bytes([0x45, 0x02, 0x83, 0x04, 0xFF, 0x06, 0x07, 0x08])
WIRE = 1500

ACCEPT: Row = (bpf.RET | bpf.K, 0, 0, 1)
REJECT: Row = (bpf.RET | bpf.K, 0, 0, 0)


def ld(k: int) -> Row:
    return bpf.LD | bpf.IMM, 0, 0, k


def ldx(k: int) -> Row:
    return bpf.LDX | bpf.IMM, 0, 0, k


def alu(operation: int, k: int | None = None) -> Row:
    return bpf.ALU | operation | (bpf.X if k is None else bpf.K), 0, 0, k or 0


def jump(comparison: int, k: int | None, jt: int, jf: int) -> Row:
    return bpf.JMP | comparison | (bpf.X if k is None else bpf.K), jt, jf, k or 0


def load(mode: int, size: int, k: int) -> Row:
    return bpf.LD | mode | size, 0, 0, k


TXA: Row = (bpf.MISC | bpf.TXA, 0, 0, 0)
TAX: Row = (bpf.MISC | bpf.TAX, 0, 0, 0)

VALUES: dict[str, tuple[list[Row], int]] = {
    "ld imm": ([ld(0xFFFFFFFF)], 0xFFFFFFFF),
    "ld abs word": ([load(bpf.ABS, bpf.WORD, 0)], 0x45028304),
    "ld abs half": ([load(bpf.ABS, bpf.HALF, 2)], 0x8304),
    "ld abs byte": ([load(bpf.ABS, bpf.BYTE, 4)], 0xFF),
    "ld abs word, the last": ([load(bpf.ABS, bpf.WORD, 4)], 0xFF060708),
    "ld ind word": ([ldx(3), load(bpf.IND, bpf.WORD, 1)], 0xFF060708),
    "ld ind half": ([ldx(3), load(bpf.IND, bpf.HALF, 1)], 0xFF06),
    "ld ind byte": ([ldx(3), load(bpf.IND, bpf.BYTE, 1)], 0xFF),
    "ld len": ([(bpf.LD | bpf.LEN, 0, 0, 0)], WIRE),
    "ldx imm": ([ldx(7), TXA], 7),
    "ldx len": ([(bpf.LDX | bpf.LEN, 0, 0, 0), TXA], WIRE),
    "ldx msh": ([(bpf.LDX | bpf.MSH | bpf.BYTE, 0, 0, 0), TXA], 20),
    "st, ld mem": ([ld(5), (bpf.ST, 0, 0, 15), ld(6), (bpf.LD | bpf.MEM, 0, 0, 15)], 5),
    "stx, ldx mem": ([ldx(5), (bpf.STX, 0, 0, 0), ldx(6), (bpf.LDX | bpf.MEM, 0, 0, 0), TXA], 5),
    "ld mem, never stored": ([ld(5), (bpf.LD | bpf.MEM, 0, 0, 3)], 0),
    "tax": ([ld(9), TAX, ld(1), TXA], 9),
    "add k": ([ld(7), alu(bpf.ADD, 3)], 10),
    "add wraps": ([ld(0xFFFFFFFF), alu(bpf.ADD, 3)], 2),
    "add x": ([ld(7), ldx(3), alu(bpf.ADD)], 10),
    "sub k": ([ld(7), alu(bpf.SUB, 3)], 4),
    "sub wraps": ([ld(3), ldx(7), alu(bpf.SUB)], 0xFFFFFFFC),
    "mul k": ([ld(7), alu(bpf.MUL, 3)], 21),
    "mul wraps": ([ld(0x10001), ldx(0x10001), alu(bpf.MUL)], 0x20001),
    "div k": ([ld(0xFFFFFFFF), alu(bpf.DIV, 2)], 0x7FFFFFFF),
    "div x": ([ld(7), ldx(2), alu(bpf.DIV)], 3),
    "mod k": ([ld(7), alu(bpf.MOD, 4)], 3),
    "mod x": ([ld(7), ldx(4), alu(bpf.MOD)], 3),
    "and k": ([ld(6), alu(bpf.AND, 3)], 2),
    "and x": ([ld(6), ldx(3), alu(bpf.AND)], 2),
    "or k": ([ld(6), alu(bpf.OR, 3)], 7),
    "or x": ([ld(6), ldx(3), alu(bpf.OR)], 7),
    "xor k": ([ld(6), alu(bpf.XOR, 3)], 5),
    "xor x": ([ld(6), ldx(3), alu(bpf.XOR)], 5),
    "lsh k": ([ld(0x80000001), alu(bpf.LSH, 4)], 0x10),
    "lsh x": ([ld(1), ldx(31), alu(bpf.LSH)], 0x80000000),
    "lsh x by 32": ([ld(1), ldx(32), alu(bpf.LSH)], 0),
    "rsh k": ([ld(0x80000001), alu(bpf.RSH, 4)], 0x08000000),
    "rsh x": ([ld(0x80000000), ldx(31), alu(bpf.RSH)], 1),
    "rsh x by 33": ([ld(0xFFFFFFFF), ldx(33), alu(bpf.RSH)], 0),
    "neg": ([ld(1), (bpf.ALU | bpf.NEG, 0, 0, 0)], 0xFFFFFFFF),
    "ja": ([ld(1), (bpf.JMP | bpf.JA, 0, 0, 1), ld(2)], 1),
}

REJECTED: dict[str, list[Row]] = {
    "byte beyond the end": [load(bpf.ABS, bpf.BYTE, 8)],
    "half across the end": [load(bpf.ABS, bpf.HALF, 7)],
    "word across the end": [load(bpf.ABS, bpf.WORD, 5)],
    "far beyond the end": [load(bpf.ABS, bpf.WORD, 0xFFFFFFFE)],
    "index beyond the end": [ldx(8), load(bpf.IND, bpf.BYTE, 0)],
    "index that would wrap around": [ldx(0xFFFFFFFF), load(bpf.IND, bpf.BYTE, 1)],
    "header length beyond the end": [(bpf.LDX | bpf.MSH | bpf.BYTE, 0, 0, 8)],
    "division by zero": [ld(1), ldx(0), alu(bpf.DIV)],
    "modulo by zero": [ld(1), ldx(0), alu(bpf.MOD)],
    "return 0": [REJECT],
    "return A of 0": [ld(0), (bpf.RET | bpf.A, 0, 0, 0)],
}

NO_PROGRAMS: dict[str, list[Row]] = {
    "nothing": [],
    "no return": [ld(1)],
    "unknown code": [(0xFF, 0, 0, 0), ACCEPT],
    "too large a constant": [ld(1 << 32), ACCEPT],
    "true branch out": [jump(bpf.JEQ, 0, 1, 0), ACCEPT],
    "false branch out": [jump(bpf.JEQ, 0, 0, 1), ACCEPT],
    "jump out": [(bpf.JMP | bpf.JA, 0, 0, 1), ACCEPT],
    "jump back out": [(bpf.JMP | bpf.JA, 0, 0, 0xFFFFFFFE), ACCEPT],
    "scratch memory out": [(bpf.ST, 0, 0, 16), ACCEPT],
    "division by constant zero": [alu(bpf.DIV, 0), ACCEPT],
}


def accepts(rows: list[Row]) -> bool:
    """Whether a program accepts FRAME, which stands between two frames that make wrong reads visible."""
    batch = batch_of([b"\x11" * 64, FRAME, b"\x22" * 64], [64, WIRE, 64])
    return bool(run(Program.from_rows(rows), batch)[1])


@pytest.mark.parametrize("name", VALUES)
def test_instruction_leaves_its_value_in_a(name: str) -> None:
    rows, expected = VALUES[name]
    assert accepts([*rows, jump(bpf.JEQ, expected, 0, 1), ACCEPT, REJECT])
    assert not accepts([*rows, jump(bpf.JEQ, expected ^ 1, 0, 1), ACCEPT, REJECT])


@pytest.mark.parametrize("name", REJECTED)
def test_frame_is_rejected_at_once(name: str) -> None:
    assert not accepts([*REJECTED[name], ACCEPT])


@pytest.mark.parametrize("source", ["k", "x"])
@pytest.mark.parametrize(
    ("comparison", "holds_for"),
    [(bpf.JEQ, {6}), (bpf.JGT, {7, 0xFFFFFFFF}), (bpf.JGE, {6, 7, 0xFFFFFFFF}), (bpf.JSET, {2, 6, 7, 0xFFFFFFFF})],
)
def test_comparison_with_6(source: str, comparison: int, holds_for: set[int]) -> None:
    for a in (0, 1, 2, 6, 7, 0xFFFFFFFF):
        rows = [ld(a), ldx(6), jump(comparison, 6 if source == "k" else None, 1, 0), REJECT, ACCEPT]
        assert accepts(rows) == (a in holds_for), a


def test_return_a_accepts_what_is_not_zero() -> None:
    assert accepts([ld(2), (bpf.RET | bpf.A, 0, 0, 0)])


def test_frames_go_their_own_ways_and_meet_with_their_own_registers() -> None:
    rows = [
        load(bpf.ABS, bpf.BYTE, 0),
        TAX,
        jump(bpf.JGT, 1, 0, 1),
        (bpf.ST, 0, 0, 0),
        (bpf.LD | bpf.MEM, 0, 0, 0),
        alu(bpf.ADD),
        jump(bpf.JEQ, 4, 2, 0),
        jump(bpf.JEQ, 1, 1, 0),
        REJECT,
        ACCEPT,
    ]
    batch = batch_of([bytes([value]) for value in (0, 1, 2, 3, 2)])
    assert run(Program.from_rows(rows), batch).tolist() == [False, True, True, False, True]


def test_loop_ends_for_each_frame_after_its_own_number_of_turns() -> None:
    rows = [
        ldx(0),
        load(bpf.IND, bpf.BYTE, 0),
        jump(bpf.JEQ, 9, 5, 0),
        TXA,
        alu(bpf.ADD, 1),
        TAX,
        (bpf.JMP | bpf.JA, 0, 0, 0xFFFFFFFF - 5),
        REJECT,
        ACCEPT,
    ]
    batch = batch_of([b"\x09", b"\x01\x02\x09", b"\x01\x02", b"\x01" * 100 + b"\x09"])
    assert run(Program.from_rows(rows), batch).tolist() == [True, True, False, True]


def test_endless_loop_ends_and_selects_nothing() -> None:
    program = Program.from_rows([(bpf.JMP | bpf.JA, 0, 0, 0xFFFFFFFF), ACCEPT])
    assert not run(program, batch_of([FRAME])).any()


def test_no_frames() -> None:
    assert run(Program.from_rows([load(bpf.ABS, bpf.WORD, 0), ACCEPT]), batch_of([])).dtype == np.bool_


@pytest.mark.parametrize("name", NO_PROGRAMS)
def test_no_program(name: str) -> None:
    with pytest.raises(ProgramError):
        Program.from_rows(NO_PROGRAMS[name])
