package telegram_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/telegram"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// real is a bot over the embedded corpus.
var real = channeltest.Real()

// patience is how long a test waits for what should happen at once.
const patience = 2 * time.Minute

// rig is a channel that runs against a fake server.
type rig struct {
	*telegramtest.Server
	t       *testing.T
	channel *telegram.Channel
	counts  *counts
	log     *channeltest.Log
	logger  *slog.Logger // writes into log unless told otherwise
	claims  telegram.Claims
	wait    func() error // waits until the run ends by itself, and gives its error
	stop    func() error // ends the run and gives its error

	expected string // part of what the server may refuse
}

// option changes what a rig starts with.
type option func(*telegram.Config, *rig)

func limited(c *telegram.Config, _ *rig) { c.Unlimited = false }
func withToken(token string) option      { return func(c *telegram.Config, _ *rig) { c.Token = token } }
func on(s *telegramtest.Server) option   { return func(_ *telegram.Config, r *rig) { r.Server = s } }
func expect(refused string) option       { return func(_ *telegram.Config, r *rig) { r.expected = refused } }
func with(c telegram.Claims) option      { return func(_ *telegram.Config, r *rig) { r.claims = c } }
func logTo(log *slog.Logger) option      { return func(_ *telegram.Config, r *rig) { r.logger = log } }

// start runs a channel until the test ends. A good test leaves nothing rejected.
func start(t *testing.T, d telegram.Desk, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, counts: &counts{}, log: &channeltest.Log{}, claims: claims.NewMemory(claims.Key{})}
	r.logger = r.log.Logger()
	config := telegram.Config{Unlimited: true}
	for _, o := range options {
		o(&config, r)
	}
	if r.Server == nil {
		r.Server = telegramtest.New()
		t.Cleanup(r.Server.Close)
	}
	config.APIURL = r.URL
	if config.Token == "" {
		config.Token = r.Token
	}
	r.channel = telegram.New(r.logger, config, d, r.claims, r.counts)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.channel.Run(ctx) }()
	r.wait = sync.OnceValue(func() error {
		select {
		case err := <-ended:
			return err
		case <-time.After(patience):
			t.Error("the channel does not stop")
			return nil
		}
	})
	r.stop = func() error { cancel(); return r.wait() }
	t.Cleanup(func() {
		r.stop()
		for _, refused := range r.Rejected() {
			if r.expected == "" || !strings.Contains(refused, r.expected) {
				t.Errorf("the server refused %s", refused)
			}
		}
	})
	return r
}

// until waits for a condition.
func (r *rig) until(what string, cond func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if !r.WaitFor(ctx, cond) {
		r.t.Fatalf("waited in vain until %s; the log says\n%s", what, r.log)
	}
}

// settled waits until the bot has answered and confirmed all that was sent to it.
func (r *rig) settled() {
	r.t.Helper()
	r.until("everything is answered", func() bool { return r.Pending() == 0 })
}

// ask says something in the private chat and returns what the bot says to it.
func (r *rig) ask(chat int64, text string) []telegramtest.Message {
	r.t.Helper()
	before := len(r.Sent(chat))
	r.Say(chat, text)
	r.settled()
	return r.Sent(chat)[before:]
}

type counts struct {
	mu       sync.Mutex
	answered []bot.Kind
	right    []string
	wrong    []string
}

func (c *counts) Answered(kind bot.Kind, _ string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answered = append(c.answered, kind)
}

func (c *counts) Called(bool)    {}
func (c *counts) Delivered(bool) {}

func (c *counts) Judged(id string, right bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if right {
		c.right = append(c.right, id)
	} else {
		c.wrong = append(c.wrong, id)
	}
}
