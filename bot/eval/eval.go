// Package eval measures a bot against labelled questions: how often it is
// right, whether its confidence means what it says, and how long it takes.
//
// It sees the bot as its users do, through questions and replies, and knows
// nothing of how a reply comes about. Start reading at [Run].
package eval

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// NotUrgent labels a question that sounds like an emergency and is none. The
// other labels are the kinds of reply: see package bot.
const NotUrgent = "not-urgent"

// A Labelled question says what reply it should get.
type Labelled struct {
	Q    string   `json:"q"`
	Kind string   `json:"kind"`
	IDs  []string `json:"ids"` // the entries that a fair judge accepts; may be empty
}

var labels = []string{string(bot.Answer), string(bot.Signpost), string(bot.Unknown), string(bot.Smalltalk), string(bot.Urgent), NotUrgent}

// maxLine is the longest line of a question file, in bytes.
const maxLine = 1 << 20

// Read reads labelled questions, one JSON object a line. An error names the line.
func Read(r io.Reader) ([]Labelled, error) {
	var out []Labelled
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, maxLine)
	for line := 1; sc.Scan(); line++ {
		if strings.TrimSpace(sc.Text()) == "" {
			continue
		}
		var l Labelled
		if err := json.Unmarshal(sc.Bytes(), &l); err != nil {
			return nil, fmt.Errorf("line %d: not a JSON object with q, kind and ids: %w", line, err)
		}
		if !slices.Contains(labels, l.Kind) {
			return nil, fmt.Errorf("line %d: unknown kind %q; use one of %s", line, l.Kind, strings.Join(labels, ", "))
		}
		out = append(out, l)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("reading questions: %w", err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no questions in it")
	}
	return out, nil
}

// An Asker answers questions; [bot.Bot] is one.
type Asker interface {
	Ask(ctx context.Context, question string) (bot.Reply, error)
}

// An Outcome is a question, what it got, and how long that took.
type Outcome struct {
	Labelled
	Reply bot.Reply
	Took  time.Duration
}

// Run asks every question. It calls progress, if not nil, after each.
func Run(ctx context.Context, a Asker, c *corpus.Corpus, qs []Labelled, progress func(done int)) (*Report, error) {
	outcomes := make([]Outcome, 0, len(qs))
	for i, q := range qs {
		start := time.Now()
		r, err := a.Ask(ctx, q.Q)
		if err != nil {
			return nil, fmt.Errorf("asking question %d: %w", i+1, err)
		}
		outcomes = append(outcomes, Outcome{q, r, time.Since(start)})
		if progress != nil {
			progress(i + 1)
		}
	}
	return newReport(c, outcomes), nil
}

// Right tells whether the reply is what the label asks for.
func (o Outcome) Right() bool {
	switch o.Kind {
	case string(bot.Answer):
		return o.Reply.Kind == bot.Answer && slices.Contains(o.IDs, o.Reply.ID)
	case NotUrgent:
		return o.Reply.Kind != bot.Urgent && (len(o.IDs) == 0 || slices.Contains(o.IDs, o.Reply.ID))
	default:
		return string(o.Reply.Kind) == o.Kind
	}
}

// shown are the entries a person sees, in order.
func (o Outcome) shown() []string {
	var ids []string
	if o.Reply.Kind != bot.Clarify {
		ids = append(ids, o.Reply.ID)
	}
	for _, s := range o.Reply.Suggestions {
		ids = append(ids, s.ID)
	}
	return ids
}

func (o Outcome) acceptedAmong(n int) bool {
	if o.Reply.Kind != bot.Answer && o.Reply.Kind != bot.Clarify {
		return false
	}
	for i, id := range o.shown() {
		if i < n && slices.Contains(o.IDs, id) {
			return true
		}
	}
	return false
}

// wrongEntry tells whether the reply gives, rather than offers, an entry that is not accepted.
func (o Outcome) wrongEntry() bool {
	k := o.Reply.Kind
	return k != bot.Clarify && k != bot.Unknown && !slices.Contains(o.IDs, o.Reply.ID)
}
