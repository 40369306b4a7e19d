// Package telegramtest is a strict fake of the Telegram Bot API server.
//
// It speaks real HTTP, so that a channel under test, in process or as a
// separate binary, cannot tell it from Telegram but by its address. Where
// Telegram is lenient (unknown parameters, tags that silently lose their
// meaning) the fake refuses, for what Telegram quietly drops is a mistake that
// no test would ever see. People are played by [Server.Say] and its kin, faults
// by [Server.Inject]; what the bot did is read back with [Server.Sent] and
// [Server.Calls], and a good test ends by looking at [Server.Rejected].
//
// It must not know anything about the bot: no words, no commands, no types of
// the channel that it tests. Start reading at [New] and the method table in
// methods.go.
package telegramtest

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// A Server is a Bot API server with one bot and the chats that the bot is in.
// All its methods may be called at any time and from any goroutine.
type Server struct {
	URL      string // the base address, without a slash at its end
	Token    string // the bot's token, as it stands in the path of each call
	Username string // the bot's user name, without @
	BotID    int64  // the bot's own user id

	http    *httptest.Server
	methods map[string]method
	client  *http.Client // delivers to webhooks

	ctx    context.Context // ends when the server closes
	cancel context.CancelFunc
	close  sync.Once
	hooks  sync.WaitGroup // deliveries under way

	mu      sync.Mutex // guards all that follows
	now     func() time.Time
	changed chan struct{} // closed and replaced whenever something happens

	queue    queue
	allowed  map[string]bool // kinds of update the bot asked for; nil for the usual
	poll     *poll
	hook     *webhook
	batch    int
	shuffle  shuffle
	chats    map[int64]*chat
	queries  map[string]*query
	lastID   int64 // of queries
	profile  map[string]string
	commands map[string][]command

	faults  []*Fault
	faulted int
	limits  *limits
	tooFast int
	revoked bool

	calls    map[string][]Call
	rejected []string
	lost     map[string]bool // calls whose answer the bot never saw
	watch    func(Deed)
	busy     time.Duration
}

// New starts a server that knows one bot.
func New() *Server {
	s := &Server{
		Token:    "123456:TEST-token-marker",
		Username: "frontdesk_test_bot",
		BotID:    123456,
		client:   newHookClient(),
		now:      time.Now,
		changed:  make(chan struct{}),
		batch:    maxBatch,
		shuffle:  shuffle{rand: rand.New(rand.NewPCG(1, 1))},
		chats:    map[int64]*chat{},
		queries:  map[string]*query{},
		profile:  map[string]string{},
		commands: map[string][]command{},
		calls:    map[string][]Call{},
		lost:     map[string]bool{},
	}
	s.queue.last = firstUpdate - 1
	s.methods = s.table()
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.http = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.http.URL
	return s
}

// Close ends all polls and deliveries and stops the server. It may be called
// more than once.
func (s *Server) Close() {
	s.close.Do(func() {
		s.mu.Lock()
		s.cancel() // under the lock, so that no delivery starts once it is gone
		s.mu.Unlock()
		s.http.CloseClientConnections()
		s.http.Close()
		s.hooks.Wait()
		s.client.CloseIdleConnections()
	})
}

// WaitFor waits until cond holds, looking again whenever something happened,
// and says whether it did; it gives up when ctx ends. The condition may call
// any method of the server.
func (s *Server) WaitFor(ctx context.Context, cond func() bool) bool {
	// The condition may depend on things that the server hears nothing of.
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		s.mu.Lock()
		changed := s.changed // taken first: no change after it can be missed
		s.mu.Unlock()
		if cond() {
			return true
		}
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			return cond()
		}
	}
}

// notify wakes all who wait for something to happen. The lock is held.
func (s *Server) notify() {
	close(s.changed)
	s.changed = make(chan struct{})
}
