package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/frontdesk-care/frontdesk/bot/claims/redistest"
	"github.com/frontdesk-care/frontdesk/bot/nettest"
	"github.com/frontdesk-care/frontdesk/bot/slack/slacktest"
	"github.com/frontdesk-care/frontdesk/bot/telegram/telegramtest"
)

// A way is how questions reach the replicas.
type way string

// The ways.
const (
	fetched   way = "fetched"   // Telegram is polled, Slack comes over sockets
	delivered way = "delivered" // both come over HTTP, through a load balancer
)

// A world is the fake platforms, Redis, and the replicas between them.
type world struct {
	telegram *telegramtest.Server
	slack    *slacktest.Server
	redis    *redistest.Server // nil with one replica, which keeps its claims in a file
	balancer *balancer
	replicas []*replica
	paths    []path
	ledger   *ledger
	entries  []entry
	stop     context.CancelFunc
	closing  sync.Once

	mu      sync.Mutex
	trouble []string
	polls   map[int]time.Duration // when each replica began to fetch last
}

// setting is what a world is like.
type setting struct {
	way        way
	program    string // the binary
	folder     string // for everything that is written
	replicas   int
	seed       uint64
	unruly     bool    // platforms bring things twice and in the wrong order
	slackTimes float64 // how much faster than Slack the fake brings again what was not answered
}

// open makes a world and waits until its replicas are ready.
func open(ctx context.Context, s setting) (w *world, err error) {
	w = &world{
		telegram: telegramtest.New(), slack: slacktest.New(), paths: []path{toTelegram, toSlack},
		ledger: newLedger(time.Now()), stop: func() {}, polls: map[int]time.Duration{},
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	w.platforms(s)
	if w.entries, err = readEntries(); err != nil {
		return nil, err
	}
	if s.replicas > 1 {
		folder := filepath.Join(s.folder, "redis")
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("making a folder for redis: %w", err)
		}
		if w.redis, err = redistest.New(folder); err != nil {
			return nil, err
		}
		w.paths = append(w.paths, toRedis)
	}
	if s.way == delivered {
		w.paths = append(w.paths, inbound)
	}
	for number := range s.replicas {
		r, err := w.newReplica(s, number+1)
		if err != nil {
			return nil, err
		}
		w.replicas = append(w.replicas, r)
	}
	return w, w.begin(ctx, s)
}

// platforms sets the fakes up.
func (w *world) platforms(s setting) {
	w.telegram.LimitRates(true)
	w.slack.LimitRates(true)
	w.slack.RetryAsSlack(s.slackTimes)
	if s.unruly {
		const share = 0.02 // far more than on the real platforms
		w.telegram.Shuffle(s.seed, share, share)
		w.slack.Duplicate(s.seed, share)
	}
	w.telegram.Watch(w.telegramDid)
	w.slack.Watch(w.slackDid)
}

// newReplica gives a replica its settings, and a proxy on each of its paths.
func (w *world) newReplica(s setting, number int) (*replica, error) {
	r := &replica{
		number: number, program: s.program, folder: filepath.Join(s.folder, fmt.Sprintf("replica-%d", number)),
		paths: map[path]*proxy{}, done: make(chan struct{}),
	}
	r.client.Timeout = time.Second
	if err := os.MkdirAll(r.folder, 0o700); err != nil {
		return nil, fmt.Errorf("making a folder for a replica: %w", err)
	}
	var err error
	if r.listen, err = nettest.FreeAddress(); err != nil {
		return nil, err
	}
	targets := map[path]string{
		toTelegram: strings.TrimPrefix(w.telegram.URL, "http://"), toSlack: strings.TrimPrefix(w.slack.URL, "http://"), inbound: r.listen,
	}
	if w.redis != nil {
		targets[toRedis] = w.redis.Address()
	}
	for p, target := range targets {
		from := host(number) // by which the platforms' fakes tell who calls
		if p == toRedis {
			from = "" // it takes no other than 127.0.0.1 for this machine
		}
		if r.paths[p], err = newProxy(target, from); err != nil {
			return nil, err
		}
	}
	r.env = []string{
		"FRONTDESK_LISTEN=" + r.listen,
		"TELEGRAM_API_URL=http://" + r.paths[toTelegram].address(), "TELEGRAM_BOT_TOKEN=" + w.telegram.Token,
		"SLACK_API_URL=http://" + r.paths[toSlack].address() + "/api/", "SLACK_BOT_TOKEN=" + w.slack.BotToken,
	}
	if w.redis != nil {
		r.env = append(r.env, "FRONTDESK_REDIS_URL=redis://"+r.paths[toRedis].address()+"/0")
	} else {
		r.env = append(r.env, "FRONTDESK_STATE="+filepath.Join(r.folder, "state"))
	}
	return r, nil
}

// begin starts the replicas, and waits until questions reach all of them.
func (w *world) begin(ctx context.Context, s setting) error {
	if s.way == delivered {
		w.balancer = newBalancer(w.replicas)
		w.slack.DeliverTo(w.balancer.URL)
	}
	for _, r := range w.replicas {
		if s.way == delivered {
			r.env = append(r.env, "SLACK_SIGNING_SECRET="+w.slack.SigningSecret, "TELEGRAM_WEBHOOK_URL="+w.balancer.URL)
		} else {
			r.env = append(r.env, "SLACK_APP_TOKEN="+w.slack.AppToken)
		}
	}
	keeping, stop := context.WithCancel(context.Background())
	w.stop = stop
	for _, r := range w.replicas {
		go r.keep(keeping)
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	ok := until(ctx, func() bool {
		if s.way == delivered {
			return len(w.telegram.Calls("setWebhook")) >= s.replicas && len(w.slack.Calls("auth.test")) >= s.replicas
		}
		return w.slack.Sockets() == 2*s.replicas && len(w.telegram.Calls("getUpdates")) > 0
	})
	if !ok {
		return fmt.Errorf("the replicas do not get ready; %s", w.lastWords())
	}
	return nil
}

// lastWords are the last line that each replica wrote.
func (w *world) lastWords() string {
	var said []string
	for _, r := range w.replicas {
		last := "nothing"
		if out, err := os.ReadFile(r.log()); err == nil && len(out) > 0 {
			lines := strings.Split(strings.TrimSpace(string(out)), "\n")
			last = lines[len(lines)-1]
		}
		said = append(said, fmt.Sprintf("number %d said last: %s", r.number, last))
	}
	return strings.Join(said, "; ")
}

// close stops everything. It may be called for half a world, and more than once.
func (w *world) close() { w.closing.Do(w.closeAll) }

func (w *world) closeAll() {
	w.stop()
	for _, r := range w.replicas {
		select {
		case <-r.done:
		case <-time.After(stopTime):
			r.blame("it did not stop in the end")
			r.signal(9)
			<-r.done
		}
	}
	for _, r := range w.replicas {
		for _, p := range r.paths {
			p.close()
		}
	}
	if w.balancer != nil {
		w.balancer.Close()
	}
	if w.redis != nil {
		w.redis.Kill()
	}
	w.telegram.Close()
	w.slack.Close()
}

// since is the time since the start of the run.
func (w *world) since() time.Duration { return time.Since(w.ledger.start) }

func (w *world) blame(what string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = append(w.trouble, what)
}

// telegramDid notes what a replica did on Telegram.
func (w *world) telegramDid(d telegramtest.Deed) {
	at, by := w.since(), numberOf(d.From)
	switch d.Method {
	case "getUpdates":
		w.mu.Lock()
		w.polls[by] = at
		w.mu.Unlock()
	case "sendMessage":
		var m struct {
			Chat struct {
				ID int64 `json:"id"`
			} `json:"chat"`
			Text    string `json:"text"`
			ReplyTo struct {
				ID int `json:"message_id"`
			} `json:"reply_to_message"`
		}
		if err := json.Unmarshal(d.Result, &m); err != nil {
			w.blame("a message on Telegram cannot be read")
			return
		}
		name := inGroup(m.Chat.ID, m.ReplyTo.ID)
		if m.Chat.ID > 0 {
			name = inPrivate(m.Chat.ID, w.recognise(m.Text))
		}
		w.ledger.answered(name, answer{at, by, toTelegram, d.Lost})
	}
}

// slackDid notes what a replica did in Slack.
func (w *world) slackDid(d slacktest.Deed) {
	if d.Method == "chat.postMessage" {
		w.ledger.answered(inThread(d.Params["channel"], d.Params["thread_ts"]), answer{w.since(), numberOf(d.From), toSlack, d.Lost})
	}
}

// calm is when every question was answered and no platform will bring anything again.
func (w *world) calm() bool {
	_, open := w.ledger.counts()
	return open == 0 && w.telegram.Pending() == 0 && w.slack.Unacked() == 0
}

// misuse is what the replicas did wrong in the eyes of the platforms.
func (w *world) misuse() []string {
	// A replica that stands still, or is cut off, answers no ping.
	return slices.DeleteFunc(append(w.telegram.Rejected(), w.slack.Rejected()...), func(what string) bool {
		return strings.HasPrefix(what, "link: no pong")
	})
}
