// Package slacktest is a strict fake of Slack's servers: the Web API, Socket
// Mode and the HTTP deliveries, over real HTTP and real WebSockets. It is for
// tests of a Slack bot, in process or as a program that is given the address of
// another Web API (URL + "/api/").
//
// It refuses what Slack refuses, and writes down each refusal that a bot should
// not have caused ([Server.Rejected]). It plays the people, repeats and loses
// deliveries as Slack does, and can be told to fail. It must not know the bot
// that it tests, nor any Slack library: it would share their misunderstandings.
// Start reading at [New], [Server.Mention] and [Server.Posted].
package slacktest

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// A Server is one Slack workspace with one app in it. The exported fields never
// change; every method may be called from any goroutine.
type Server struct {
	// URL has no slash at its end; the Web API is at URL + "/api/".
	URL string
	// BotToken and AppToken hold the word "slacktestmarker", so that a search of
	// logs and replies for it shows a leak.
	BotToken, AppToken string
	// SigningSecret signs HTTP deliveries; it holds the marker too.
	SigningSecret string
	// BotUserID, BotID, AppID and TeamID are the bot's in this workspace.
	BotUserID, BotID, AppID, TeamID string

	verification string // the old token inside payloads
	web          *httptest.Server
	client       *http.Client
	ctx          context.Context // ends with Close
	cancel       context.CancelFunc
	work         sync.WaitGroup // goroutines that httptest does not know
	lanes        chan struct{}  // HTTP deliveries under way

	mu     sync.Mutex // guards everything below
	closed bool
	clock  int64 // microseconds of the last timestamp given out
	serial int
	pace   Pace
	mail
	links
	rooms
	record
	surfaces
	trouble
}

// A Pace sets how fast the fake's clocks run. Zero fields of one given to
// [Server.SetPace] leave that clock alone.
type Pace struct {
	Ack         time.Duration // to answer a delivery in; Slack's 3 s
	Retry       time.Duration // between HTTP retries; 20 ms, unless [Server.RetryAsSlack] says otherwise
	Ping        time.Duration // between WebSocket pings; 5 s
	Trigger     time.Duration // that a trigger id lives; 3 s
	ResponseURL time.Duration // that a response URL lives; 30 min
}

// New starts a server on a free local port. Close it.
func New() *Server {
	s := &Server{
		SigningSecret: "slacktestmarker" + random(16),
		BotUserID:     "U0BOT",
		BotID:         "B0BOT",
		AppID:         "A0APP",
		TeamID:        "T0TEAM",
		verification:  "slacktestmarker" + random(12),
		lanes:         make(chan struct{}, 1000),
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		pace: Pace{Ack: 3 * time.Second, Retry: 20 * time.Millisecond, Ping: 5 * time.Second,
			Trigger: 3 * time.Second, ResponseURL: 30 * time.Minute},
		mail:     newMail(),
		links:    newLinks(),
		rooms:    newRooms(),
		record:   newRecord(),
		surfaces: newSurfaces(),
	}
	s.BotToken = "xoxb-" + digits(12) + "-" + digits(13) + "-slacktestmarker" + random(8)
	s.AppToken = "xapp-1-" + s.AppID + "-" + digits(13) + "-slacktestmarker" + random(16)
	s.ctx, s.cancel = context.WithCancel(context.Background())
	mux := http.NewServeMux()
	mux.HandleFunc("/api/", s.serveAPI)
	mux.HandleFunc("/link", s.serveLink)
	mux.HandleFunc("/hook/", s.serveHook)
	s.web = httptest.NewServer(mux)
	s.URL = s.web.URL
	return s
}

// Close cuts every connection and waits for what it cut. It never waits for
// the bot.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	s.cancel()
	for _, e := range s.envelopes {
		e.timer.stop()
	}
	for k := range s.open {
		k.refresh.stop()
		k.cut()
	}
	s.mu.Unlock()
	s.web.CloseClientConnections()
	s.web.Close()
	s.work.Wait()
	s.client.CloseIdleConnections()
}

// SetPace sets the clocks for what is delivered or opened from now on.
func (s *Server) SetPace(p Pace) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, x := range []struct {
		to   *time.Duration
		from time.Duration
	}{
		{&s.pace.Ack, p.Ack}, {&s.pace.Retry, p.Retry}, {&s.pace.Ping, p.Ping},
		{&s.pace.Trigger, p.Trigger}, {&s.pace.ResponseURL, p.ResponseURL},
	} {
		if x.from > 0 {
			*x.to = x.from
		}
	}
}

// spawn runs f beside the caller, who holds the lock; Close waits for f.
func (s *Server) spawn(f func()) bool {
	if s.closed {
		return false
	}
	s.work.Go(f)
	return true
}

// pause waits, and is false when the server closed or the caller went away.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
	case <-s.ctx.Done():
	}
	return false
}

// stamp gives out a message timestamp, later than every one before; the caller
// holds the lock.
func (s *Server) stamp() string {
	s.clock = max(s.clock+1, time.Now().UnixMicro())
	return fmt.Sprintf("%d.%06d", s.clock/1e6, s.clock%1e6)
}

// id gives out a name that was never used; the caller holds the lock.
func (s *Server) id(prefix string) string {
	s.serial++
	return fmt.Sprintf("%s%08d", prefix, s.serial)
}

// A timer is a time.Timer that may be absent.
type timer struct{ t *time.Timer }

func (t timer) stop() {
	if t.t != nil {
		t.t.Stop()
	}
}

func random(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b) // never fails: see crypto/rand
	return hex.EncodeToString(b)
}

func digits(n int) string {
	limit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	d, err := rand.Int(rand.Reader, limit)
	if err != nil {
		d = limit.Sub(limit, big.NewInt(1))
	}
	return fmt.Sprintf("%0*d", n, d)
}
