"""Evaluates Python expressions with Google's clients of one server in scope.

One expression a line on stdin gives one JSON object a line on stdout: {"value": ...}, or {"error": {...}} of an exception.
The only argument is the URL of the server.
"""

import json
import sys

from google import genai
from google.api_core import exceptions, operation
from google.api_core.operations_v1 import AbstractOperationsClient
from google.api_core.operations_v1.transports import OperationsRestTransport
from google.auth.credentials import AnonymousCredentials
from google.cloud import aiplatform_v1, batch_v1, bigquery, dataproc_v1, run_v2
from google.cloud.devtools import cloudbuild_v1
from google.genai import types
from google.longrunning.operations_pb2 import WaitOperationRequest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

URL = sys.argv[1]


def core(version):
    """The client of google.longrunning in google-api-core."""
    transport = OperationsRestTransport(host=URL, credentials=AnonymousCredentials(), path_prefix=version)
    return AbstractOperationsClient(transport=transport)


def future(version, name):
    """What the clients of a service return for an operation whose response is empty."""
    client = core(version)
    return operation.from_gapic(client.get_operation(name), client, Empty)


REST = {"credentials": AnonymousCredentials(), "transport": "rest", "client_options": {"api_endpoint": URL}}
vertex = aiplatform_v1.IndexServiceClient(**REST)
run = run_v2.ServicesClient(**REST)
custom_jobs = aiplatform_v1.JobServiceClient(**REST)
pipelines = aiplatform_v1.PipelineServiceClient(**REST)
executions = run_v2.ExecutionsClient(**REST)
batch = batch_v1.BatchServiceClient(**REST)
builds = cloudbuild_v1.CloudBuildClient(**REST)
spark = dataproc_v1.JobControllerClient(**REST)
serverless = dataproc_v1.BatchControllerClient(**REST)
queries = bigquery.Client(project="p", credentials=AnonymousCredentials(), client_options={"api_endpoint": URL})
gemini = genai.Client(api_key="none", http_options={"base_url": URL, "api_version": "v1beta"})


def to_json(value):
    if isinstance(value, Message):
        return MessageToDict(value)
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_none=True)
    if value is None or isinstance(value, (bool, int, str, dict)):
        return value
    return [to_json(item) for item in value]


def error_of(error):
    details = getattr(error, "details", None)
    return {
        "type": type(error).__name__,
        "code": getattr(error, "code", None),
        "text": str(error),
        "details": to_json(details) if isinstance(details, list) else [],
    }


print(json.dumps({"value": "ready"}), flush=True)
for line in sys.stdin:
    try:
        answer = {"value": to_json(eval(line))}
    except Exception as error:
        answer = {"error": error_of(error)}
    print(json.dumps(answer), flush=True)
