package main

import (
	"context"
	"flag"
	"os"

	"golang.org/x/term"

	"github.com/frontdesk-care/frontdesk/bot/terminal"
)

func runChat(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("chat", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("chat takes no questions on the command line; `frontdesk ask` does")
	}
	return a.withBot(ctx, func(ctx context.Context, d *loaded) error {
		return terminal.New(a.settings.logger(a.stderr), d, a.stdin, a.stdout, isTerminal(a.stdin)).Run(ctx)
	})
}

// isTerminal tells whether a person is at the other end, and not a file or a pipe.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
