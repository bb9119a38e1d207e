from __future__ import annotations

from collections.abc import Iterator

import pytest

from devices.certificate_printer.ipp_printer import IppPrinter
from devices.certificate_printer.print_run import Patience
from tests.unit.devices.certificate_printer.printer_bench import HURRY, Bench, Benches


@pytest.fixture
def bench_of() -> Iterator[Benches]:
    """Builds benches for a printer's address and stops them afterwards."""
    benches: list[Bench] = []

    def build(uri: str, *, counts_truly: bool = True, patience: Patience = HURRY) -> Bench:
        printer = IppPrinter(
            "certificate_printer", uri, counts_truly=counts_truly, timeout_s=1.0, patience=patience
        )
        bench = Bench(printer)
        benches.append(bench)
        bench.worker.start()
        return bench

    yield build
    for bench in benches:
        assert bench.worker.stop()
