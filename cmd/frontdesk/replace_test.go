package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/metrics"
)

// hoursCorpus writes a small corpus that says when somebody opens.
func hoursCorpus(t *testing.T, folder, opens string) {
	t.Helper()
	write(t, filepath.Join(folder, "unknown.md"), "---\ntitle: No\nkind: unknown\n---\n\n## No {#unknown}\n\nI cannot answer that.\n\n- who won\n")
	write(t, filepath.Join(folder, "hours.md"), hours(opens))
}

func hours(opens string) string {
	return "---\ntitle: Hours\nkind: statement\nreviewed: 2026-11-22\n---\n\n## When we open {#hours-open}\n\n> We open at " + opens + ".\n\n- when do you open\n- opening hours\n"
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// However often the bot is replaced, every question gets an answer from one bot or
// the next, and each index is closed after its last question.
func TestNoQuestionFailsWhileTheBotIsReplaced(t *testing.T) {
	const askers, times = 8, 50
	a := &app{settings: settings{corpus: t.TempDir(), log: "text"}, stderr: io.Discard}
	open := func(i int) *loaded {
		hoursCorpus(t, a.settings.corpus, fmt.Sprintf("%d o'clock", i))
		l, err := a.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	first := open(0)
	r := newReplaceable(first, metrics.New("test"))
	ask := func() error {
		reply, err := r.Ask(context.Background(), "when do you opne") // misspelt: it needs the index twice
		if err != nil || reply.ID != "hours-open" || !strings.HasPrefix(reply.Passages[0].Text, "We open at ") {
			return fmt.Errorf("got %v, %+v", err, reply)
		}
		listed, err := r.Search(context.Background(), "op", 3)
		if err != nil || len(listed) == 0 {
			return fmt.Errorf("listed are %v, %v", err, listed)
		}
		if _, ok := r.Entry(listed[0].ID); !ok || r.Corpus().Entry(listed[0].ID) == nil {
			return fmt.Errorf("the entry %s is gone", listed[0].ID)
		}
		return nil
	}
	var done atomic.Bool
	var answered atomic.Int64
	asked := make(chan struct{})
	var wg sync.WaitGroup
	for range askers {
		wg.Go(func() {
			for !done.Load() {
				if err := ask(); err != nil {
					t.Error(err)
					return
				}
				answered.Add(1)
				select {
				case asked <- struct{}{}:
				default:
				}
			}
		})
	}
	for i := range times {
		select {
		case <-asked:
		case <-time.After(patience):
			t.Fatal("nobody asks any more")
		}
		if err := r.replace(open(i + 1)); err != nil {
			t.Error(err)
		}
	}
	done.Store(true)
	wg.Wait()
	t.Logf("%d questions while the bot was replaced %d times", answered.Load(), times)
	if err := r.close(); err != nil {
		t.Error(err)
	}
	if _, err := first.index.Find(t.Context(), []string{"open"}, 1); err == nil {
		t.Error("the first index is still open")
	}
}
