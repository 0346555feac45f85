#!/bin/sh
# Cancel, watch and abort Google long-running operations with temporal-lro, with nothing but curl.
#
#   ./operations.sh cancel projects/p/locations/us-central1/operations/123 "over budget"
#
# Calls the HTTP API of the Temporal server (TEMPORAL_HTTP_ADDRESS). README.md explains the requests.
set -eu

usage() {
  echo "usage: $0 cancel|watch|abort|status|outcome NAME [REASON]" >&2
  exit 1
}
[ $# -ge 2 ] && [ $# -le 3 ] || usage

command=$1
name=$2
case $name in
  '' | *[!A-Za-z0-9._~=+@,\(\):/-]*) echo "$name: not the name of an operation" >&2; exit 1 ;;
esac
reason=$(printf %s "${3-}" | tr '\n\t' '  ' | sed 's/[\\"]/\\&/g')
service=${GOOGLE_SERVICE:-aiplatform.googleapis.com}
base="${TEMPORAL_HTTP_ADDRESS:-http://localhost:7243}/api/v1/namespaces/${TEMPORAL_NAMESPACE:-default}"
# Cuts a text of more than 255 characters, which not every database of Temporal's takes.
shortened() {
  [ ${#1} -le 255 ] || set -- "$(printf '%.180s~%.32s' "$1" "$(printf %s "$1" | sha256sum)")"
  printf %s "$1"
}

# The workflow id has : where the name has /, because this API cannot address ids with /, and :: where it has :.
id=$(shortened "operation:$service:$(printf %s "$name" | sed 's/:/::/g; s|/|:|g')")

# The API key goes through stdin, because other users of the machine can see the arguments of a process.
call() {
  if [ -n "${TEMPORAL_API_KEY-}" ]; then
    printf 'header = "Authorization: Bearer %s"\n' "$TEMPORAL_API_KEY" |
      curl --silent --show-error --fail-with-body --config - "$@"
  else
    curl --silent --show-error --fail-with-body "$@"
  fi
}

post() {
  call --header 'Content-Type: application/json' --data "$2" "$base/workflows/$id$1"
  echo
}

if [ -n "$reason" ]; then abort="{\"reason\": \"$reason\"}"; else abort='{}'; fi

# The search attributes, if the namespace has both registered. A start with an unregistered one is refused.
search_attributes() {
  registered=$(call "$base/search-attributes" 2>/dev/null) || return 0
  case $registered in
    *'"GoogleOperationName"'*'"GoogleOperationOutcome"'*)
      echo "\"GoogleOperationName\": \"$(shortened "$name")\", \"GoogleOperationOutcome\": \"RUNNING\"" ;;
  esac
}

start() {
  cat <<BODY
{
  "workflowType": { "name": "$1" },
  "taskQueue": { "name": "${TEMPORAL_TASK_QUEUE:-google-operations}" },
  "workflowIdConflictPolicy": "WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING",
  "searchAttributes": { "indexedFields": { $(search_attributes) } },
  "memo": { "fields": { "operation": "$name" } },
  "input": [{ "name": "$name", "service": "$service"${reason:+, \"reason\": \"$reason\"} }]$2
}
BODY
}

# Waits for the last event of the workflow. The server holds each request open for up to 20 seconds.
outcome() {
  while :; do
    event=$(call "$base/workflows/$id/history?waitNewEvent=true&historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT")
    case $event in
      *CONTINUED_AS_NEW*) ;;
      *'"eventId"'*) printf '%s\n' "$event"; return ;;
    esac
  done
}

case $command in
  # Starts a workflow, or aborts the one that follows the operation already. A plain start would join it without an abort.
  cancel) post "/signal-with-start/abort" "$(start cancelOperation ", \"signalInput\": [$abort]")" ;;
  watch) post "" "$(start watchOperation "")" ;;
  abort) post "/signal/abort" "{ \"input\": [$abort] }" ;;
  status) post "/query/status" '{}' ;;
  outcome) outcome ;;
  *) usage ;;
esac
