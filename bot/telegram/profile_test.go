package telegram_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// changing answers from one bot, and later from another.
type changing struct{ atomic.Pointer[bot.Bot] }

func (c *changing) Ask(ctx context.Context, q string) (bot.Reply, error) { return c.Load().Ask(ctx, q) }
func (c *changing) Search(ctx context.Context, typed string, n int) ([]bot.Suggestion, error) {
	return c.Load().Search(ctx, typed, n)
}
func (c *changing) Entry(id string) (bot.Reply, bool) { return c.Load().Entry(id) }
func (c *changing) Corpus() *corpus.Corpus            { return c.Load().Corpus() }

// hours is a corpus whose only document has a command of its own.
func hours(t *testing.T, command, quote string) *bot.Bot {
	return channeltest.Written(t, map[string]string{"hours.md": "---\ntitle: Hours\nkind: statement\ncommands:\n  " + command +
		": hours-open\n---\n\n## When we open {#hours-open}\n\n> " + quote + "\n\n- when do you open\n"})
}

// When the corpus changes while the bot runs, Telegram is told the new commands,
// and told nothing where they are the same.
func TestCommandsFollowTheCorpus(t *testing.T) {
	s := telegramtest.New()
	defer s.Close()
	desk := &changing{}
	desk.Store(hours(t, "open", "We open at eight."))
	log := &channeltest.Log{}
	c := telegram.New(log.Logger(), telegram.Config{APIURL: s.URL, Token: s.Token, Unlimited: true}, desk, claims.NewMemory(claims.Key{}), &counts{})
	c.DescribedFor(time.Millisecond)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	calls := func(method string, n int) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		if !s.WaitFor(ctx, func() bool { return len(s.Calls(method)) >= n }) {
			t.Fatalf("waited in vain for %d calls of %s; the log says\n%s", n, method, log)
		}
	}
	lastSet := func() string {
		all := s.Calls("setMyCommands")
		return all[len(all)-1].Params["commands"]
	}

	calls("getMyShortDescription", 1) // the last step of describing
	if !strings.Contains(lastSet(), `"open"`) {
		t.Errorf("at the start: %s", lastSet())
	}
	desk.Store(hours(t, "times", "We open at eight."))
	calls("getMyShortDescription", 2)
	if got := lastSet(); !strings.Contains(got, `"times"`) || strings.Contains(got, `"open"`) {
		t.Errorf("after a change: %s", got)
	}
	before := len(s.Calls("setMyCommands"))
	desk.Store(hours(t, "times", "We open at nine."))
	calls("getMyShortDescription", 3)
	if after := len(s.Calls("setMyCommands")); after != before {
		t.Errorf("the commands were set %d times, though they are the same", after-before)
	}
	cancel()
	if err := <-ended; err != nil || len(s.Rejected()) > 0 {
		t.Errorf("%v, and refused was %v", err, s.Rejected())
	}
}
