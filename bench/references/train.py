"""The same three families by the libraries that everybody knows, on the rows of bench/models.ts.

Reads a folder: facts.json (rows, features, logged columns, params), {train,test}.values (float64,
column-major), train.labels (uint8), train.weights (float64). Writes <family>.scores (float64, one
p_lambda per test row) and times.json.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import sklearn
import xgboost
from sklearn.ensemble import RandomForestClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

folder = Path(sys.argv[1])
facts = json.loads((folder / "facts.json").read_text())


def values(name, rows):
    flat = np.fromfile(folder / f"{name}.values", dtype="<f8")
    return flat.reshape(len(facts["features"]), rows).T.copy()


train = values("train", facts["trainRows"])
test = values("test", facts["testRows"])
labels = np.fromfile(folder / "train.labels", dtype="u1")
weights = np.fromfile(folder / "train.weights", dtype="<f8")
# A network's step is a mean over a batch: weights around 1 keep the learning rate what it says.
weights = weights / weights.mean()


def log_columns(matrix):
    logged = matrix.copy()
    columns = facts["logged"]
    logged[:, columns] = np.log1p(np.maximum(logged[:, columns], 0))
    return logged


def forest():
    settings = facts["params"]["random-forest"]
    model = RandomForestClassifier(
        n_estimators=settings["trees"],
        max_depth=settings["maxDepth"],
        min_samples_split=settings["minRows"] + 1,
        random_state=42,
        n_jobs=2,
    )
    model.fit(train, labels, sample_weight=weights)
    return model.predict_proba(test)[:, 1]


def boosting():
    settings = facts["params"]["gradient-boosting"]
    model = xgboost.XGBClassifier(
        n_estimators=settings["trees"],
        max_depth=settings["maxDepth"],
        learning_rate=settings["learningRate"],
        min_child_weight=settings["minChildWeight"],
        random_state=42,
        n_jobs=2,
    )
    model.fit(train, labels, sample_weight=weights)
    return model.predict_proba(test)[:, 1]


def network():
    settings = facts["params"]["neural-network"]
    classifier = MLPClassifier(
        hidden_layer_sizes=(64, 32),
        learning_rate_init=settings["learningRate"],
        batch_size=settings["batchRows"],
        max_iter=settings["epochs"],
        random_state=42,
    )
    model = make_pipeline(FunctionTransformer(log_columns), StandardScaler(), classifier)
    model.fit(train, labels, mlpclassifier__sample_weight=weights)
    return model.predict_proba(test)[:, 1]


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


times = {}
for family, run in {
    "random-forest": forest,
    "gradient-boosting": boosting,
    "neural-network": network,
}.items():
    began, cpu = time.perf_counter(), cpu_seconds()
    scores = run()
    times[family] = {
        "wallS": time.perf_counter() - began,
        "cpuS": cpu_seconds() - cpu,
    }
    scores.astype("<f8").tofile(folder / f"{family}.scores")

times["libraries"] = {"scikit-learn": sklearn.__version__, "xgboost": xgboost.__version__}
(folder / "times.json").write_text(json.dumps(times))
