package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime/debug"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
	"github.com/frontdesk-care/frontdesk/index"
)

// loaded is a bot with the corpus and the index that it answers from.
type loaded struct {
	*bot.Bot
	corpus *corpus.Corpus
	index  *index.Index
}

// gcPercentAtStart collects garbage sooner while a desk is made: building throws
// away three times what it keeps. It saves a tenth of the memory at the peak for
// a twentieth of the time (docs/performance.md).
const gcPercentAtStart = 60

// open loads the corpus that the settings name and makes a bot that answers from it.
func (a *app) open(ctx context.Context) (*loaded, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercentAtStart))
	c, err := a.loadCorpus()
	if err != nil {
		return nil, err
	}
	x, err := index.New(c)
	if err != nil {
		return nil, err
	}
	d := &loaded{bot.New(a.settings.logger(a.stderr), c, x), c, x}
	if err := x.Wait(ctx); err != nil {
		return nil, errors.Join(err, x.Close())
	}
	return d, nil
}

func (l *loaded) close() error { return l.index.Close() }

func (a *app) loadCorpus() (*corpus.Corpus, error) {
	folder, err := a.folder()
	if err != nil {
		return nil, err
	}
	c, err := corpus.Load(folder)
	var ps corpus.Problems
	if errors.As(err, &ps) {
		return nil, fmt.Errorf("the corpus has %s, the first is %s; `frontdesk check` lists them", count(len(ps), "problem"), ps[0])
	}
	return c, err
}

func (a *app) folder() (fs.FS, error) {
	if a.settings.corpus == "" {
		return corpus.Embedded(), nil
	}
	info, err := os.Stat(a.settings.corpus)
	if err != nil {
		return nil, fmt.Errorf("opening the corpus folder: %w", err)
	}
	if !info.IsDir() {
		return nil, usagef("the corpus %s is no folder", a.settings.corpus)
	}
	return os.DirFS(a.settings.corpus), nil
}

// withBot opens a desk, uses it and closes it.
func (a *app) withBot(ctx context.Context, use func(context.Context, *loaded) error) error {
	d, err := a.open(ctx)
	if err != nil {
		return err
	}
	return errors.Join(use(ctx, d), d.close())
}

// count writes a number and a thing: "1 problem", "2 problems".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
