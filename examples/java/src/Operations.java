import com.fasterxml.jackson.databind.JsonNode;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.api.operatorservice.v1.ListSearchAttributesRequest;
import io.temporal.client.UpdateOptions;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import io.temporal.client.WorkflowUpdateException;
import io.temporal.client.WorkflowUpdateStage;
import io.temporal.common.SearchAttributeKey;
import io.temporal.common.SearchAttributes;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Starts and messages the workflows of temporal-lro. Results are the JSON that the workflow returned. */
public final class Operations {
  private static final SearchAttributeKey<String> NAME = SearchAttributeKey.forKeyword("GoogleOperationName");
  private static final SearchAttributeKey<String> OUTCOME = SearchAttributeKey.forKeyword("GoogleOperationOutcome");

  private final WorkflowClient client;
  private final String taskQueue;

  public Operations(WorkflowClient client, String taskQueue) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  /** The id of the workflow that follows an operation. It is the same for every client. */
  public static String workflowId(Map<String, String> operation) {
    String name = operation.get("name").replace(":", "::").replace("/", ":");
    return shortened("operation:" + operation.get("service") + ":" + name);
  }

  /**
   * Cancels an operation and waits for its outcome.
   *
   * <p>Update-with-start starts a workflow, or aborts the one that follows the operation already. A plain start would join
   * that one without aborting it.
   *
   * @param operation the workflow's input with name and service; contract/schema has the other fields
   */
  public JsonNode cancel(Map<String, String> operation) {
    WorkflowStub workflow = client.newUntypedWorkflowStub("cancelOperation", startOptions(operation));
    try {
      workflow.executeUpdateWithStart(abortOptions(), new Object[] {abort(operation)}, new Object[] {operation});
    } catch (WorkflowUpdateException error) {
      // Otherwise the operation is final already, or the workflow has failed. Both show in the result.
      if (isBadInput(error)) throw error;
    }
    return workflow.getResult(JsonNode.class);
  }

  /** Watches an operation and waits for its outcome. */
  public JsonNode watch(Map<String, String> operation) {
    WorkflowStub workflow = client.newUntypedWorkflowStub("watchOperation", startOptions(operation));
    workflow.start(operation);
    return workflow.getResult(JsonNode.class);
  }

  /** Aborts a watched operation and returns its status, or its outcome if it is final already. */
  public JsonNode abort(String workflowId, Map<String, String> abort) {
    WorkflowStub workflow = client.newUntypedWorkflowStub(workflowId);
    try {
      return workflow.startUpdate(abortOptions(), abort).getResult();
    } catch (WorkflowUpdateException error) {
      if (isBadInput(error)) throw error;
    } catch (WorkflowNotFoundException error) {
      // It has ended, or was never there: the result tells.
    }
    return workflow.getResult(JsonNode.class);
  }

  /** The status of the workflow that follows an operation. */
  public JsonNode status(String workflowId) {
    return client.newUntypedWorkflowStub(workflowId).query("status", JsonNode.class);
  }

  /** The fields of an input that an abort takes too. */
  public static Map<String, String> abort(Map<String, String> operation) {
    Map<String, String> abort = new TreeMap<>(operation);
    abort.keySet().retainAll(Set.of("reason", "requestedBy"));
    return abort;
  }

  private static UpdateOptions<JsonNode> abortOptions() {
    return UpdateOptions.newBuilder(JsonNode.class)
        .setUpdateName("abort")
        .setWaitForStage(WorkflowUpdateStage.COMPLETED)
        .build();
  }

  private WorkflowOptions startOptions(Map<String, String> operation) {
    return WorkflowOptions.newBuilder()
        .setWorkflowId(workflowId(operation))
        .setWorkflowIdConflictPolicy(WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
        .setTaskQueue(taskQueue)
        .setMemo(Map.of("operation", operation.get("name")))
        .setTypedSearchAttributes(searchAttributes(operation.get("name")))
        .build();
  }

  /** The search attributes for a new workflow, or none if the namespace has not registered both. */
  private SearchAttributes searchAttributes(String name) {
    OperatorServiceStubs operator =
        OperatorServiceStubs.newServiceStubs(
            OperatorServiceStubsOptions.newBuilder()
                .setChannel(client.getWorkflowServiceStubs().getRawChannel())
                .validateAndBuildWithDefaults());
    try {
      Map<String, IndexedValueType> registered =
          operator
              .blockingStub()
              .listSearchAttributes(
                  ListSearchAttributesRequest.newBuilder().setNamespace(client.getOptions().getNamespace()).build())
              .getCustomAttributesMap();
      IndexedValueType keyword = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
      if (registered.get(NAME.getName()) != keyword || registered.get(OUTCOME.getName()) != keyword)
        return SearchAttributes.EMPTY;
    } catch (StatusRuntimeException error) {
      return SearchAttributes.EMPTY; // Temporal Cloud does not allow this call to every user.
    }
    return SearchAttributes.newBuilder().set(NAME, shortened(name)).set(OUTCOME, "RUNNING").build();
  }

  private static boolean isBadInput(WorkflowUpdateException error) {
    return error.getCause() instanceof ApplicationFailure failure && failure.getType().equals("INVALID_ARGUMENT");
  }

  /** Cuts a text of more than 255 characters, which not every database of Temporal's takes. */
  private static String shortened(String text) {
    if (text.length() <= 255) return text;
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return text.substring(0, 180) + "~" + HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException error) {
      throw new IllegalStateException(error); // Every Java has it.
    }
  }
}
