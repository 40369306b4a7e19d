package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// says waits until the desk answers a question about the opening hours so.
func says(t *testing.T, p *program, base, opens string) {
	t.Helper()
	soon(t, p, "it says "+opens, func() bool {
		_, body := fetch(t, base+"/api/ask?q=when+do+you+open")
		return strings.Contains(body, "We open at "+opens+".")
	})
}

// onHours starts the program on a small corpus that says "eight", and waits until it
// has read that a second time: from then on only a change has it read again.
func onHours(t *testing.T) (p *program, base, folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "words")
	mkdir(t, folder)
	hoursCorpus(t, folder, "eight")
	p, base = opened(t, "FRONTDESK_LIMIT=0", "FRONTDESK_CORPUS="+folder)
	says(t, p, base, "eight")
	p.signal(syscall.SIGHUP)
	soon(t, p, "it says that nothing has changed", func() bool {
		return strings.Contains(p.output.String(), "the corpus has not changed since it was last read")
	})
	return p, base, folder
}

func mkdir(t *testing.T, folder string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
}

func move(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// New words are said soon after they are saved, and while they are taken every
// question is answered, in the earlier words or in the new ones.
func TestAChangedCorpusIsTakenWhileItAnswers(t *testing.T) {
	t.Parallel()
	const changes, askers = 2, 3
	folder := t.TempDir()
	if err := os.CopyFS(folder, corpus.Embedded()); err != nil {
		t.Fatal(err)
	}
	values := filepath.Join(folder, "values.md")
	src, err := os.ReadFile(values)
	if err != nil {
		t.Fatal(err)
	}
	p, base := opened(t, "FRONTDESK_LIMIT=0", "FRONTDESK_CORPUS="+folder)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	questions, slowest := make([]int, askers), make([]time.Duration, askers)
	for n := range askers {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				at := time.Now()
				if err := askToPay(base); err != nil {
					t.Error(err)
					return
				}
				questions[n]++
				slowest[n] = max(slowest[n], time.Since(at))
			}
		})
	}
	for i := range changes {
		words := fmt.Sprintf("free at the point of need, %d", i)
		text := strings.ReplaceAll(string(src), "free at the point of delivery", words)
		if i%2 == 0 {
			write(t, values, text)
		} else { // as many editors save
			write(t, values+"~", text)
			move(t, values+"~", values)
		}
		soon(t, p, "it says "+words, func() bool {
			_, body := fetch(t, base+"/api/ask?q=do+i+have+to+pay")
			return strings.Contains(body, words)
		})
	}
	close(stop)
	wg.Wait()
	soon(t, p, "every change is counted", func() bool {
		_, metrics := fetch(t, base+"/metrics")
		return strings.Contains(metrics, fmt.Sprintf(`frontdesk_corpus_reloads_total{result="taken"} %d`, changes))
	})
	t.Logf("questions %v, the slowest %v; the program says\n%s", questions, slowest, p.output)
	p.signal(syscall.SIGTERM)
	if status := p.status(); status != 0 {
		t.Errorf("status %d; the program says\n%s", status, p.output)
	}
}

// askToPay asks whether there is something to pay. Whatever the corpus says just now, the answer is the same entry.
func askToPay(base string) error {
	resp, err := http.Get(base + "/api/ask?q=do+i+have+to+pay")
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	var r bot.Reply
	if err := json.Unmarshal(body, &r); err != nil || resp.StatusCode != http.StatusOK || r.ID != "values-free" || !strings.Contains(r.Text, "free at the point of") {
		return fmt.Errorf("%v, status %d, %s", err, resp.StatusCode, body)
	}
	return nil
}

// A corpus with a mistake is refused as a whole, and the operators are told where the
// mistake is; once it is mended all is well again.
func TestABadCorpusIsRefused(t *testing.T) {
	t.Parallel()
	p, base, folder := onHours(t)
	holds := func(path string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if status, body := fetch(t, base+path); status != http.StatusOK || !strings.Contains(body, want) {
				t.Errorf("%s: status %d, and %s is missing in\n%s", path, status, want, body)
			}
		}
	}
	ready := func(body string) func() bool {
		return func() bool {
			_, got := fetch(t, base+"/readyz")
			return got == body
		}
	}
	const note = "corpus: the changed corpus was refused and the earlier one stays: "
	const mistake = `hours.md:7: a link cannot carry the id "Open"; use up to 63 small letters a-z, digits and hyphens, starting with a letter or digit`

	write(t, filepath.Join(folder, "hours.md"), strings.ReplaceAll(hours("nine"), "{#hours-open}", "{#Open}"))
	soon(t, p, "it tells of the mistake", ready("ready\n"+note+mistake+"\n"))
	says(t, p, base, "eight")
	holds("/metrics", `frontdesk_corpus_refused 1`, `frontdesk_corpus_reloads_total{result="refused"} 1`, `frontdesk_corpus_reloads_total{result="taken"} 0`, `document="hours.md"`)
	soon(t, p, "the log tells of it, too", func() bool {
		return strings.Contains(p.output.String(), "hours.md:7: a link cannot carry the id")
	})
	if log := p.output.String(); strings.Count(log, "the changed corpus is refused and the earlier one stays") != 1 {
		t.Errorf("the log says\n%s", log)
	}

	move(t, folder, folder+".away")
	soon(t, p, "it tells that the folder is gone", func() bool {
		_, got := fetch(t, base+"/readyz")
		return strings.Contains(got, "opening the corpus folder")
	})
	says(t, p, base, "eight")

	hoursCorpus(t, folder+".away", "nine")
	move(t, folder+".away", folder)
	says(t, p, base, "nine")
	soon(t, p, "all is well", ready("ready\n"))
	holds("/metrics", `frontdesk_corpus_refused 0`, `frontdesk_corpus_reloads_total{result="refused"} 2`, `frontdesk_corpus_reloads_total{result="taken"} 1`)
}

// A folder that is half copied must not cost anybody an emergency reply.
func TestAChangeThatKnowsNoEmergenciesIsRefused(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	hoursCorpus(t, folder, "eight")
	urgent := filepath.Join(folder, "urgent.md")
	const words = "---\ntitle: Now\nkind: urgent\n---\n\n## Call 999 {#urgent-call}\n\nCall 999 now.\n\n- my chest hurts\n"
	write(t, urgent, words)
	p, base := opened(t, "FRONTDESK_CORPUS="+folder)
	if err := os.Remove(urgent); err != nil {
		t.Fatal(err)
	}
	soon(t, p, "the change is refused", func() bool {
		_, ready := fetch(t, base+"/readyz")
		return strings.Contains(ready, "it knows no emergencies any more; put the urgent document back")
	})
	if _, reply := fetch(t, base+"/api/ask?q=my+chest+hurts"); !strings.Contains(reply, `"urgent"`) {
		t.Errorf("meanwhile the reply is %s", reply)
	}
	write(t, urgent, words)
	soon(t, p, "all is well", func() bool {
		_, ready := fetch(t, base+"/readyz")
		return ready == "ready\n"
	})
}

// SIGHUP has the folder read at once: here, words that stand outside it, where nobody watches.
func TestSIGHUP(t *testing.T) {
	t.Parallel()
	elsewhere := filepath.Join(t.TempDir(), "hours.md")
	folder := t.TempDir()
	hoursCorpus(t, folder, "eight")
	move(t, filepath.Join(folder, "hours.md"), elsewhere)
	if err := os.Symlink(elsewhere, filepath.Join(folder, "hours.md")); err != nil {
		t.Fatal(err)
	}
	p, base := opened(t, "FRONTDESK_LIMIT=0", "FRONTDESK_CORPUS="+folder)
	p.signal(syscall.SIGHUP)
	soon(t, p, "it says that nothing has changed", func() bool {
		return strings.Contains(p.output.String(), "the corpus has not changed since it was last read")
	})
	says(t, p, base, "eight")
	write(t, elsewhere, hours("nine"))
	p.signal(syscall.SIGHUP)
	says(t, p, base, "nine")
	soon(t, p, "it is counted", func() bool {
		_, metrics := fetch(t, base+"/metrics")
		return strings.Contains(metrics, `frontdesk_corpus_reloads_total{result="taken"} 1`)
	})

	t.Run("with the corpus inside the program", func(t *testing.T) {
		p, base := opened(t)
		p.signal(syscall.SIGHUP)
		soon(t, p, "it says that there is nothing to reload", func() bool {
			return strings.Contains(p.output.String(), "there is nothing to reload")
		})
		if err := askToPay(base); err != nil {
			t.Error(err)
		}
	})
}

// Of many problems the first ten are told, and how many more there are.
func TestProblems(t *testing.T) {
	var ps corpus.Problems
	for i := range 12 {
		ps = append(ps, corpus.Problem{File: "hours.md", Line: i + 1, What: "wrong", Remedy: "mend it"})
	}
	for _, test := range []struct {
		err         error
		lines       int
		first, last string
	}{
		{ps[:1], 1, "hours.md:1: wrong; mend it", "hours.md:1: wrong; mend it"},
		{ps[:10], 10, "hours.md:1: wrong; mend it", "hours.md:10: wrong; mend it"},
		{ps[:11], 11, "hours.md:1: wrong; mend it", "and 1 more problem; `frontdesk check` lists all"},
		{ps, 11, "hours.md:1: wrong; mend it", "and 2 more problems; `frontdesk check` lists all"},
		{errors.Join(errors.New("a is unreadable"), errors.New("so is b")), 1, "a is unreadable; so is b", "a is unreadable; so is b"},
	} {
		if got := problems(test.err); len(got) != test.lines || got[0] != test.first || got[len(got)-1] != test.last {
			t.Errorf("%v: %q", test.err, got)
		}
	}
}
