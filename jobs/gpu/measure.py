"""Measures the engine's forwards with random weights of a model's shape, through the archives that Java writes.

  jobs/gpu/archives.sh DIR [CONFIG_DIR] [DEVICE]     # on any machine with the project: four archives, a few hundred kB
  python3 measure.py DIR RESULT.json [--device cpu]  # on any machine with PyTorch: this file and DIR are all it needs
  python3 measure.py DIR RESULT.json --sampling      # what noise and filters add to a verify, and nothing else

Writes one JSON file: milliseconds of verify and draft calls as the engine makes them (arguments from the host, the result
back on the host), the first call of each shape, kernels and their time, and the same forward as a captured CUDA graph.
"""

import argparse
import ctypes
import datetime
import json
import os
import platform
import statistics
import sys
import time

import torch


TYPES = {torch.int64: 4, torch.float32: 6, torch.bfloat16: 15}  # as the script numbers them


class Tree:
    """Rows of a tree in breadth-first order, every node with up to three children."""

    def __init__(self, rows):
        self.depths, self.bits = [0], [1]
        for node in range(1, rows):
            parent = (node - 1) // 3
            self.depths.append(self.depths[parent] + 1)
            self.bits.append(self.bits[parent] | 1 << node)


class Engine:
    def __init__(self, directory, name, device, seed=1):
        self.facts = json.load(open(os.path.join(directory, name + ".json")))
        self.device = device
        torch.manual_seed(seed)
        start = time.perf_counter()
        self.module = torch.jit.load(os.path.join(directory, name + ".pt"))
        self.loaded = time.perf_counter() - start
        self.give()
        f = self.facts
        self.module.allocate_cache(f["cache_rows"])
        self.module.allocate_tables(torch.tensor(f["inverse"]), torch.tensor(f["head_inverse"]))
        self.module.norm_embedding()
        self.module.allocate_head(f["slots"] * f["head_capacity"], f["slots"] * f["pending"], f["slots"] * f["max_draft_rows"])
        for name in ("cache", "h_keys", "h_values", "h_pending", "h_states"):
            for tensor in getattr(self.module, name):
                tensor.normal_()
        self.limits = None
        if f["exact"]:
            self.limits = self.row_limits()
            self.module.limit(self.limits)
        self.nothing = torch.zeros([2, 0], dtype=torch.int64)
        self.sync()

    def give(self):
        dtype = torch.bfloat16 if self.facts["dtype"] == "bf16" else torch.float32
        self.weight_bytes = self.draft_bytes = 0
        for t in self.facts["tensors"]:
            rows, columns = t["rows"], t["columns"]
            if t["kind"] == "ids":
                values = torch.arange(rows, dtype=torch.int64).view(rows, 1)
            elif t["kind"] == "norm":
                values = torch.ones([rows, 1], dtype=dtype, device=self.device)
            else:
                values = torch.randn([rows, columns], dtype=dtype, device=self.device).mul_(columns ** -0.5)
            self.module.stage(values)
            self.module.store(t["list"], t["kind"], TYPES[values.dtype], 1, False)
            if t["kind"] == "linear":
                size = values.numel() * values.element_size()
                if t["list"].startswith("h_"):
                    self.draft_bytes += size
                else:
                    self.weight_bytes += size

    def row_limits(self):
        """The same search as the engine's RowLimits."""
        f = self.facts
        columns = [f["hidden"], f["heads_width"], f["hidden"], f["intermediate"], f["hidden"]]
        limits = []
        for kind in range(5):
            most = f["few_rows"] if kind == 4 else 128
            counts = [c for c in range(1, max(f["few_rows"], most) + 1) if c <= f["few_rows"] or c % 8 == 0]
            classes = self.module.classes(kind, columns[kind], counts).tolist()
            best, start = (0, 1), 0
            for i, said in enumerate(classes):
                if said != 0:
                    start = i
                if said == 2:
                    start = i + 1
                elif i + 1 - start >= best[1] - best[0]:
                    best = (start, i + 1)
            first, end = best
            while True:
                agreeing = counts[first:end]
                differing = self.module.differing(kind, columns[kind], agreeing, agreeing[-1]).tolist()
                bad = max([i for i, n in enumerate(differing) if n], default=-1)
                if bad < 0:
                    break
                first += bad + 1
            limits += [agreeing[0], agreeing[-1]]
        return limits

    def sync(self):
        if self.device != "cpu":
            torch.cuda.synchronize()

    def table(self, rows):
        """Rows as dictionaries by column, as the table that every call takes."""
        return torch.tensor([[row.get(name, 0) for row in rows] for name in self.facts["columns"]], dtype=torch.int64)

    def tree_masks(self, bits, slots, committed, newest):
        """What masks are made of, of slots that are alike: which of the newest keys are hidden from rows with these ancestor bits."""
        rows = len(bits)
        values, keys = [], newest
        if slots > 1:
            keys = committed + newest
            values = list(range(slots * rows)) + [keys] * slots
        for slot in range(slots):
            for row in range(rows):
                first = (slot * rows + row) * keys + keys - newest
                values += [first + key for key in range(newest) if not bits[row] >> key & 1]
        return torch.tensor([values], dtype=torch.int64)

    def verify_arguments(self, slots, tree_rows, context):
        f, tree = self.facts, Tree(tree_rows)
        rows, segments = [], []
        for slot in range(slots):
            for node in range(tree_rows):
                rows.append({
                    "TOKEN": 5 + node % 7,
                    "POSITION": context + tree.depths[node],
                    "CACHE_ROW": slot * f["capacity"] + context + node,
                    "PLACE": len(rows),
                })
            segments += [slot, slot * tree_rows, tree_rows, context + tree_rows]
        sampling = torch.zeros([4, len(rows)])
        masks = self.tree_masks(tree.bits, slots, context, tree_rows)
        at_once, alone = (masks.size(1), []) if slots > 1 else (0, [0])
        return [self.table(rows), masks, at_once, sampling, self.nothing, segments, [context] * slots, alone, [], [], True, 0, 0]

    def choose_arguments(self, logits, rows, temperature, top_k, top_p, seed):
        """A choice in every row of equal logits, with noise that is fresh for each, as of a position of its own."""
        keys = (torch.arange(rows) + seed * rows) * 0x5851F42D4C957F2D
        settings = torch.tensor([temperature, top_k, top_p, 0.0]).unsqueeze(1).repeat(1, rows)
        ring = torch.arange(rows)
        filters = (temperature > 0) + 2 * (top_k > 0) + 4 * (top_p < 1)
        fresh = torch.stack([ring, keys]) if filters else self.nothing
        return [logits, ring.unsqueeze(0), settings, fresh, filters, top_k]

    def draft_arguments(self, slots, width, context, children=10):
        """A layer of so many nodes per slot below the root's first child, after another of ten."""
        f = self.facts
        rows, segments = [], []
        own = 1 + 10
        base = context - 1
        for slot in range(slots):
            for node in range(own, own + width):
                rows.append({
                    "INPUT_ROW": slot * f["max_draft_rows"] + 1,
                    "POSITION": base + 2,
                    "NEXT_TOKEN": node,
                    "HEAD_ROW": slot * f["head_capacity"] + base + node,
                    "STATE_ROW": slot * f["max_draft_rows"] + node,
                    "PLACE": len(rows),
                })
            segments += [slot, slot * width, width, base + own + width]
        coupling = torch.zeros([2, len(rows)])
        masks = self.tree_masks([1 | 1 << 1 | 1 << node for node in range(own, own + width)], slots, base, own + width)
        return [self.table(rows), masks, coupling, self.nothing, segments, [base] * slots, slots > 1, 0, len(rows), children]

    def root_arguments(self, slots, context, children=10):
        """The roots' expansion after a round that committed three tokens."""
        f = self.facts
        rows, segments = [], []
        for slot in range(slots):
            for p in range(3):
                position = context - 3 + p
                rows.append({
                    "INPUT_ROW": slot * f["pending"] + p,
                    "POSITION": position,
                    "NEXT_TOKEN": 5 + p,
                    "HEAD_ROW": slot * f["head_capacity"] + position,
                })
            segments += [slot, slot, 1, context]
        for slot in range(slots):
            rows[slot]["CHOSEN_ROW"] = 3 * slot + 2
            rows[slot]["STATE_ROW"] = slot * f["max_draft_rows"]
            rows[slot]["PLACE"] = slot
        coupling = torch.zeros([2, slots])
        masks = self.tree_masks([1], slots, context - 1, 1)
        return [self.table(rows), masks, coupling, self.nothing, segments, [context] * slots, slots > 1, 0, slots, children]

    def call(self, method, arguments):
        return getattr(self.module, method)(*arguments).cpu()


def milliseconds(engine, method, arguments, repeats):
    times = []
    for _ in range(repeats):
        engine.sync()
        start = time.perf_counter()
        engine.call(method, arguments)
        times.append((time.perf_counter() - start) * 1e3)
    return times


def measured(engine, method, arguments, repeats):
    times = milliseconds(engine, method, arguments, repeats + 3)
    return {"first_ms": round(times[0], 3), "ms": round(statistics.median(times[3:]), 3), "best_ms": round(min(times[3:]), 3)}


def profiled(engine, method, arguments):
    """Kernels of one call, and their time; on a CPU, the calls of operators."""
    from torch.profiler import ProfilerActivity, profile

    gpu = engine.device != "cpu"
    activities = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if gpu else [])
    with profile(activities=activities) as recorded:
        engine.call(method, arguments)
        engine.sync()
    kernels = {}
    for event in recorded.events():
        if gpu and event.device_type != torch.autograd.DeviceType.CUDA:
            continue
        total = kernels.setdefault(event.name[:70], [0, 0.0])
        total[0] += 1
        total[1] += event.time_range.elapsed_us()
    longest = sorted(kernels.items(), key=lambda entry: -entry[1][1])[:8]
    return {
        "launches" if gpu else "operators": sum(count for count, _ in kernels.values()),
        "kernel_ms": round(sum(us for _, us in kernels.values()) / 1e3, 3),
        "longest": [[name, count, round(us / 1e3, 3)] for name, (count, us) in longest],
    }


class Graph:
    """A captured call, by the plain C functions that a JVM can reach: libtorch's stream guard and the driver's graphs."""

    def __init__(self, engine, method, arguments):
        self.driver = ctypes.CDLL("libcuda.so.1")
        library = ctypes.CDLL(os.path.join(os.path.dirname(torch.__file__), "lib", "libtorch_cuda.so"))
        torch.cuda.synchronize()
        self.stream = ctypes.c_void_p()
        self.done(self.driver.cuStreamCreate(ctypes.byref(self.stream), 1))
        guard = ctypes.c_void_p()
        self.done(library.aoti_torch_create_cuda_stream_guard(self.stream, ctypes.c_int32(0), ctypes.byref(guard)))
        try:
            self.inputs = [a.cuda() if isinstance(a, torch.Tensor) else a for a in arguments]
            call = getattr(engine.module, method)
            for _ in range(5):
                call(*self.inputs)
            self.done(self.driver.cuStreamSynchronize(self.stream))
            self.done(self.driver.cuStreamBeginCapture_v2(self.stream, 1))
            try:
                self.result = call(*self.inputs)
            finally:
                graph = ctypes.c_void_p()
                ended = self.driver.cuStreamEndCapture(self.stream, ctypes.byref(graph))
            self.done(ended)
            count = ctypes.c_size_t()
            self.done(self.driver.cuGraphGetNodes(graph, None, ctypes.byref(count)))
            self.nodes = count.value
            self.ready = ctypes.c_void_p()
            self.done(self.driver.cuGraphInstantiateWithFlags(ctypes.byref(self.ready), graph, ctypes.c_ulonglong(0)))
            self.answer = torch.empty(self.result.shape, dtype=self.result.dtype).pin_memory()
            self.pinned = [a.pin_memory() if isinstance(a, torch.Tensor) and a.numel() else a for a in arguments]
            self.replay()
        finally:
            library.aoti_torch_delete_cuda_stream_guard(guard)

    @staticmethod
    def done(code):
        if code != 0:
            raise RuntimeError("a call of the driver or of libtorch failed with %s" % code)

    def copy(self, to, source, upload):
        size = ctypes.c_size_t(source.numel() * source.element_size())
        if size.value:
            call = self.driver.cuMemcpyHtoDAsync_v2 if upload else self.driver.cuMemcpyDtoHAsync_v2
            self.done(call(ctypes.c_void_p(to.data_ptr()), ctypes.c_void_p(source.data_ptr()), size, self.stream))

    def replay(self):
        for device, pinned in zip(self.inputs, self.pinned):
            if isinstance(device, torch.Tensor):
                self.copy(device, pinned, True)
        self.done(self.driver.cuGraphLaunch(self.ready, self.stream))
        self.copy(self.answer, self.result, False)
        self.done(self.driver.cuStreamSynchronize(self.stream))
        return self.answer


def captured(engine, method, arguments, repeats):
    try:
        eager = engine.call(method, arguments)
        graph = Graph(engine, method, arguments)
        times = []
        for _ in range(repeats + 3):
            start = time.perf_counter()
            answer = graph.replay()
            times.append((time.perf_counter() - start) * 1e3)
        rows = eager.numel() // 2
        return {
            "ms": round(statistics.median(times[3:]), 3),
            "best_ms": round(min(times[3:]), 3),
            "nodes": graph.nodes,
            "same_as_eager": bool(torch.equal(answer[:rows], eager[:rows])),
        }
    except Exception as e:  # what this is to find out
        return {"failed": str(e)[:300]}


def measure(engine, found, log, repeats, contexts, bytes_per_second):
    f = engine.facts
    gpu = engine.device != "cpu"
    peak = engine.weight_bytes / bytes_per_second * 1e3

    def keep(kind, slots, rows, context, method, arguments, profile, graph):
        entry = {"call": kind, "exact": f["exact"], "slots": slots, "rows_per_slot": rows, "context": context}
        entry.update(measured(engine, method, arguments, repeats))
        if kind == "verify" and gpu:
            entry["share_of_bandwidth"] = round(peak / entry["ms"], 3)
        if profile:
            entry["profile"] = profiled(engine, method, arguments)
        if graph and gpu:
            entry["graph"] = captured(engine, method, arguments, repeats)
            if kind == "verify" and "ms" in entry["graph"]:
                entry["graph"]["share_of_bandwidth"] = round(peak / entry["graph"]["ms"], 3)
        found.append(entry)
        log(entry)

    if f["slots"] == 1:
        for context in contexts:
            for rows in (1, 8, 16, 32, 60):
                keep("verify", 1, rows, context, "verify", engine.verify_arguments(1, rows, context), rows in (1, 60), rows in (1, 16, 60))
        for context in contexts:
            keep("draft_root", 1, 1, context, "draft_root", engine.root_arguments(1, context), False, False)
            for width in (1, 4, 10):
                keep("draft_layer", 1, width, context, "draft_layer", engine.draft_arguments(1, width, context), width == 10, width == 10)
        # every round has a context of its own: what does a shape cost that was never seen?
        unseen = [milliseconds(engine, "draft_layer", engine.draft_arguments(1, 10, contexts[0] - 100 + i), 1)[0] for i in range(20)]
        found.append({"call": "draft_layer of unseen contexts", "exact": f["exact"], "ms": round(statistics.median(unseen), 3), "worst_ms": round(max(unseen), 3)})
        log(found[-1])
    else:
        for slots in [8, f["slots"]]:
            for rows in (1, 4, 8):
                keep("verify", slots, rows, contexts[0], "verify", engine.verify_arguments(slots, rows, contexts[0]), rows == 1, rows == 1)
            keep("draft_layer", slots, 2, contexts[0], "draft_layer", engine.draft_arguments(slots, 2, contexts[0]), False, False)


CHOICES = {  # temperature, top-k, top-p
    "greedy": (0.0, 0, 1.0),
    "temperature 0.8": (0.8, 0, 1.0),
    "temperature 0.8, top-k 50": (0.8, 50, 1.0),
    "temperature 0.8, top-p 0.95": (0.8, 0, 0.95),
}


def measure_sampling(engine, found, log, repeats, contexts):
    """Verifications and choices in turn; a nucleus is found quickly in peaked logits, as models have them, not in flat ones."""
    logits = torch.randn([1, engine.facts["vocabulary"]])
    for rows in (1, 16):
        verify, choices = [], {}
        for i in range(repeats + 3):
            verify += milliseconds(engine, "verify", engine.verify_arguments(1, rows, contexts[0]), 1)
            for kind, scale in (("peaked", 4.0), ("flat", 1.0)):
                for name, choice in CHOICES.items():
                    arguments = engine.choose_arguments(logits * scale, rows, *choice, i)
                    choices.setdefault((name, kind), []).extend(milliseconds(engine, "choose_from", arguments, 1))
        found.append({"call": "verify, greedy", "exact": engine.facts["exact"], "rows_per_slot": rows, "context": contexts[0]})
        found[-1].update({"ms": round(statistics.median(verify[3:]), 3), "best_ms": round(min(verify[3:]), 3)})
        log(found[-1])
        for (name, kind), times in choices.items():
            entry = {"call": "choice", "choice": name, "logits": kind, "rows_per_slot": rows}
            entry.update({"ms": round(statistics.median(times[3:]), 3), "best_ms": round(min(times[3:]), 3)})
            for label, of in (("share", statistics.median), ("best_share", min)):
                more = of(times[3:]) - of(choices["greedy", kind][3:])
                entry[label] = round(more / (of(verify[3:]) + more), 4)
            found.append(entry)
            log(entry)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archives", help="what jobs/gpu/archives.sh wrote")
    parser.add_argument("result", help="the JSON file to write")
    parser.add_argument("--device", default="cuda:0", help="the device that the archives were written for")
    parser.add_argument("--contexts", default="512,2048", help="tokens before the rows")
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--sampling", action="store_true", help="measure what noise and filters add to a verify of 1 and 16 rows")
    parser.add_argument("--terabytes-per-second", type=float, default=3.35, help="of the GPU's memory; an H100's unless given")
    options = parser.parse_args()
    gpu = options.device != "cpu"
    if gpu and not torch.cuda.is_available():
        sys.exit("error: this PyTorch sees no CUDA device; write the archives for cpu and pass --device cpu")
    torch._C._set_graph_executor_optimize(False)  # as the engine does on GPUs
    begun = time.perf_counter()
    result = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "command": " ".join(["python3"] + sys.argv),
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name(0) if gpu else platform.processor() or "cpu",
        "engines": [],
        "calls": [],
    }
    log = lambda entry: print("[%6.1f] %s" % (time.perf_counter() - begun, json.dumps({k: v for k, v in entry.items() if k != "profile"})), flush=True)
    contexts = [int(context) for context in options.contexts.split(",")]
    for name in ["exact-off-1"] if options.sampling else ["exact-on-1", "exact-off-1", "exact-on-64", "exact-off-64"]:
        start = time.perf_counter()
        engine = Engine(options.archives, name, options.device)
        facts = {
            "archive": name,
            "dtype": engine.facts["dtype"],
            "script_s": round(engine.loaded, 2),
            "open_s": round(time.perf_counter() - start, 2),
            "weight_gb": round(engine.weight_bytes / 1e9, 3),
            "draft_gb": round(engine.draft_bytes / 1e9, 3),
            "row_limits": engine.limits,
        }
        if gpu:
            facts["memory_gb"] = round(torch.cuda.memory_allocated() / 1e9, 2)
        result["engines"].append(facts)
        log(facts)
        with torch.inference_mode():
            if options.sampling:
                measure_sampling(engine, result["calls"], log, options.repeats, contexts)
            else:
                measure(engine, result["calls"], log, options.repeats, contexts, options.terabytes_per_second * 1e12)
        del engine
        if gpu:
            torch.cuda.empty_cache()
        result["seconds"] = round(time.perf_counter() - begun, 1)
        with open(options.result, "w") as file:
            json.dump(result, file, indent=1)
    print("wrote", options.result)


if __name__ == "__main__":
    main()
