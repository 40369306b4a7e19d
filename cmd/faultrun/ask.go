package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// An entry is one that people ask for by its link. Its words tell which question an
// answer belongs to, where nothing else does.
type entry struct{ id, quote string }

// readEntries are the statements whose words stand in no other.
func readEntries() ([]entry, error) {
	c, err := corpus.Load(corpus.Embedded())
	if err != nil {
		return nil, fmt.Errorf("reading the corpus: %w", err)
	}
	var found []entry
	for _, e := range c.Entries() {
		alone := e.Kind() == corpus.Statement && e.Quote != "" && !e.IsOverview() && !strings.Contains(e.Quote, "\n")
		for _, other := range c.Entries() {
			alone = alone && (other == e || !strings.Contains(other.Quote, e.Quote))
		}
		if alone {
			found = append(found, entry{e.ID, e.Quote})
		}
	}
	return found, nil
}

// recognise is the entry that an answer quotes.
func (w *world) recognise(text string) (id string) {
	for _, e := range w.entries {
		if strings.Contains(text, e.quote) {
			return e.id
		}
	}
	return fmt.Sprintf("%.60q", text)
}

// The names of questions.
func inPrivate(chat int64, id string) string { return fmt.Sprintf("telegram %d %s", chat, id) }
func inGroup(chat int64, message int) string {
	return fmt.Sprintf("telegram %d message %d", chat, message)
}
func inThread(channel, ts string) string { return fmt.Sprintf("slack %s %s", channel, ts) }

// Where people ask. A person asks fewer questions than the program takes for a flood,
// and a group or channel no more than its platform lets through.
const (
	perPerson = 12
	perGroup  = 20
	groups    = 30 // at least
	channels  = 30
	groupsGet = 10 // one in so many questions on Telegram
)

// people ask questions at a rate, until ctx ends or enough are asked: half of them on
// Telegram, half in Slack.
type people struct {
	*world
	*rand.Rand
	rate      float64 // questions a second
	questions int
	spread    int // people on Telegram who ask in turn
	groups    int // likewise
}

func (w *world) people(seed uint64, rate float64, questions int) *people {
	return &people{
		world: w, Rand: rand.New(rand.NewPCG(seed, 2)), rate: rate, questions: questions,
		spread: max(200, questions/perPerson), groups: max(groups, questions/2/groupsGet/perGroup),
	}
}

func (p *people) ask(ctx context.Context) {
	start := time.Now()
	for n := 0; n < p.questions && ctx.Err() == nil; {
		if due := int(time.Since(start).Seconds() * p.rate); n >= due {
			pause(ctx, time.Duration(float64(time.Second)/p.rate))
			continue
		}
		if n%2 == 0 {
			p.onTelegram(n / 2)
		} else {
			p.inSlack(n / 2)
		}
		n++
	}
}

func (p *people) onTelegram(n int) {
	e := p.entries[p.IntN(len(p.entries))]
	if n%groupsGet == 0 {
		chat := -int64(1 + n/groupsGet%p.groups)
		p.ledger.ask(func() string {
			return inGroup(chat, p.telegram.SayIn(telegramtest.Chat{ID: chat}, telegramtest.Incoming{Text: "/start " + e.id}))
		})
		return
	}
	// In turn, so that nobody asks for the same entry twice.
	chat, round := int64(1000+n%p.spread), n/p.spread
	e = p.entries[(round+int(chat)*7)%len(p.entries)]
	p.ledger.ask(func() string {
		p.telegram.Say(chat, "/start "+e.id)
		return inPrivate(chat, e.id)
	})
}

func (p *people) inSlack(n int) {
	channel := fmt.Sprintf("C%d", n%channels)
	p.ledger.ask(func() string {
		return inThread(channel, p.slack.Mention(channel, fmt.Sprintf("U%d", p.IntN(100)), "do i have to pay"))
	})
}
