package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/frontdesk-care/frontdesk/bot"
)

func runAsk(ctx context.Context, a *app, args []string) error {
	fs := flag.NewFlagSet("ask", flag.ContinueOnError)
	asJSON := fs.Bool("json", false, "print the reply as JSON")
	batch := fs.Bool("batch", false, "read one question a line from standard input, as plain text or as JSON with a field \"q\"; print one JSON reply a line, in order")
	explain := fs.Bool("explain", false, "say which words led to the reply")
	if err := a.parse(fs, "[-json] [-explain] QUESTION, or -batch", args); err != nil {
		return err
	}
	question := strings.Join(fs.Args(), " ")
	switch {
	case *batch && (question != "" || *explain):
		return usagef("ask: -batch reads its questions from standard input; give none, and no -explain")
	case *explain && *asJSON:
		return usagef("ask: -explain is for people; leave out -json")
	case !*batch && strings.TrimSpace(question) == "":
		return usagef("ask: no question; write it after the word ask, such as `frontdesk ask do I have to pay`")
	}
	return a.withBot(ctx, func(ctx context.Context, d *loaded) error {
		switch {
		case *batch:
			return askBatch(ctx, d, a.stdin, a.stdout)
		case *explain:
			x, err := d.Explain(ctx, question)
			if err != nil {
				return err
			}
			return writeExplanation(a.stdout, x)
		}
		r, err := d.Ask(ctx, question)
		if err != nil {
			return err
		}
		if *asJSON {
			return writeJSON(a.stdout, r)
		}
		_, err = fmt.Fprintln(a.stdout, r.Text)
		return err
	})
}

// maxBatchLine is the longest line of a batch, in bytes; the bot reads far less of a question.
const maxBatchLine = 16 << 20

// askBatch answers line by line. What was answered before an error is written, too.
func askBatch(ctx context.Context, d *loaded, in io.Reader, out io.Writer) error {
	w := bufio.NewWriter(out)
	return errors.Join(askLines(ctx, d, in, w), w.Flush())
}

func askLines(ctx context.Context, d *loaded, in io.Reader, w io.Writer) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(nil, maxBatchLine)
	line := 0
	for sc.Scan() {
		line++
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		r, err := d.Ask(ctx, batchQuestion(sc.Text()))
		if err != nil {
			return fmt.Errorf("line %d of the batch: %w", line, err)
		}
		if err := writeJSON(w, r); err != nil {
			return err
		}
	}
	err := sc.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		err = fmt.Errorf("it has over %d MB", maxBatchLine>>20)
	}
	if err != nil {
		return fmt.Errorf("reading line %d of the batch: %w", line+1, err)
	}
	return nil
}

// batchQuestion takes the question out of a line of JSON; any other line is the question.
func batchQuestion(line string) string {
	var object struct {
		Q *string `json:"q"`
	}
	if strings.HasPrefix(strings.TrimSpace(line), "{") && json.Unmarshal([]byte(line), &object) == nil && object.Q != nil {
		return *object.Q
	}
	return strings.TrimRight(line, "\r")
}

// writeJSON writes one reply on one line.
func writeJSON(w io.Writer, r bot.Reply) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
