// Package telegram is the channel for patients: it takes updates from the
// Telegram Bot API, by long polling or through a webhook, and answers them in the
// words of the corpus.
//
// What happens to one update: poll.go or webhook.go takes it, package traffic
// keeps the order within a chat, handle.go finds out what is asked, render.go and html.go
// put the reply into Telegram's form, and sender.go sends it at the pace that
// Telegram allows. An update is confirmed only once it is answered.
//
// The package must not know how an answer is found, and keeps and logs nothing
// of what people write or who they are. Start reading at [Channel.Run].
package telegram

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/traffic"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// An Asker finds what fits a question.
type Asker interface {
	// Ask always has a reply, even beside an error.
	Ask(ctx context.Context, question string) (bot.Reply, error)
	// Search lists at most n entries for a question that is still being typed.
	Search(ctx context.Context, typed string, n int) ([]bot.Suggestion, error)
}

// A Library holds the entries.
type Library interface {
	// Entry gives the reply that an entry's link or button leads to.
	Entry(id string) (bot.Reply, bool)
	// Corpus is what the entries come from; it may be another one at each call.
	Corpus() *corpus.Corpus
}

// A Desk answers; [bot.Bot] is one.
type Desk interface {
	Asker
	Library
}

// Claims sees to it that no update is answered twice; see package claims.
type Claims interface {
	// Claim takes a delivery. Who gets it as [claims.Mine] settles it.
	Claim(ctx context.Context, d claims.Delivery) (claims.State, *claims.Held)
	// Lead waits for this program's turn to be the only one that fetches. leading ends
	// when the turn is lost, and with resign; it is nil when ctx ends first.
	Lead(ctx context.Context, what string) (leading context.Context, resign func())
}

// Counts is told what happened. It keeps numbers only, and returns at once.
type Counts interface {
	// Answered counts a reply, by its kind and the id of its entry.
	Answered(kind bot.Kind, id string)
	// Judged counts what somebody said of an answer.
	Judged(id string, right bool)
	// Delivered counts a delivery that is done. One that is known had been answered before.
	Delivered(known bool)
	traffic.Meter
}

// Config is what the channel needs to know of the outside world.
type Config struct {
	Token  string // from @BotFather
	APIURL string // of the Bot API server, such as https://api.telegram.org
	// WebhookURL is this program's public address. Telegram then brings the
	// updates to it; with none, they are fetched.
	WebhookURL    string
	WebhookSecret string // sent along by Telegram; empty: one is derived from the token
	// Unlimited lifts the limits on sending. Only a fake server bears that.
	Unlimited bool
}

// A Channel is the bot on Telegram.
type Channel struct {
	log    *slog.Logger
	config Config
	desk   Desk
	claims Claims
	counts Counts

	api    *client
	sender *sender
	lanes  traffic.Lanes[int64]
	floods *floods
	sent   *answers
	albums *albums

	describedFor time.Duration // see keepDescribed

	fetching *traffic.Trouble // of what comes from Telegram; the sender has one of its own
	// refused says now and then that deliveries are refused: anybody may send some.
	refused rate.Sometimes

	me   atomic.Pointer[user]        // who the bot is; nil until Telegram has said so
	work atomic.Pointer[workContext] // in which updates are answered; nil while the channel is not running
}

// workContext outlives the one that Run was given, so that what was taken is still answered.
type workContext struct {
	context.Context
	fail context.CancelCauseFunc
}

// New makes the channel. It does nothing until it is run.
func New(log *slog.Logger, config Config, desk Desk, claims Claims, counts Counts) *Channel {
	log = log.With("channel", "telegram")
	c := &Channel{
		log: log, config: config, desk: desk, claims: claims, counts: counts,
		api: newClient(config), floods: newFloods(), sent: newAnswers(), albums: newAlbums(),
		fetching: traffic.NewTrouble(log, "telegram", counts), describedFor: describedFor,
		refused: rate.Sometimes{Interval: traffic.RefusedInterval},
	}
	c.sender = newSender(c.api, traffic.NewTrouble(log, "telegram", counts), config.Unlimited)
	return c
}

// Username is the bot's name on Telegram, without @; empty until Telegram has said it.
func (c *Channel) Username() string {
	if me := c.me.Load(); me != nil {
		return me.Username
	}
	return ""
}

// How long the parts of a shutdown may take. Together they stay below 10 seconds,
// what Docker waits before it kills a container.
const (
	drainTime   = 8 * time.Second
	confirmTime = time.Second
)

// Run answers until ctx ends, then answers what it has taken and returns nil. It
// returns an error when it cannot go on: Telegram refuses the token.
func (c *Channel) Run(ctx context.Context) error {
	ctx, work, fail := traffic.Work(ctx, drainTime)
	defer fail(nil)
	if !c.introduce(ctx, fail) {
		return refusal(work)
	}
	c.work.Store(&workContext{work, fail})
	if c.config.WebhookURL != "" {
		c.serveWebhook(ctx)
	} else {
		c.poll(ctx, work)
	}
	c.lanes.Wait()
	c.work.Store(nil)
	return refusal(work)
}

// refusal is why the work was given up, if Telegram refused it.
func refusal(work context.Context) error {
	if cause := context.Cause(work); isRefusal(cause) {
		return fmt.Errorf("telegram: %s", explain(cause))
	}
	return nil
}

// introduce learns who the bot is and tells Telegram what the bot can do. It is
// false when ctx ends first or the token is refused.
func (c *Channel) introduce(ctx context.Context, fail context.CancelCauseFunc) bool {
	var me user
	err := c.fetching.Try(ctx, judgeStart, func(ctx context.Context) error { return c.api.call(ctx, "getMe", nil, &me) })
	if err != nil {
		fail(err)
		return false
	}
	c.me.Store(&me)
	c.log.Info("telegram knows the bot", "bot", "@"+me.Username)
	go c.keepDescribed(ctx)
	return true
}
