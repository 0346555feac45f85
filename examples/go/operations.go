package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

const defaultService = "aiplatform.googleapis.com"

var (
	operationName    = temporal.NewSearchAttributeKeyKeyword("GoogleOperationName")
	operationOutcome = temporal.NewSearchAttributeKeyKeyword("GoogleOperationOutcome")
)

// Operation is the input of both workflows. contract/schema has the other fields.
type Operation struct {
	Name        string `json:"name"`
	Service     string `json:"service,omitempty"`
	Reason      string `json:"reason,omitempty"`
	RequestedBy string `json:"requestedBy,omitempty"`
	Timeout     string `json:"timeout,omitempty"`
}

// WorkflowID is the id of the workflow that follows an operation. It is the same for every client.
func (op Operation) WorkflowID() string {
	name := strings.NewReplacer(":", "::", "/", ":").Replace(op.Name)
	return shortened("operation:" + op.Service + ":" + name)
}

// shortened cuts a text of more than 255 characters, which not every database of Temporal's takes.
func shortened(text string) string {
	if len(text) <= 255 {
		return text
	}
	return fmt.Sprintf("%s~%.16x", text[:180], sha256.Sum256([]byte(text)))
}

func (op Operation) abort() map[string]string {
	abort := map[string]string{}
	if op.Reason != "" {
		abort["reason"] = op.Reason
	}
	if op.RequestedBy != "" {
		abort["requestedBy"] = op.RequestedBy
	}
	return abort
}

// Operations starts and messages the workflows of temporal-lro. Results are the JSON that the workflow returned.
type Operations struct {
	client    client.Client
	namespace string
	taskQueue string
}

// Cancel cancels an operation and waits for its outcome.
//
// Update-with-start starts a workflow, or aborts the one that follows the operation already. A plain start would join that
// one without aborting it.
func (o Operations) Cancel(ctx context.Context, op Operation) (json.RawMessage, error) {
	start := o.client.NewWithStartWorkflowOperation(o.startOptions(ctx, op), "cancelOperation", op)
	handle, err := o.client.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: start,
		UpdateOptions: client.UpdateWorkflowOptions{
			WorkflowID:   op.WorkflowID(),
			UpdateName:   "abort",
			Args:         []any{op.abort()},
			WaitForStage: client.WorkflowUpdateStageCompleted,
		},
	})
	if err == nil {
		err = handle.Get(ctx, nil)
	}
	if err != nil && !isRejected(err) {
		return nil, err
	}
	// Rejected: the operation is final already, or the workflow has failed. Both show in the result.
	run, err := start.Get(ctx)
	if err != nil {
		return nil, err
	}
	return outcome(ctx, run)
}

// Watch watches an operation and waits for its outcome.
func (o Operations) Watch(ctx context.Context, op Operation) (json.RawMessage, error) {
	run, err := o.client.ExecuteWorkflow(ctx, o.startOptions(ctx, op), "watchOperation", op)
	if err != nil {
		return nil, err
	}
	return outcome(ctx, run)
}

// Abort aborts a watched operation and returns its status, or its outcome if it is final already.
func (o Operations) Abort(ctx context.Context, op Operation) (json.RawMessage, error) {
	handle, err := o.client.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID:   op.WorkflowID(),
		UpdateName:   "abort",
		Args:         []any{op.abort()},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		var status json.RawMessage
		if err = handle.Get(ctx, &status); err == nil {
			return status, nil
		}
	}
	var notFound *serviceerror.NotFound
	if !isRejected(err) && !errors.As(err, &notFound) {
		return nil, err
	}
	return outcome(ctx, o.client.GetWorkflow(ctx, op.WorkflowID(), ""))
}

// Status returns the status of the workflow that follows an operation.
func (o Operations) Status(ctx context.Context, op Operation) (json.RawMessage, error) {
	answer, err := o.client.QueryWorkflow(ctx, op.WorkflowID(), "", "status")
	if err != nil {
		return nil, err
	}
	var status json.RawMessage
	return status, answer.Get(&status)
}

func (o Operations) startOptions(ctx context.Context, op Operation) client.StartWorkflowOptions {
	return client.StartWorkflowOptions{
		ID:                       op.WorkflowID(),
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		TaskQueue:                o.taskQueue,
		Memo:                     map[string]any{"operation": op.Name},
		TypedSearchAttributes:    o.searchAttributes(ctx, op.Name),
	}
}

// searchAttributes returns the search attributes for a new workflow, or none if the namespace has not registered both.
func (o Operations) searchAttributes(ctx context.Context, name string) temporal.SearchAttributes {
	none := temporal.NewSearchAttributes()
	registered, err := o.client.OperatorService().ListSearchAttributes(ctx,
		&operatorservice.ListSearchAttributesRequest{Namespace: o.namespace})
	if err != nil {
		return none // Temporal Cloud does not allow this call to every user.
	}
	for _, key := range []temporal.SearchAttributeKeyKeyword{operationName, operationOutcome} {
		if registered.CustomAttributes[key.GetName()] != enumspb.INDEXED_VALUE_TYPE_KEYWORD {
			return none
		}
	}
	return temporal.NewSearchAttributes(operationName.ValueSet(shortened(name)), operationOutcome.ValueSet("RUNNING"))
}

func outcome(ctx context.Context, run client.WorkflowRun) (json.RawMessage, error) {
	var result json.RawMessage
	return result, run.Get(ctx, &result)
}

// isRejected tells whether an abort was rejected for another reason than bad input.
func isRejected(err error) bool {
	var failure *temporal.ApplicationError
	return errors.As(err, &failure) && failure.Type() != "INVALID_ARGUMENT"
}
