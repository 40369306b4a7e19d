// Command faultrun runs the real program, three times over, against fake platforms and
// a real Redis, breaks things while people ask, and counts: no question may be lost,
// and one answered twice needs a reason that nobody can do anything about.
//
//	go run ./cmd/faultrun -seed 1 -questions 10000 -mode both
//
// The seed decides what is asked and what breaks when; what the programs make of it is
// up to them. It needs Linux and redis-server, and knows nothing of how the program
// works but its settings and the times that docs/delivery.md promises.
//
// Start reading at [run.do]: it opens a world (world.go: the fakes, Redis, a proxy on
// every path, the replicas), lets people ask (ask.go) while a conductor carries out a
// plan (plan.go, conductor.go), and holds the ledger of questions and answers against
// the log of incidents (account.go).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := command(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "faultrun:", err)
		os.Exit(1)
	}
}

// options are the command line's.
type options struct {
	seed       uint64
	questions  int
	rate       float64
	mode       string
	faults     []kind
	replicas   int
	rounds     int
	slackTimes float64 // how much faster than Slack the fake is
	race       bool
	folder     string
}

var errBroken = errors.New("a promise was broken")

func command(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := readOptions(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	keep := o.folder != ""
	if !keep {
		if o.folder, err = os.MkdirTemp("", "faultrun"); err != nil {
			return fmt.Errorf("making a folder: %w", err)
		}
	}
	program, err := build(ctx, o.folder, o.race)
	if err != nil {
		return err
	}
	runs, err := o.runs(program)
	if err != nil {
		return err
	}
	good := true
	for _, r := range runs {
		report, err := r.do(ctx)
		if err != nil {
			return err
		}
		if err := report.write(stdout); err != nil {
			return err
		}
		good = good && report.good()
	}
	if !good {
		return fmt.Errorf("%w; the replicas' logs are in %s", errBroken, o.folder)
	}
	if keep {
		return nil
	}
	return os.RemoveAll(o.folder)
}

func readOptions(args []string, stderr io.Writer) (o options, err error) {
	fs := flag.NewFlagSet("faultrun", flag.ContinueOnError)
	fs.SetOutput(stderr)
	fs.Uint64Var(&o.seed, "seed", 1, "decides what is asked and what breaks")
	fs.IntVar(&o.questions, "questions", 10_000, "how many questions; takeover and burst have their own number")
	fs.Float64Var(&o.rate, "rate", 25, "how many questions a second; Telegram lets 30 answers a second through")
	fs.StringVar(&o.mode, "mode", "both", "what to do:\n"+
		"fetched    faults, while Telegram is polled and Slack comes over sockets\n"+
		"delivered  faults, while both come over HTTP\n"+
		"both       one after the other\n"+
		"rolling    restarts, one replica after the other, both ways\n"+
		"takeover   who fetches from Telegram is put out of action, and another takes over\n"+
		"burst      ten times what the platforms let through, for a minute, both ways\n"+
		"day        ordinary traffic, to see whether anything grows, both ways")
	fs.Float64Var(&o.slackTimes, "slack-times", 1, "how much sooner than Slack, which takes six minutes, the fake brings again what has no answer;\n"+
		"the sooner it gives up, the more a kill can lose")
	fs.IntVar(&o.rounds, "rounds", 20, "how many take-overs")
	fs.IntVar(&o.replicas, "replicas", 3, "how many programs share the work; one keeps its claims in a file, more in Redis")
	fs.BoolVar(&o.race, "race", false, "build the program with the race detector")
	fs.StringVar(&o.folder, "folder", "", "where logs go and stay; a temporary folder if empty, which goes when all is well")
	names := fs.String("faults", join(kinds[:]), "what breaks")
	fs.Usage = func() {
		fmt.Fprintln(stderr, "faultrun breaks things while people ask, and counts what is lost or answered twice.")
		fs.PrintDefaults()
	}
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	for _, name := range strings.Split(*names, ",") {
		if !slices.Contains(kinds[:], kind(name)) {
			return o, fmt.Errorf("%q is no kind of fault; there are %s", name, join(kinds[:]))
		}
		needsRedis := kind(name) == redis || kind(name) == clock
		if !needsRedis || o.replicas > 1 {
			o.faults = append(o.faults, kind(name))
		}
	}
	return o, nil
}

func join(all []kind) string {
	var names []string
	for _, k := range all {
		names = append(names, string(k))
	}
	return strings.Join(names, ",")
}

// build builds the program, as it is released but for the race detector.
func build(ctx context.Context, folder string, race bool) (program string, err error) {
	program = filepath.Join(folder, "frontdesk")
	args, cgo := []string{"build", "-trimpath", "-o", program}, "CGO_ENABLED=0"
	if race {
		args, cgo = append(args, "-race"), "CGO_ENABLED=1"
	}
	cmd := exec.CommandContext(ctx, "go", append(args, "github.com/frontdesk-care/frontdesk/cmd/frontdesk")...)
	cmd.Env = append(os.Environ(), cgo)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("building the program: %w\n%s", err, out)
	}
	return program, nil
}
