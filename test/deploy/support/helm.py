"""Lints and renders a chart with Helm's own code: helm.py CHART, with values as JSON on stdin, one object a line."""

import json
import sys

import helm_python

for line in sys.stdin:
    values = json.loads(line)
    report = helm_python.lint(sys.argv[1], values, strict=True)
    with helm_python.Chart.load(sys.argv[1]) as chart:
        try:
            manifests = chart.render(values, name="lro", namespace="workers")
            print(json.dumps({"problems": [m for m in report["messages"] if m["severity"] > 1] + report["errors"], "manifests": manifests}))
        except Exception as error:
            print(json.dumps({"problems": [str(error)], "manifests": {}}))
