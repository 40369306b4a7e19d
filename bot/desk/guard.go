package desk

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/frontdesk-care/frontdesk/bot/traffic"
)

// policy is what a page may do: nothing but what this server brings, and no script
// or style written into the page. What stands in for the last part says who may
// show the page in a frame.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "

// guard puts the headers of a careful site on every answer, and stops floods.
func (s *Site) guard(next http.Handler) http.Handler {
	limits := newLimits(s.config.Limit)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		ancestors := "'none'"
		if r.URL.Path == "/embed" && len(s.config.Embedders) > 0 {
			ancestors = strings.Join(s.config.Embedders, " ")
		} else {
			h.Set("X-Frame-Options", "DENY")
		}
		h.Set("Content-Security-Policy", policy+ancestors)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer") // an address may hold a question
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		if !limits.allow(s.address(r)) {
			h.Set("Retry-After", "1")
			http.Error(w, "Too many requests. Please wait a moment and try again. In an emergency, call 999.", http.StatusTooManyRequests)
			return
		}
		if r.ContentLength > 0 || len(r.TransferEncoding) > 0 { // nothing here takes a body
			http.Error(w, "This page takes no content.", http.StatusRequestEntityTooLarge)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// address is where a request comes from, as far as it can be believed: behind a
// proxy, what the proxy added last.
func (s *Site) address(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if via := r.Header.Values("X-Forwarded-For"); s.config.TrustProxy && len(via) > 0 {
		all := strings.Split(via[len(via)-1], ",")
		host = strings.TrimSpace(all[len(all)-1])
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	a = a.Unmap().WithZone("")
	if a.Is6() { // one customer has at least 64 bits of addresses
		p, _ := a.Prefix(64) // a valid length: it cannot fail
		return p.Addr()
	}
	return a
}

// burstSeconds is how many seconds' worth of requests may come at once: a page with
// its parts, and a fast typist.
const burstSeconds = 5

// How many addresses are watched at a time, and for how long after the last request:
// one that was idle for so long is as good as new.
const (
	maxAddresses = 50_000
	idleAddress  = 2 * burstSeconds * time.Second
)

// limits watches how much comes from each address.
type limits struct {
	perSecond int
	from      *traffic.Recent[netip.Addr, *rate.Limiter]
}

func newLimits(perSecond int) *limits {
	return &limits{perSecond: perSecond, from: traffic.NewRecent[netip.Addr, *rate.Limiter](maxAddresses, idleAddress)}
}

func (l *limits) allow(from netip.Addr) bool {
	if l.perSecond <= 0 {
		return true
	}
	one, _ := l.from.Of(from, func() *rate.Limiter { return rate.NewLimiter(rate.Limit(l.perSecond), burstSeconds*l.perSecond) })
	return one.Allow()
}
