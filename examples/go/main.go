// Command operations cancels, watches and aborts Google long-running operations with temporal-lro, from Go.
//
//	go run . cancel projects/p/locations/us-central1/operations/123 -reason budget
//
// It prints the outcome as JSON. A worker of temporal-lro does the work; this program only talks to Temporal.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
)

const usage = "usage: operations cancel|watch|abort|status NAME [flags]"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	command, op := parse(os.Args[1:])
	answer, err := run(ctx, command, op)
	if err != nil {
		fmt.Fprintln(os.Stderr, message(err))
		os.Exit(1)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, answer, "", "  "); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(pretty.String())
}

// parse reads the command, the name and the flags, in any order. It ends the program if they cannot be used.
func parse(args []string) (command string, op Operation) {
	flags := flag.NewFlagSet("operations", flag.ExitOnError)
	flags.Usage = func() {
		fmt.Fprintln(os.Stderr, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&op.Service, "service", defaultService, "the Google API that owns the operation")
	flags.StringVar(&op.Reason, "reason", "", "why, for the record")
	flags.StringVar(&op.RequestedBy, "requested-by", "", "who asks, for the record")
	flags.StringVar(&op.Timeout, "timeout", "", "with cancel and watch: stop following after this long, such as 24h")
	var words []string
	// Parse stops at the first word that is no flag.
	for rest := args; len(rest) > 0; {
		_ = flags.Parse(rest) // ExitOnError: it returns no error.
		if rest = flags.Args(); len(rest) > 0 {
			words, rest = append(words, rest[0]), rest[1:]
		}
	}
	if len(words) != 2 {
		flags.Usage()
		os.Exit(2)
	}
	op.Name = words[1]
	return words[0], op
}

func run(ctx context.Context, command string, op Operation) (json.RawMessage, error) {
	operations, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	defer operations.client.Close()

	switch command {
	case "cancel":
		return operations.Cancel(ctx, op)
	case "watch":
		return operations.Watch(ctx, op)
	case "abort":
		return operations.Abort(ctx, op)
	case "status":
		return operations.Status(ctx, op)
	default:
		return nil, errors.New(usage)
	}
}

// connect connects to Temporal with the settings in TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY and so on.
func connect(ctx context.Context) (Operations, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return Operations{}, fmt.Errorf("TEMPORAL_*: %w", err)
	}
	if options.Namespace == "" {
		options.Namespace = client.DefaultNamespace
	}
	// The SDK logs to stdout by default, where the outcome goes.
	options.Logger = log.NewStructuredLogger(
		slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	)
	c, err := client.DialContext(ctx, options)
	return Operations{client: c, namespace: options.Namespace, taskQueue: taskQueue()}, err
}

func taskQueue() string {
	if queue := os.Getenv("TEMPORAL_TASK_QUEUE"); queue != "" {
		return queue
	}
	return "google-operations"
}

// message is the failure of the workflow without the SDK's text around it, or the error itself.
func message(err error) string {
	var failure *temporal.ApplicationError
	if errors.As(err, &failure) {
		return fmt.Sprintf("%s: %s", failure.Type(), failure.Message())
	}
	return err.Error()
}
