package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// A report is what a run has shown.
type report struct {
	title     string
	length    time.Duration // until the last question
	recovery  time.Duration // from then on, until everything was answered and calm
	questions []question
	doubles   []double
	outcome
	unmatched []string
	wrong     []string // what the replicas did wrong, and what else went wrong
	givenUp   int      // events that Slack gave up
}

// lost are the questions that were never answered.
func (r *report) lost() (names []string) {
	for _, q := range r.questions {
		if len(q.answers) == 0 {
			names = append(names, fmt.Sprintf("%s, asked at %.1f s", q.name, q.asked.Seconds()))
		}
	}
	return names
}

// unaccounted are the doubles without a reason.
func (r *report) unaccounted() (n int) {
	for _, d := range r.doubles {
		if d.unaccounted() {
			n++
		}
	}
	return n
}

func (r *report) weaker() (n int) {
	for _, d := range r.doubles {
		if d.weaker && !d.unaccounted() {
			n++
		}
	}
	return n
}

// good tells whether the promises were kept.
func (r *report) good() bool {
	return len(r.lost()) == 0 && r.unaccounted() == 0 && len(r.unmatched) == 0 && len(r.wrong) == 0 && len(r.failures) == 0
}

// disorder counts the answers in private chats that came before one to an earlier
// question.
func (r *report) disorder() (n int) {
	latest := map[string]time.Duration{}
	for _, q := range r.questions {
		platform, rest, _ := strings.Cut(q.name, " ")
		chat, _, _ := strings.Cut(rest, " ")
		if platform != string(toTelegram) || strings.HasPrefix(chat, "-") || len(q.answers) == 0 {
			continue
		}
		if at := q.answers[0].at; at < latest[chat] {
			n++
		} else {
			latest[chat] = at
		}
	}
	return n
}

func (r *report) write(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n", r.title)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(what string, is any) { fmt.Fprintf(t, "  %s\t%v\n", what, is) }
	for _, k := range kinds {
		n := 0
		for _, i := range r.log {
			if i.kind == k {
				n++
			}
		}
		if n > 0 {
			row("incidents: "+string(k), n)
		}
	}
	row("questions", len(r.questions))
	row("lost", len(r.lost()))
	row("answered twice", len(r.doubles))
	row("  confirmation cut off", len(r.doubles)-r.weaker()-r.unaccounted())
	row("  while redis was out of reach", r.weaker())
	row("  without a reason", r.unaccounted())
	row("private chats: answers before an earlier question's", r.disorder())
	row("events that Slack gave up", r.givenUp)
	row("asked for", r.length.Round(time.Second))
	row("calm again after", r.recovery.Round(100*time.Millisecond))
	for _, line := range r.notes {
		what, is, _ := strings.Cut(line, ": ")
		row(what, is)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	lines(w, "Lost", r.lost())
	var twice []string
	for _, without := range []bool{true, false} { // a reason; these first
		for _, d := range r.doubles {
			if d.unaccounted() == without {
				twice = append(twice, d.String())
			}
		}
	}
	lines(w, "Answered twice", twice)
	lines(w, "Answers that nobody asked for", r.unmatched)
	lines(w, "Wrong", r.wrong)
	lines(w, "Not as promised", r.failures)
	verdict := "Every promise was kept."
	if !r.good() {
		verdict = "A promise was broken."
		fmt.Fprint(w, "\nIncidents:\n")
		for _, i := range r.log {
			fmt.Fprintf(w, "  %s\n", i)
		}
	}
	_, err := fmt.Fprintf(w, "\n%s\n", verdict)
	return err
}

// lines writes a list, if there is anything in it.
func lines(w io.Writer, title string, all []string) {
	const most = 20 // more helps nobody
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for _, l := range all[:min(most, len(all))] {
		fmt.Fprintf(w, "  %s\n", l)
	}
	if len(all) > most {
		fmt.Fprintf(w, "  and %d more\n", len(all)-most)
	}
}

// newReport sums a world up, once it is closed.
func (w *world) newReport(title string, came outcome) *report {
	r := &report{title: title, questions: w.ledger.all(), outcome: came, unmatched: w.ledger.unmatched, givenUp: w.slack.GivenUp()}
	r.doubles = doubles(r.questions, came.log)
	for _, rep := range w.replicas {
		for _, f := range rep.faults() {
			r.wrong = append(r.wrong, fmt.Sprintf("replica %d: %s", rep.number, f))
		}
	}
	r.wrong = append(append(r.wrong, w.trouble...), w.misuse()...)
	slices.Sort(r.wrong)
	return r
}
