package main

import (
	"context"
	"fmt"
	"net"
	"sync"
)

// A cut is what a proxy does to the traffic.
type cut string

// The ways in which a network fails.
const (
	whole   cut = ""               // it does not
	refused cut = "refused"        // nothing new connects; what is connected stays
	reset   cut = "reset"          // every connection is reset, and new ones are at once
	stalled cut = "stalled"        // connections stay and open, and nothing gets through until later
	swallow cut = "replies gone"   // what the program says arrives; what it is told does not
	freeze  cut = "questions gone" // the other way round
)

// cuts are those to choose from.
var cuts = [...]cut{refused, reset, stalled, swallow, freeze}

// A proxy passes connections on, as well as its cut allows.
type proxy struct {
	listener net.Listener
	target   string
	dialer   net.Dialer

	mu      sync.Mutex
	cut     cut
	changed chan struct{} // closed and replaced with each change of cut
	links   map[*link]bool
	work    sync.WaitGroup
	closed  bool
}

// A link is a connection through the proxy.
type link struct {
	near, far net.Conn
	holed     bool // something on it was swallowed: what follows would make no sense
}

func (l *link) reset() {
	for _, c := range []net.Conn{l.near, l.far} {
		if tcp, ok := c.(*net.TCPConn); ok {
			tcp.SetLinger(0) // a reset rather than an orderly end
		}
		c.Close()
	}
}

// newProxy listens on a free port and passes on to the target, which sees the
// connections come from this host; empty for any.
func newProxy(target, from string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a proxy: %w", err)
	}
	p := &proxy{listener: l, target: target, changed: make(chan struct{}), links: map[*link]bool{}}
	if from != "" {
		p.dialer.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	p.work.Go(p.accept)
	return p, nil
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// set changes the cut from now on.
func (p *proxy) set(c cut) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = c
	close(p.changed)
	p.changed = make(chan struct{})
	for l := range p.links {
		if c == reset || c == whole && l.holed {
			l.reset()
		}
	}
}

func (p *proxy) close() {
	p.mu.Lock()
	p.closed = true
	close(p.changed)
	p.changed = make(chan struct{})
	for l := range p.links {
		l.reset()
	}
	p.mu.Unlock()
	p.listener.Close()
	p.work.Wait()
}

func (p *proxy) accept() {
	for {
		near, err := p.listener.Accept()
		if err != nil {
			return // it was closed
		}
		p.work.Go(func() { p.serve(near) })
	}
}

func (p *proxy) serve(near net.Conn) {
	l := &link{near: near, far: near}
	if p.is(refused, reset) {
		l.reset()
		return
	}
	far, err := p.dialer.DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		l.reset()
		return
	}
	l.far = far
	p.mu.Lock()
	p.links[l] = true
	if p.closed || p.cut == reset {
		l.reset()
	}
	p.mu.Unlock()
	var pumps sync.WaitGroup
	pumps.Go(func() { p.pump(l, near, far, freeze) })
	pumps.Go(func() { p.pump(l, far, near, swallow) })
	pumps.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, l)
}

func (p *proxy) is(any ...cut) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range any {
		if p.cut == c {
			return true
		}
	}
	return false
}

// pump passes bytes on in one direction, which this cut swallows, until the
// connection ends. The end gets through no sooner than bytes would.
func (p *proxy) pump(l *link, from, to net.Conn, hole cut) {
	defer l.near.Close()
	defer l.far.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if passes := p.admit(l, hole); !passes && err == nil {
			continue
		}
		if err != nil {
			return
		}
		if _, err := to.Write(buf[:n]); err != nil {
			return
		}
	}
}

// admit waits while traffic stalls, and tells whether it then passes.
func (p *proxy) admit(l *link, hole cut) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.cut == stalled && !p.closed {
		changed := p.changed
		p.mu.Unlock()
		<-changed
		p.mu.Lock()
	}
	if p.cut == hole {
		l.holed = true
		return false
	}
	return true
}
