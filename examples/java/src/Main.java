import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowNotFoundException;
import io.temporal.envconfig.ClientConfigProfile;
import io.temporal.failure.ApplicationFailure;
import io.temporal.serviceclient.WorkflowServiceStubs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cancels, watches and aborts Google operations, and prints the outcome as JSON. */
public final class Main {
  private static final String USAGE =
      """
      usage: operations cancel|watch|abort|status NAME [flags]
        --service SERVICE      the Google API that owns the operation (default: aiplatform.googleapis.com)
        --reason TEXT          why, for the record
        --requested-by TEXT    who asks, for the record
        --timeout DURATION     with cancel and watch: stop following after this long, such as 24h""";
  private static final Map<String, String> FIELDS =
      Map.of("--service", "service", "--reason", "reason", "--requested-by", "requestedBy", "--timeout", "timeout");

  public static void main(String[] args) {
    List<String> words = new ArrayList<>();
    Map<String, String> operation = new TreeMap<>(Map.of("service", "aiplatform.googleapis.com"));
    for (int index = 0; index < args.length; index++) {
      String field = FIELDS.get(args[index]);
      if (field != null && index + 1 < args.length) operation.put(field, args[++index]);
      else words.add(args[index]);
    }
    if (words.size() != 2 || !List.of("cancel", "watch", "abort", "status").contains(words.get(0))) {
      System.err.println(USAGE);
      System.exit(2);
    }
    operation.put("name", words.get(1));
    int code = 0;
    try {
      System.out.println(new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(run(words.get(0), operation)));
    } catch (Exception error) {
      System.err.println(message(error));
      code = 1;
    }
    System.exit(code); // The threads of the connection would keep the program for a while.
  }

  private static JsonNode run(String command, Map<String, String> operation) throws IOException {
    Operations operations = new Operations(connect(), env("TEMPORAL_TASK_QUEUE", "google-operations"));
    String workflowId = Operations.workflowId(operation);
    return switch (command) {
      case "cancel" -> operations.cancel(operation);
      case "watch" -> operations.watch(operation);
      case "abort" -> operations.abort(workflowId, Operations.abort(operation));
      default -> operations.status(workflowId);
    };
  }

  /** Connects with the settings in TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and so on. */
  private static WorkflowClient connect() throws IOException {
    ClientConfigProfile profile = ClientConfigProfile.load();
    return WorkflowClient.newInstance(
        WorkflowServiceStubs.newServiceStubs(profile.toWorkflowServiceStubsOptions()), profile.toWorkflowClientOptions());
  }

  private static String env(String variable, String otherwise) {
    String value = System.getenv(variable);
    return value == null || value.isEmpty() ? otherwise : value;
  }

  /** The failure of the workflow without the SDK's text around it, or the error itself. */
  private static String message(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApplicationFailure failure) return failure.getType() + ": " + failure.getOriginalMessage();
      if (cause instanceof WorkflowNotFoundException) return "workflow not found: " + cause.getMessage();
    }
    return error.toString();
  }
}
