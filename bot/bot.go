// Package bot turns a question into a reply: the channel-neutral core.
//
// A question is first held against the urgent documents ([Bot.Ask] never lets
// anything else go in front of an emergency), then ranked against the entries
// that the index finds. Every word of a reply comes from the corpus; the package
// knows no entry by name but the reserved ones. It must not know which channel
// asks, and imports nothing from outside the standard library but its siblings
// corpus and rank. Start reading at [New] and [Bot.Ask].
package bot

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/frontdesk-care/frontdesk/corpus"
)

// An Analyser cuts a text into terms, the form in which words are compared.
type Analyser interface {
	// Terms never fails and costs a bounded time for a text of any length.
	Terms(text string) []string
	// Correct replaces unknown terms that look misspelt by known ones, where
	// it can; the result has as many terms as it was given.
	Correct(terms []string) []string
}

// A Finder finds the entries that share terms with a question.
type Finder interface {
	// Find returns at most n entry ids, best first; none is no error.
	Find(ctx context.Context, terms []string, n int) ([]string, error)
	// Complete returns at most n known terms that begin with this one,
	// commonest first; none is no error.
	Complete(ctx context.Context, term string, n int) ([]string, error)
}

// Index is what the bot needs of a full-text index over its corpus.
type Index interface {
	Analyser
	Finder
}

// A Bot answers from one corpus. It never changes and is safe for concurrent
// use; a changed corpus gets a new Bot.
type Bot struct {
	corpus *corpus.Corpus
	index  Index
	judge  *judge

	overviews []*corpus.Entry // what can be asked, for a reply that must say no
}

// New learns from the corpus's ways of asking how to rank its entries. The
// index must be over the same corpus; the caller closes it after the bot's
// last question.
func New(log *slog.Logger, c *corpus.Corpus, x Index) *Bot {
	b := &Bot{corpus: c, index: x, judge: newJudge(c, x), overviews: c.Overviews()}
	log.Debug("learnt how people ask", "entries", len(c.Entries()), "features", b.judge.words.Len())
	return b
}

// Ask answers a question of any length. It always has a reply: when the index
// fails or ctx ends, that is the honest no, and the error says why.
func (b *Bot) Ask(ctx context.Context, question string) (Reply, error) {
	v, err := b.weigh(ctx, question)
	if err != nil {
		return b.compose(question, verdict{kind: Unknown, ids: []string{b.corpus.Reserved(corpus.UnknownID).ID}}), fmt.Errorf("answering a question: %w", err)
	}
	return b.compose(question, v), nil
}

// Corpus is what the bot answers from.
func (b *Bot) Corpus() *corpus.Corpus { return b.corpus }

// Entry gives the reply that an entry's link, button or command leads to.
// ok is false for an id that the corpus does not have.
func (b *Bot) Entry(id string) (r Reply, ok bool) {
	e := b.corpus.Entry(id)
	if e == nil || e.ID == corpus.NotUrgentID && e.Kind() == corpus.Urgent {
		return Reply{}, false
	}
	return b.compose("", verdict{kind: replyKind(e.Kind()), ids: []string{id}, likelihood: 1}), true
}

// Reserved gives the reply with a reserved id, such as the greeting, or the
// honest no where the corpus has none.
func (b *Bot) Reserved(id string) Reply {
	r, _ := b.Entry(b.corpus.Reserved(id).ID)
	return r
}

// Command gives the reply to a chat command, without its slash.
func (b *Bot) Command(name string) (r Reply, ok bool) {
	return b.Entry(b.corpus.Commands[name])
}
