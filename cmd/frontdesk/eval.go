package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot/eval"
)

func runEval(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("eval", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "print everything as JSON")
	misses := fs.Bool("misses", false, "list each question that got the wrong reply")
	confusions := fs.Bool("confusions", false, "count which kind of reply each kind of question got")
	strict := fs.Bool("strict", false, "exit with status 1 when a measure is below what is promised")
	if err := a.parse(fs, "[-json] [-misses] [-confusions] [-strict] FILE.jsonl", args); err != nil {
		return err
	}
	if fs.NArg() != 1 {
		return usagef("eval takes one file of labelled questions; `frontdesk eval -h` shows how to use it")
	}
	questions, err := readQuestions(fs.Arg(0))
	if err != nil {
		return err
	}
	return a.withBot(ctx, func(ctx context.Context, d *loaded) error {
		report, err := eval.Run(ctx, d, d.corpus, questions, progress(a.stderr, len(questions)))
		if err != nil {
			return err
		}
		if *asJSON {
			err = json.NewEncoder(a.stdout).Encode(report)
		} else {
			err = writeReport(a.stdout, report, *confusions, *misses)
		}
		if err != nil || !*strict {
			return err
		}
		return notMet(report)
	})
}

func readQuestions(file string) ([]eval.Labelled, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("opening the questions: %w", err)
	}
	defer f.Close()
	questions, err := eval.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return questions, nil
}

// progressStep is how many questions are answered between two signs of progress.
const progressStep = 500

// progress returns what shows how far a run is, or nil where nobody watches.
func progress(w io.Writer, all int) func(done int) {
	if !isTerminal(w) {
		return nil
	}
	return func(done int) {
		switch {
		case done == all:
			fmt.Fprint(w, "\r\033[K")
		case done%progressStep == 0:
			fmt.Fprintf(w, "\r%d of %d questions", done, all)
		}
	}
}

func notMet(r *eval.Report) error {
	var names []string
	for _, m := range r.Measures {
		if !m.Met() {
			names = append(names, m.Name)
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("below what is promised: %s", strings.Join(names, "; "))
	}
	return nil
}

func writeReport(w io.Writer, r *eval.Report, confusions, misses bool) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d questions\n\n", r.Questions)
	for _, m := range r.Measures {
		if m.Of == 0 {
			continue
		}
		promise := ""
		if m.Least > 0 {
			promise = fmt.Sprintf("promised %.4g %%", 100*m.Least)
			if !m.Met() {
				promise += ", NOT MET"
			}
		}
		fmt.Fprintf(&b, "%6.1f %%  %5d of %-5d  %-50s %s\n", 100*m.Share(), m.Right, m.Of, m.Name, promise)
	}
	b.WriteString("\nConfidence: of the replies that say ..., so many are right\n")
	for _, c := range r.Calibration {
		if c.Of > 0 {
			fmt.Fprintf(&b, "  %.2f to %.2f (mean %.2f): %5.1f %%  %5d of %d\n", c.From, c.To, c.Mean, 100*float64(c.Right)/float64(c.Of), c.Right, c.Of)
		}
	}
	l := r.Latency
	fmt.Fprintf(&b, "\nTime a reply in microseconds: half within %.0f, 90 %% within %.0f, 99 %% within %.0f, longest %.0f\n", l.P50, l.P90, l.P99, l.Max)
	if confusions {
		b.WriteString("\nQuestions of kind, replies of kind, how many\n")
		for _, c := range r.Confusions {
			fmt.Fprintf(&b, "  %-10s  %-10s  %5d\n", c.Label, c.Kind, c.Of)
		}
	}
	if misses {
		b.WriteString("\nWrong replies\n")
		for _, m := range r.Misses {
			fmt.Fprintf(&b, "  %s %v got %s %v %.2f: %s\n", m.Label, m.IDs, m.Kind, m.Shown, m.Confidence, m.Q)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
