"""The contrasts of all arms in numpy, from the same cells and the same resamples.

For every resample of whole blocks: ln of all-in cost per good request of each arm, and ln of the
95 % quantile of each arm's and workload's pooled latencies; then every pair of arms.
"""

import itertools
import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

folder = Path(sys.argv[1])
facts = json.loads((folder / "facts.json").read_text())
arms, workloads, blocks, requests = (
    facts["arms"],
    facts["workloads"],
    facts["blocks"],
    facts["requests"],
)
shares = np.array(facts["shares"])
# Stands in for a latency without a good answer where a ratio is printed.
most = np.log(facts["timeoutMs"])
# arm, workload, block, request
latencies = np.fromfile(folder / "latencies").reshape(len(arms), workloads, blocks, requests)
usd = np.fromfile(folder / "usd").reshape(len(arms), blocks)
good = np.fromfile(folder / "good").reshape(len(arms), blocks)
weights = np.fromfile(folder / "weights", dtype=np.uint16).reshape(-1, blocks)


def contrasts():
    drawn = weights.astype(np.float64)
    log_cost = np.log((drawn @ usd.T) / (drawn @ good.T))
    log_quantile = np.empty((len(weights), len(arms), workloads))
    once = np.empty((len(arms), workloads))
    block_of = np.repeat(np.arange(blocks), requests)
    rank = int(np.ceil(0.95 * blocks * requests - 1e-9))
    for arm in range(len(arms)):
        for workload in range(workloads):
            pooled = latencies[arm, workload].reshape(-1)
            order = np.argsort(pooled, kind="stable")
            ordered, blocks_of = pooled[order], block_of[order]
            once[arm, workload] = min(most, np.log(ordered[rank - 1]))
            for row, counts in enumerate(weights):
                # Every block has as many requests, so every resample has the same number.
                place = np.searchsorted(np.cumsum(counts[blocks_of]), rank)
                log_quantile[row, arm, workload] = min(most, np.log(ordered[place]))
    measured = np.log(usd.sum(axis=1) / good.sum(axis=1))
    level = stats.norm.cdf(
        -np.sqrt(blocks / (blocks - 1)) * stats.t.ppf(0.975, blocks - 1)
    )
    skipped = int(level * len(weights))
    found = []
    for one, other in itertools.combinations(range(len(arms)), 2):
        cost = np.sort(log_cost[:, one] - log_cost[:, other])
        latency = np.sort((log_quantile[:, one] - log_quantile[:, other]) @ shares)
        found.append(
            {
                "arm": arms[one],
                "against": arms[other],
                "cost": interval(measured[one] - measured[other], cost, skipped),
                "latency": interval((once[one] - once[other]) @ shares, latency, skipped),
            }
        )
    return found


def interval(measured, ordered, skipped):
    return [float(np.exp(value)) for value in (measured, ordered[skipped], ordered[-1 - skipped])]


times = []
for _ in range(facts["repetitions"]):
    started = time.perf_counter()
    found = contrasts()
    times.append((time.perf_counter() - started) * 1000)
(folder / "found.json").write_text(
    json.dumps({"numpy": np.__version__, "msTimes": times, "contrasts": found})
)
