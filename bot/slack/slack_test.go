package slack_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/claims"
	"github.com/frontdesk-care/frontdesk/bot/slack"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
)

// real is a bot over the embedded corpus.
var real = channeltest.Real()

// patience is how long a test waits for what should happen at once.
const patience = 2 * time.Minute

// rig is a channel that runs against a fake server.
type rig struct {
	*slacktest.Server
	t       *testing.T
	channel *slack.Channel
	counts  *counts
	log     *channeltest.Log
	logger  *slog.Logger // writes into log unless told otherwise
	claims  slack.Claims
	site    string       // where HTTP deliveries go; empty with sockets
	wait    func() error // waits until the run ends by itself, and gives its error
	stop    func() error // ends the run and gives its error

	expected string // part of what the server may refuse
}

// option changes what a rig starts with.
type option func(*slack.Config, *rig)

func limited(c *slack.Config, _ *rig)     { c.Unlimited = false }
func expect(refused string) option        { return func(_ *slack.Config, r *rig) { r.expected = refused } }
func with(c slack.Claims) option          { return func(_ *slack.Config, r *rig) { r.claims = c } }
func logTo(log *slog.Logger) option       { return func(_ *slack.Config, r *rig) { r.logger = log } }
func config(f func(*slack.Config)) option { return func(c *slack.Config, _ *rig) { f(c) } }
func desk(c *slack.Config, _ *rig)        { c.PublicURL = "https://desk.example.org" }

// overHTTP has deliveries brought over HTTP in place of sockets.
func overHTTP(c *slack.Config, r *rig) {
	c.AppToken = ""
	c.SigningSecret = r.SigningSecret
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if h := r.channel.Handlers()[req.URL.Path]; h != nil {
			h.ServeHTTP(w, req)
			return
		}
		http.NotFound(w, req)
	}))
	r.t.Cleanup(site.Close)
	r.site = site.URL
}

// start runs a channel until the test ends. A good test leaves nothing rejected.
func start(t *testing.T, d slack.Desk, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, counts: &counts{}, log: &channeltest.Log{}, claims: claims.NewMemory(claims.Key{}), Server: slacktest.New()}
	t.Cleanup(r.Server.Close)
	r.logger = r.log.Logger()
	c := slack.Config{Unlimited: true, BotToken: r.BotToken, AppToken: r.AppToken}
	for _, o := range options {
		o(&c, r)
	}
	c.APIURL = r.URL + "/api/"
	r.channel = slack.New(r.logger, c, d, r.claims, r.counts)
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
	if r.site != "" {
		r.until("deliveries are taken", r.channel.Taking)
		r.DeliverTo(r.site)
	}
	return r
}

// until waits for a condition.
func (r *rig) until(what string, cond func() bool) {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if !r.WaitFor(ctx, cond) {
		r.t.Fatalf("waited in vain until %s; the log says\n%s\nrejected: %v", what, r.log, r.Rejected())
	}
}

// settled waits until the bot has answered and acknowledged all that was sent to it.
func (r *rig) settled() {
	r.t.Helper()
	r.until("everything is answered", func() bool { return r.Unacked() == 0 && r.channel.Pending() == 0 })
}

// mention calls the bot in a channel and returns what it says there since.
func (r *rig) mention(channel, text string) []slacktest.Posted {
	r.t.Helper()
	before := len(r.Posted(channel))
	r.Mention(channel, "U1", text)
	r.settled()
	return r.Posted(channel)[before:]
}

// direct writes to the bot and returns what it says to that.
func (r *rig) direct(user, text string) []slacktest.Posted {
	r.t.Helper()
	before := len(r.Posted("D" + user))
	r.DirectMessage(user, text)
	r.settled()
	return r.Posted("D" + user)[before:]
}

// words are all texts of a message, as people see them.
func words(p slacktest.Posted) string {
	var all []string
	collect(p.Blocks, func(text string) {
		if !strings.HasPrefix(text, "Reviewed on ") && !strings.HasPrefix(text, "Id: ") { // fields with labels
			all = append(all, text)
		}
	})
	return strings.Join(all, "\n")
}

func collect(v any, add func(string)) {
	switch v := v.(type) {
	case []map[string]any:
		for _, one := range v {
			collect(one, add)
		}
	case []any:
		for _, one := range v {
			collect(one, add)
		}
	case map[string]any:
		switch v["type"] {
		case "plain_text", "mrkdwn":
			add(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(link(fmt.Sprint(v["text"]))))
		case "button", "static_select", "plain_text_input": // labels, not words
		default:
			for _, key := range []string{"text", "elements", "fields"} {
				collect(v[key], add)
			}
		}
	}
}

// link shows a link as its label.
func link(text string) string {
	before, rest, ok := strings.Cut(text, "<")
	_, label, labelled := strings.Cut(rest, "|")
	if !ok || !labelled {
		return text
	}
	return before + strings.Replace(label, ">", "", 1)
}

// buttons are a message's buttons: the value by the label.
func buttons(blocks any) map[string][2]string {
	all := map[string][2]string{}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []map[string]any:
			for _, one := range v {
				walk(one)
			}
		case []any:
			for _, one := range v {
				walk(one)
			}
		case map[string]any:
			if v["type"] == "button" {
				label := v["text"].(map[string]any)["text"].(string)
				all[label] = [2]string{fmt.Sprint(v["action_id"]), fmt.Sprint(v["value"])}
			}
			walk(v["elements"])
			walk(v["blocks"])
		}
	}
	walk(blocks)
	return all
}

type counts struct {
	mu       sync.Mutex
	answered []bot.Kind
	judged   []string
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
	c.judged = append(c.judged, fmt.Sprint(id, " ", right))
}
