package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"syscall"
)

// app is what every command gets.
type app struct {
	settings settings
	stdin    io.Reader
	stdout   io.Writer
	stderr   io.Writer
}

// command is one word after frontdesk.
type command struct {
	name    string
	args    string // how its arguments are shown in the help
	summary string
	run     func(ctx context.Context, a *app, args []string) error
}

func commands() []command {
	return []command{
		{"ask", "[-json] [-explain] QUESTION", "answer one question, or with -batch one a line of standard input", runAsk},
		{"chat", "", "talk in the terminal", runChat},
		{"check", "", "check the corpus and say what to mend, with file and line", runCheck},
		{"serve", "", "open the desk on a web page, and answer on every channel that has a token", runServe},
		{"eval", "FILE.jsonl", "measure the answers against labelled questions", runEval},
		{"doctor", "", "test each token, address and setting, and say what to do", runDoctor},
		{"healthcheck", "", "ask a running program whether it is well, for containers", runHealthcheck},
		{"slack-manifest", "[-http]", "print the manifest from which Slack makes the app", runManifest},
		{"version", "", "print the version", runVersion},
	}
}

// Exit statuses.
const (
	statusFailure = 1
	statusUsage   = 2
)

// usageError is a wrong use of the command line or a wrong setting.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// exitStatus prints the error, if any, as one line and returns the status for it.
func exitStatus(stderr io.Writer, err error) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	fmt.Fprintf(stderr, "frontdesk: %v\n", err)
	if errors.As(err, new(usageError)) {
		return statusUsage
	}
	return statusFailure
}

// run is the program, with all that it needs of the world handed in.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal then ends the program at once
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	} else if len(args) > 0 && isHelp(args[0]) {
		name = "help"
	}
	if name == "help" {
		return writeHelp(stdout)
	}
	for _, c := range commands() {
		if c.name != name {
			continue
		}
		s, err := readSettings(getenv)
		if err != nil {
			return usageError{err}
		}
		return c.run(ctx, &app{settings: s, stdin: stdin, stdout: stdout, stderr: stderr}, args)
	}
	return usagef("there is no command %q; `frontdesk help` lists them", name)
}

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

func writeHelp(w io.Writer) error {
	var b strings.Builder
	b.WriteString("Frontdesk answers questions about a GP care group in the group's own published words.\n\nUse:\n")
	fmt.Fprintf(&b, "  frontdesk %-36s %s\n", "", "the same as serve")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  frontdesk %-36s %s\n", strings.TrimSpace(c.name+" "+c.args), c.summary)
	}
	b.WriteString("\nEvery command takes -corpus DIR, to answer from the documents in a folder of your own.\n`frontdesk COMMAND -h` tells more of a command.\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// parse reads a command's flags. Wrong ones are a usageError; -h prints help to stdout.
func (a *app) parse(fs *flag.FlagSet, usage string, args []string) error {
	fs.StringVar(&a.settings.corpus, "corpus", a.settings.corpus, "answer from the documents in this `folder`")
	fs.SetOutput(io.Discard)
	err := fs.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(a.stdout, "Use: frontdesk %s %s\n\n", fs.Name(), usage)
		fs.SetOutput(a.stdout)
		fs.PrintDefaults()
		return err
	}
	if err != nil {
		return usagef("%s: %w; `frontdesk %s -h` shows how to use it", fs.Name(), err, fs.Name())
	}
	return nil
}
