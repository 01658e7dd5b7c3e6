"""Aligns one run with one straight model by pm4py: `python with_pm4py.py FOLDER`, by a Python that has pm4py.

FOLDER holds `model.txt` and `trace.txt`, a label a line. Called by `bench_judging.py`; nothing of ours is imported, and
pm4py (AGPL) is imported nowhere else.
"""

import sys
import time
from importlib import import_module
from pathlib import Path


def main(folder: Path) -> None:
    """Align by the process tree, which is quick, then by the Petri net, which is the default."""
    by_net = import_module("pm4py.algo.conformance.alignments.petri_net.algorithm")
    by_tree = import_module("pm4py.algo.conformance.alignments.process_tree.algorithm")
    converter = import_module("pm4py.objects.conversion.process_tree.converter")
    log = import_module("pm4py.objects.log.obj")
    trees = import_module("pm4py.objects.process_tree.obj")

    tree = trees.ProcessTree(trees.Operator.SEQUENCE)
    for label in (folder / "model.txt").read_text("utf-8").splitlines():
        tree.children.append(trees.ProcessTree(label=label, parent=tree))
    labels = (folder / "trace.txt").read_text("utf-8").splitlines()
    trace = log.Trace([log.Event({"concept:name": label}) for label in labels])
    began = time.thread_time()
    by_tree.apply(trace, tree)
    sys.stdout.write(f"pm4py, process tree: {(time.thread_time() - began) * 1e3:.1f} ms\n")
    sys.stdout.flush()
    net, start, end = converter.apply(tree)
    began = time.thread_time()
    by_net.apply(trace, net, start, end, parameters={"max_align_time": 300, "max_align_time_trace": 300})
    sys.stdout.write(f"pm4py, Petri net (stopped after 300 s): {time.thread_time() - began:.1f} s\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
