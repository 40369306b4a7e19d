package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"github.com/frontdesk-care/frontdesk/corpus"
)

func runCheck(_ context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("check", flag.ContinueOnError)
	if err := a.parse(fs, "", args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("check takes no arguments; name a folder with -corpus")
	}
	folder, err := a.folder()
	if err != nil {
		return err
	}
	c, err := corpus.Load(folder)
	var ps corpus.Problems
	if errors.As(err, &ps) {
		fmt.Fprintln(a.stdout, ps.Error())
		return fmt.Errorf("the corpus has %s", count(len(ps), "problem"))
	}
	if err != nil {
		return err
	}
	asked := 0
	for _, e := range c.Entries() {
		asked += len(e.Asked)
	}
	for _, w := range c.Warnings {
		fmt.Fprintf(a.stdout, "warning: %s\n", w)
	}
	_, err = fmt.Fprintf(a.stdout, "no problems and %s: %s, %d entries, %s of asking, %s of like words\n", count(len(c.Warnings), "warning"),
		count(len(c.Documents), "document"), len(c.Entries()), count(asked, "way"), count(len(c.Groups), "group"))
	return err
}
