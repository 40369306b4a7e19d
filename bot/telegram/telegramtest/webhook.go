package telegramtest

import (
	"context"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A webhook is where updates are delivered to. As with Telegram, the updates
// of one chat wait for each other, those of different chats do not.
type webhook struct {
	url         string
	secret      string
	connections int // at most
	open        int
	ctx         context.Context
	cancel      context.CancelFunc
	lanes       map[int64][]*update // the first of a lane is ready or under way
	ready       []int64             // lanes whose first update can be delivered
	lastError   string
	lastErrorAt time.Time
}

func (s *Server) setWebhook(p params) (any, *apiError) {
	address := p["url"]
	if address == "" {
		return s.deleteWebhook(p)
	}
	n := p.number("max_connections", 40)
	switch {
	case n < 1 || n > 100:
		return nil, badRequest("max_connections must be between 1 and 100")
	case len(p["secret_token"]) > 256:
		return nil, badRequest("secret token is too long")
	case !isToken(p["secret_token"]):
		return nil, badRequest("secret token contains unallowed characters")
	case p["ip_address"] != "" && net.ParseIP(p["ip_address"]) == nil:
		return nil, badRequest("wrong IP address specified")
	}
	if _, given := p["secret_token"]; given && p["secret_token"] == "" {
		return nil, badRequest("secret token is empty")
	}
	if refused := checkHookURL(address); refused != nil {
		return nil, refused
	}
	if refused := s.allow(p); refused != nil {
		return nil, refused
	}
	s.dropHook(p.yes("drop_pending_updates"))
	s.endPoll("terminated by setWebhook request")
	h := &webhook{url: address, secret: p["secret_token"], connections: int(n), lanes: map[int64][]*update{}}
	h.ctx, h.cancel = context.WithCancel(s.ctx)
	s.hook = h
	for _, u := range s.queue.echoes {
		s.enlist(h, u)
	}
	for _, u := range s.queue.updates[s.queue.head:] {
		if !u.confirmed { // one of another chat may have held it up
			s.enlist(h, u)
		}
	}
	s.queue.echoes = nil
	return true, nil
}

// checkHookURL wants https as Telegram does, but for loopback hosts, where no
// test has a certificate.
func checkHookURL(address string) *apiError {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return badRequest("bad webhook: invalid webhook URL specified")
	}
	ip := net.ParseIP(u.Hostname())
	local := u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
	switch {
	case u.Scheme == "http" && local, u.Scheme == "https" && local:
		return nil
	case u.Scheme != "https":
		return badRequest("bad webhook: An HTTPS URL must be provided for webhook")
	case !slices.Contains([]string{"", "80", "88", "443", "8443"}, u.Port()):
		return badRequest("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
	}
	return nil
}

func (s *Server) deleteWebhook(p params) (any, *apiError) {
	s.dropHook(p.yes("drop_pending_updates"))
	return true, nil
}

// dropHook ends all deliveries; what they did not get through stays queued.
func (s *Server) dropHook(pending bool) {
	if s.hook != nil {
		s.hook.cancel()
		s.hook = nil
	}
	if pending {
		s.queue.confirmBelow(s.queue.last + 1)
		s.queue.echoes = nil
	}
}

func (s *Server) getWebhookInfo(params) (any, *apiError) {
	info := map[string]any{"url": "", "has_custom_certificate": false, "pending_update_count": s.queue.pending}
	if s.allowed != nil {
		var kinds []string
		for _, k := range updateKinds {
			if s.allowed[k] {
				kinds = append(kinds, k)
			}
		}
		info["allowed_updates"] = kinds
	}
	if h := s.hook; h != nil {
		info["url"] = h.url
		info["max_connections"] = h.connections
		info["ip_address"] = "127.0.0.1"
		if h.lastError != "" {
			info["last_error_date"] = h.lastErrorAt.Unix()
			info["last_error_message"] = h.lastError
		}
	}
	return info, nil
}

// enlist puts an update into its lane.
func (s *Server) enlist(h *webhook, u *update) {
	lane := append(h.lanes[u.lane], u)
	h.lanes[u.lane] = lane
	switch n := len(lane); {
	case n == 1:
		h.ready = append(h.ready, u.lane)
		s.pump(h)
	case n > 2 && s.shuffle.swaps(): // the first may be under way
		lane[n-1], lane[n-2] = lane[n-2], lane[n-1]
	}
}

// pump starts as many deliveries as there may be.
func (s *Server) pump(h *webhook) {
	for h.open < h.connections && len(h.ready) > 0 && h.ctx.Err() == nil {
		u := h.lanes[h.ready[0]][0]
		h.ready = h.ready[1:]
		h.open++
		s.hooks.Go(func() { s.deliver(h, u) })
	}
}

// delivered confirms an update and lets the next of its lane follow.
func (s *Server) delivered(h *webhook, u *update, answer []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.open--
	if h.ctx.Err() != nil {
		return // the answer came too late: the webhook is gone
	}
	s.shuffle.decide(u)
	if u.fate == twin {
		u.fate = echo
	}
	s.queue.confirm(u)
	lane := h.lanes[u.lane][1:]
	// With a webhook a repetition follows at once.
	lane = append(slices.Clone(s.queue.echoes), lane...)
	s.queue.echoes = nil
	if len(lane) == 0 {
		delete(h.lanes, u.lane)
	} else {
		h.lanes[u.lane] = lane
		h.ready = append(h.ready, u.lane)
	}
	s.obey(answer)
	s.pump(h)
	s.notify()
}

// obey executes the call that an answer to a delivery may contain; its result
// goes nowhere.
func (s *Server) obey(answer []byte) {
	if !strings.HasPrefix(strings.TrimSpace(string(answer)), "{") {
		return
	}
	p := params{}
	if refused := p.addJSON(answer); refused != nil {
		s.rejected = append(s.rejected, "answer to a webhook: "+refused.Description)
		return
	}
	name, ok := p["method"]
	if !ok {
		return
	}
	delete(p, "method")
	if _, refused := s.execute(name, p); refused != nil {
		s.reject(name, p, refused)
	}
}

// failed remembers why a delivery failed and, after a pause, tries again.
func (s *Server) failed(h *webhook, u *update, why string, pause time.Duration) {
	s.mu.Lock()
	h.open--
	h.lastError, h.lastErrorAt = why, s.now()
	s.pump(h) // others may use the connection meanwhile
	s.notify()
	s.mu.Unlock()
	s.pause(h.ctx, pause)
	s.mu.Lock()
	defer s.mu.Unlock()
	h.ready = append(h.ready, u.lane)
	s.pump(h)
}
