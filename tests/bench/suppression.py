"""Secondary suppression: one large table, and many small blocks."""

import time
from collections import Counter
from collections.abc import Iterable

from tests.lib.suppression import big_block, share_blocks
from warehouse.disclosure.suppression.block import Block
from warehouse.disclosure.suppression.suppress import suppress


def one_table() -> str:
    """10,104 cells: organisations in regions, by staff group."""
    made = big_block(1, [[20] * 20, [23]], 40)
    return _said([made], seconds=120.0)


def many_blocks(cells: int) -> str:
    """So many cells in blocks of 30: shares of people by five breakdowns."""
    return _said(share_blocks(cells // 30))


def _said(blocks: Iterable[Block], **how: float) -> str:
    spent, cells, safe, kept, methods = 0.0, 0, 0, 0, Counter[str]()
    for block in blocks:
        started = time.perf_counter()
        found = suppress(block, **how)
        spent += time.perf_counter() - started
        cells += len(block.weights)
        safe += len(block.weights) - len(block.first)
        kept += len(block.weights) - len(found.hidden)
        methods[found.method] += 1
    ways = ", ".join(f"{count:,} {method}" for method, count in methods.most_common())
    return f"{spent:.1f} s, {cells / spent:,.0f} cells/s; {kept / safe:.1%} of the safe cells kept; {ways}"
