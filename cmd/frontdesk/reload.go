package main

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/metrics"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// reloader keeps a bot's words those of the corpus folder.
type reloader struct {
	log     *slog.Logger
	app     *app
	bot     *replaceable
	metrics *metrics.Metrics
	demands <-chan os.Signal // to reload at once

	seen    hashes                   // what the folder held when it was last read
	refused atomic.Pointer[[]string] // what is wrong with it; nil when all is well
}

// run reloads, one time after the other, until ctx ends.
func (r *reloader) run(ctx context.Context) error {
	if r.app.settings.corpus == "" {
		r.decline(ctx)
		return nil
	}
	warned := false
	for demanded := false; ; {
		w, err := watchFolder(r.app.settings.corpus)
		if err != nil && !warned {
			warned = true
			r.log.Warn("a change of the corpus may go unnoticed; after one, send the program SIGHUP", "cause", err)
		}
		// Read after the watch is set up, so that nothing falls between the two:
		// what changes from here on leads to another round.
		if !r.reload(ctx) && demanded {
			r.log.Info("the corpus has not changed since it was last read")
		}
		demanded = w.wait(ctx, r.demands)
		w.close()
		if ctx.Err() != nil {
			return nil
		}
	}
}

// decline says that an embedded corpus cannot change.
func (r *reloader) decline(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.demands:
			r.log.Info("there is nothing to reload: the corpus is the one inside the program; " + envCorpus + " names a folder of your own")
		}
	}
}

// reload takes the corpus if it has changed and is good, and tells whether it has
// changed. While it works, questions are answered from the earlier one.
func (r *reloader) reload(ctx context.Context) (changed bool) {
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercentAtStart))
	at := time.Now()
	c, files, err := r.app.readCorpus()
	if maps.Equal(files, r.seen) {
		return false
	}
	if err == nil {
		err = r.take(ctx, c, files)
	}
	if ctx.Err() != nil {
		return true
	}
	r.seen = files
	if errors.As(err, new(*fs.PathError)) { // a file may have gone while the folder was read: look again at the next sign
		r.seen = nil
	}
	r.metrics.Reloaded(err == nil)
	if err != nil {
		r.refuse(err)
		return true
	}
	r.refused.Store(nil)
	r.log.Info("the changed corpus is in use", "documents", len(c.Documents), "entries", len(c.Entries()), "took", time.Since(at).Round(time.Millisecond))
	return true
}

func (r *reloader) take(ctx context.Context, c *corpus.Corpus, files hashes) error {
	if r.bot.Corpus().HasUrgent() && !c.HasUrgent() {
		return errNoUrgent
	}
	l, err := r.app.build(ctx, c, files)
	if err != nil {
		return err
	}
	warn(r.log, c)
	if err := r.bot.replace(l); err != nil {
		r.log.Error("the index of the earlier corpus could not be closed", "cause", err)
	}
	return nil
}

// errNoUrgent is a change that nobody makes on purpose while the program runs, but a
// copy that is half done may.
var errNoUrgent = errors.New("it knows no emergencies any more; put the urgent document back, or start the program again to go on without")

// warn tells operators what deserves a look in a corpus that is in use.
func warn(log *slog.Logger, c *corpus.Corpus) {
	for _, p := range problems(corpus.Problems(c.Warnings)) {
		log.Warn("the corpus deserves a look", "warning", p)
	}
}

// refuse tells operators what is wrong with the changed corpus.
func (r *reloader) refuse(err error) {
	all := problems(err)
	for _, p := range all {
		r.log.Error("the changed corpus is refused and the earlier one stays", "problem", p)
	}
	r.refused.Store(&all)
}

// notes are what operators should know, a line each; nil when all is well.
func (r *reloader) notes() []string {
	refused := r.refused.Load()
	if refused == nil {
		return nil
	}
	var lines []string
	for _, p := range *refused {
		lines = append(lines, "corpus: the changed corpus was refused and the earlier one stays: "+p)
	}
	return lines
}

// maxProblems is how many problems are told one by one: who mends ten has learnt
// what the others are.
const maxProblems = 10

// problems lists what is wrong with a corpus, a line each.
func problems(err error) []string {
	var ps corpus.Problems
	if !errors.As(err, &ps) {
		return []string{strings.ReplaceAll(err.Error(), "\n", "; ")}
	}
	var lines []string
	for _, p := range ps[:min(len(ps), maxProblems)] {
		lines = append(lines, p.String())
	}
	if more := len(ps) - maxProblems; more > 0 {
		lines = append(lines, "and "+count(more, "more problem")+"; `frontdesk check` lists all")
	}
	return lines
}
