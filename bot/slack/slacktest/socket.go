package slacktest

import (
	"errors"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSockets = 10
	// Slack drops a larger answer on a socket without a word.
	maxSocketAnswer = 20 * 1024
)

// links is the Socket Mode side of the server.
type links struct {
	sockets []*socket        // that take deliveries, oldest first
	open    map[*socket]bool // also those that are ending
	turn    int
	tickets map[string]bool // for one connection each
	refresh time.Duration
}

func newLinks() links { return links{tickets: make(map[string]bool), open: make(map[*socket]bool)} }

// A socket is one connection of the bot. Its fields are guarded by the server's
// lock, but for conn.
type socket struct {
	conn     *websocket.Conn
	out      []outgoing
	wake     chan struct{} // holds one call to the writer
	gone     chan struct{} // closed by drop
	inflight map[string]*envelope
	refresh  timer
	dropped  bool
}

// An outgoing is one message to a socket: raw data, or a delivery.
type outgoing struct {
	data []byte
	d    *delivery
	e    *envelope // of the delivery, once it has a socket
	last bool      // close the connection after it
}

// cut ends the connection without a close frame.
func (k *socket) cut() {
	if tcp, ok := k.conn.NetConn().(*net.TCPConn); ok {
		tcp.SetLinger(0) // so that the other side sees a reset
	}
	k.conn.NetConn().Close()
}

// Sockets counts the connections that take deliveries.
func (s *Server) Sockets() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// DropSockets cuts every connection without a close frame.
func (s *Server) DropSockets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range s.sockets {
		k.cut()
	}
}

// RefreshEvery makes every connection, open or to come, end after this time as
// Slack's do: a warning first, refresh_requested some time later, then the close.
// Zero stops it.
func (s *Server) RefreshEvery(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.links.refresh = d
	for _, k := range s.sockets {
		k.refresh.stop()
		s.ageing(k)
	}
}

func (s *Server) ageing(k *socket) {
	if d := s.links.refresh; d > 0 {
		k.refresh = timer{time.AfterFunc(d, func() { s.disconnect(k, "warning", d) })}
	}
}

// disconnect tells a socket that it will end, or ends it.
func (s *Server) disconnect(k *socket, reason string, age time.Duration) {
	const notice = 10 * time.Second // of a warning, in the life of a real connection
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || k.dropped {
		return
	}
	last := reason != "warning"
	if last {
		s.unlist(k)
	} else {
		k.refresh = timer{time.AfterFunc(min(notice, age/5), func() { s.disconnect(k, "refresh_requested", age) })}
	}
	s.queue(k, outgoing{last: last, data: encode(map[string]any{
		"type": "disconnect", "reason": reason, "debug_info": map[string]any{"host": "applink-slacktest"},
	})})
}

func (s *Server) unlist(k *socket) {
	s.sockets = slices.DeleteFunc(s.sockets, func(other *socket) bool { return other == k })
}

// serveLink turns a request with a fresh ticket into a socket.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	if over, _ := s.faulty(w, r, "link", ""); over {
		return
	}
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	fresh := s.tickets[ticket]
	delete(s.tickets, ticket)
	if !fresh {
		s.reject("link: the ticket is unknown or used")
	}
	ping := s.pace.Ping
	s.mu.Unlock()
	if !fresh {
		http.Error(w, "bad ticket", http.StatusForbidden)
		return
	}
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return // the answer is sent
	}
	k := &socket{conn: conn, wake: make(chan struct{}, 1), gone: make(chan struct{}),
		inflight: make(map[string]*envelope)}
	conn.SetReadLimit(1 << 20)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.spawn(func() { s.write(k, ping) }) {
		k.cut()
		return
	}
	s.spawn(func() { s.read(k, ping) })
	s.open[k] = true
	s.welcome(k)
}

func (s *Server) welcome(k *socket) {
	info := map[string]any{"host": "applink-slacktest", "build_number": 1, "approximate_connection_time": 18060}
	if len(s.sockets) >= maxSockets {
		s.reject("link: more than %d connections", maxSockets)
		s.queue(k, outgoing{last: true, data: encode(map[string]any{
			"type": "disconnect", "reason": "too_many_websockets", "debug_info": info,
		})})
		return
	}
	s.sockets = append(s.sockets, k)
	s.queue(k, outgoing{data: encode(map[string]any{
		"type": "hello", "num_connections": len(s.sockets), "debug_info": info,
		"connection_info": map[string]any{"app_id": s.AppID},
	})})
	s.ageing(k)
	waiting := s.waiting
	s.waiting = nil
	for _, m := range waiting {
		s.toSocket(m)
	}
}

// queue puts a message in line for a socket; the caller holds the lock.
func (s *Server) queue(k *socket, m outgoing) {
	if m.d != nil {
		m.e = &envelope{id: s.id("env-"), d: m.d, k: k}
		m.d.last = m.e
		s.envelopes[m.e.id] = m.e
		k.inflight[m.e.id] = m.e
		m.data = frame(m.e)
	}
	k.out = append(k.out, m)
	select {
	case k.wake <- struct{}{}:
	default: // the writer is called already
	}
}

// write is the only writer of a socket's messages.
func (s *Server) write(k *socket, every time.Duration) {
	ping := time.NewTicker(every)
	defer ping.Stop()
	for {
		select {
		case <-k.gone:
			return
		case <-ping.C:
			if k.conn.WriteControl(websocket.PingMessage, []byte("ping"), time.Now().Add(every)) != nil {
				k.cut()
			}
		case <-k.wake:
			s.mu.Lock()
			out := k.out
			k.out = nil
			s.mu.Unlock()
			for _, m := range out {
				if !s.writeOne(k, m) {
					return // the reader clears up
				}
			}
		}
	}
}

func (s *Server) writeOne(k *socket, m outgoing) bool {
	const patience = 10 * time.Second // with a bot that does not read
	if m.e != nil {
		s.leaving(m.e)
	}
	k.conn.SetWriteDeadline(time.Now().Add(patience))
	if k.conn.WriteMessage(websocket.TextMessage, m.data) != nil {
		k.cut()
		return false
	}
	if m.last {
		end := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		k.conn.WriteControl(websocket.CloseMessage, end, time.Now().Add(time.Second))
		time.AfterFunc(time.Second, k.cut) // when the bot does not close its side
		return false
	}
	return true
}

// read takes what the bot sends until the connection ends.
func (s *Server) read(k *socket, ping time.Duration) {
	const missed = 4 // pings without a pong, and the connection is dead
	alive := func(string) error { return k.conn.SetReadDeadline(time.Now().Add(missed * ping)) }
	alive("")
	k.conn.SetPongHandler(alive)
	for {
		kind, data, err := k.conn.ReadMessage()
		now := time.Now()
		s.mu.Lock()
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				s.reject("link: no pong to %d pings", missed)
			}
			s.drop(k)
			s.mu.Unlock()
			k.conn.Close()
			return
		}
		if kind != websocket.TextMessage {
			s.reject("link: a message that is no text")
		} else {
			s.heard(data, now)
		}
		s.mu.Unlock()
	}
}

// drop forgets a socket and sends what it owes over another.
func (s *Server) drop(k *socket) {
	if k.dropped {
		return
	}
	k.dropped = true
	close(k.gone)
	delete(s.open, k)
	k.refresh.stop()
	s.unlist(k)
	for _, id := range slices.Sorted(maps.Keys(k.inflight)) {
		e := k.inflight[id]
		e.timer.stop()
		if !e.d.acked && !e.d.givenUp && e.d.last == e && !s.closed {
			s.again(e.d, "connection_failed")
		}
	}
}
