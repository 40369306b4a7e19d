package desk_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/desk"
)

// real is a bot over the embedded corpus.
var real = channeltest.Real()

type counts struct {
	mu  sync.Mutex
	all []string
}

func (c *counts) Answered(kind bot.Kind, id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, string(kind)+" "+id)
}

// site is the desk's handler over a bot.
func site(t testing.TB, b desk.Answerer, config desk.Config) http.Handler {
	t.Helper()
	s, err := desk.New(slog.New(slog.DiscardHandler), config, b, &counts{})
	if err != nil {
		t.Fatal(err)
	}
	return s.Handler()
}

func get(h http.Handler, address string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", address, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const free = "We will provide services that are free at the point of delivery"

func TestPages(t *testing.T) {
	h := site(t, real(), desk.Config{PublicURL: "https://desk.example.org/", TelegramBot: func() string { return "our_bot" }})
	for _, test := range []struct {
		address string
		status  int
		holds   []string
		not     []string
	}{
		{"/", 200, []string{"What does the caller ask?", "Most used", `href="/d/values"`, "I keep nothing you type"}, []string{"<li class=\"result"}},
		{"/?q=do+i+have+to+pay", 200, []string{free, "Say it like this:", "You do not pay", `value="do i have to pay"`, "results</p>"}, nil},
		{"/?q=my+dad+has+collapsed", 200, []string{`role="alert"`, "Immediate action required:", "Call 999 now", "This may be an emergency"}, nil},
		{"/?q=who+won+the+match", 200, []string{"No answer", "I can&#39;t answer that"}, nil},
		{"/?q=how+do+i+book+an+appointment", 200, []string{"Where to send them", "contact your own GP practice"}, nil},
		{"/results?q=blam", 200, []string{"no blame culture"}, []string{"<html"}},
		{"/results?q=", 200, nil, []string{"status"}},
		{"/a/values-free", 200, []string{free, "Reviewed on", "https://desk.example.org/a/values-free", "https://t.me/our_bot?start=values-free", "/a/values-free/qr.svg", "Print on A4", "Our values"}, nil},
		{"/a/values", 200, []string{"We have thirteen values", `<a href="/a/values-free">`, free}, nil},
		{"/a/urgent-999", 200, []string{"Immediate action required:", "Call 999 now"}, nil},
		{"/a/values-free?size=a5", 200, []string{"print-a5"}, nil},
		{"/a/is-it-free", 404, []string{"Page not found", `href="/a/values-free"`}, nil},
		{"/a/not-urgent", 404, []string{"Page not found"}, nil},
		{"/d/values", 200, []string{"Our Values", free, "thirteen values"}, nil},
		{"/d/urgent", 200, []string{"Call 999"}, nil},
		{"/d/unknown", 404, nil, nil},
		{"/d/nothing", 404, nil, nil},
		{"/nothing/pay.html", 404, []string{`href="/a/values-free"`}, nil},
		{"/embed", 200, []string{"Ask us"}, []string{"<header"}},
		{"/embed?q=do+i+have+to+pay", 200, []string{free, `target="_blank" rel="noopener"`, "opens in a new tab"}, nil},
		{"/embed.js", 200, []string{"iframe"}, nil},
		{"/opensearch.xml", 200, []string{"https://desk.example.org/?q={searchTerms}"}, nil},
		{"/robots.txt", 200, []string{"Disallow: /api/"}, nil},
		{"/static/desk.css", 200, []string{"@media print"}, nil},
		{"/static/nothing.css", 404, nil, nil},
		{"/a/values-free/qr.svg", 200, []string{"<svg"}, nil},
		{"/a/nothing/qr.svg", 404, nil, nil},
	} {
		w := get(h, test.address)
		if w.Code != test.status {
			t.Errorf("%s: status %d, want %d", test.address, w.Code, test.status)
		}
		for _, want := range test.holds {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: %q is missing in\n%s", test.address, want, w.Body)
			}
		}
		for _, not := range test.not {
			if strings.Contains(w.Body.String(), not) {
				t.Errorf("%s holds %q", test.address, not)
			}
		}
	}
}

func TestEveryEntryHasItsPage(t *testing.T) {
	h := site(t, real(), desk.Config{PublicURL: "https://desk.example.org"})
	for _, e := range real().Corpus().Entries() {
		reply, ok := real().Entry(e.ID)
		if !ok {
			continue
		}
		page, code := get(h, "/a/"+e.ID), get(h, "/a/"+e.ID+"/qr.svg")
		if page.Code != 200 || code.Code != 200 {
			t.Errorf("%s: status %d, its code %d", e.ID, page.Code, code.Code)
		}
		for _, p := range reply.Passages {
			if !strings.Contains(unescape(page.Body.String()), p.Text) {
				t.Errorf("%s does not show %q", e.ID, p.Text)
			}
		}
	}
}

func unescape(html string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&", "&#43;", "+").Replace(html)
}

func TestHeaders(t *testing.T) {
	h := site(t, real(), desk.Config{Embedders: []string{"https://www.example.org"}})
	for _, address := range []string{"/", "/results?q=pay", "/a/values-free", "/nothing", "/api/ask?q=pay", "/static/desk.js", "/embed.js"} {
		header := get(h, address).Header()
		policy := header.Get("Content-Security-Policy")
		if strings.Contains(policy, "unsafe") || !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") ||
			header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Referrer-Policy") != "no-referrer" || header.Get("X-Frame-Options") != "DENY" || header.Get("Set-Cookie") != "" {
			t.Errorf("%s has the headers %v", address, header)
		}
	}
	if header := get(h, "/embed").Header(); !strings.HasSuffix(header.Get("Content-Security-Policy"), "frame-ancestors https://www.example.org") || header.Get("X-Frame-Options") != "" {
		t.Errorf("/embed has the headers %v", header)
	}
	if header := get(site(t, real(), desk.Config{}), "/embed").Header(); !strings.HasSuffix(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Error("nobody may embed the box unless the settings say so")
	}
}

func TestMethodsAndBodies(t *testing.T) {
	h := site(t, real(), desk.Config{})
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH"} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, "/api/ask?q=pay", nil))
		if w.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: status %d", method, w.Code)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/api/ask?q=pay", strings.NewReader("x")))
	if w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a body: status %d", w.Code)
	}
}

func TestFloodsAreStoppedByAddress(t *testing.T) {
	ask := func(h http.Handler, from string, headers ...string) int {
		r := httptest.NewRequest("GET", "/api/ask?q=pay", nil)
		r.RemoteAddr = from
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code
	}
	exhaust := func(h http.Handler, from string, headers ...string) int {
		for n := range 1000 {
			if ask(h, from, headers...) == http.StatusTooManyRequests {
				return n
			}
		}
		return 1000
	}
	h := site(t, real(), desk.Config{Limit: 2})
	if n := exhaust(h, "192.0.2.1:1000"); n < 10 || n > 15 {
		t.Errorf("%d requests went through at once", n)
	}
	if ask(h, "192.0.2.2:1000") != 200 {
		t.Error("another address is stopped, too")
	}
	if ask(h, "192.0.2.1:1000", "X-Forwarded-For", "198.51.100.7") != http.StatusTooManyRequests {
		t.Error("a header from anybody is believed")
	}
	if exhaust(h, "[2001:db8::1]:1000") > 15 || ask(h, "[2001:db8::2]:1000") != http.StatusTooManyRequests || ask(h, "[2001:db8:0:1::1]:1000") != 200 {
		t.Error("a customer's IPv6 addresses are not taken together, or two customers' are")
	}
	proxied := site(t, real(), desk.Config{Limit: 2, TrustProxy: true})
	exhaust(proxied, "127.0.0.1:1000", "X-Forwarded-For", "spoofed, 198.51.100.7")
	if ask(proxied, "127.0.0.1:1000", "X-Forwarded-For", "198.51.100.8") != 200 || ask(proxied, "127.0.0.1:1000", "X-Forwarded-For", "other, 198.51.100.7") != http.StatusTooManyRequests {
		t.Error("behind a proxy, the address that it added last counts")
	}
	if exhaust(site(t, real(), desk.Config{}), "192.0.2.1:1000") != 1000 {
		t.Error("without a limit there is one")
	}
}

// Whatever somebody types, and whatever a corpus holds, stays text.
func TestNothingTurnsIntoMarkup(t *testing.T) {
	attacks := []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `'-alert(1)-'`, `javascript:alert(1)`, `{{.}}`, `</title><script>`, "\u200b<b>"}
	text := "---\ntitle: Doc " + attacks[0] + "\nkind: statement\nsource: https://example.org/?a=\"><script>alert(1)</script>\norganisation: Org " + attacks[1] + "\n---\n\n"
	for i, a := range attacks {
		id := string(rune('a' + i))
		text += "## Title " + strings.ReplaceAll(a, "{{.}}", "{ {.}}") + " {#" + id + "}\n\n> `" + a + "` quoted\n\n`" + a + "` noted\n\n- ask for " + id + " please\n\n"
	}
	b := channeltest.Written(t, map[string]string{"words.md": text})
	h := site(t, b, desk.Config{})
	addresses := []string{"/", "/d/words"}
	for _, e := range b.Corpus().Entries() {
		addresses = append(addresses, "/a/"+e.ID, "/?q=ask+for+"+e.ID+"+please")
	}
	for _, a := range attacks {
		q := strings.NewReplacer("<", "%3C", ">", "%3E", "\"", "%22", " ", "%20", "{", "%7B", "}", "%7D", "\u200b", "%E2%80%8B").Replace(a)
		addresses = append(addresses, "/?q="+q, "/results?q="+q, "/embed?q="+q, "/a/"+q, "/d/"+q, "/"+q)
	}
	for _, address := range addresses {
		body := get(h, address).Body.String()
		for _, bad := range []string{"<script>", "<img src=x", "<b>", `href="javascript:`, "onerror=alert(1)>"} {
			if strings.Contains(strings.ReplaceAll(body, "onerror=alert(1)&gt;", ""), bad) {
				t.Errorf("%s holds %s", address, bad)
			}
		}
	}
}

func TestContract(t *testing.T) {
	channeltest.Run(t, func(t *testing.T, log *slog.Logger, b *bot.Bot) func(...string) []channeltest.Said {
		s, err := desk.New(log, desk.Config{}, b, &counts{})
		if err != nil {
			t.Fatal(err)
		}
		return func(texts ...string) []channeltest.Said {
			var all []channeltest.Said
			for _, text := range texts {
				r := httptest.NewRequest("GET", "/api/ask", nil)
				r.URL.RawQuery = "q=" + escape(strings.TrimPrefix(text, "/"))
				if e, ok := b.Command(strings.TrimPrefix(text, "/")); ok && strings.HasPrefix(text, "/") {
					r.URL.Path, r.URL.RawQuery = "/api/entries/"+e.ID, ""
				}
				w := httptest.NewRecorder()
				s.Handler().ServeHTTP(w, r)
				var reply bot.Reply
				if err := json.Unmarshal(w.Body.Bytes(), &reply); err != nil {
					t.Fatalf("%v: %s", err, w.Body)
				}
				all = append(all, channeltest.Said{Text: reply.Text})
			}
			return all
		}
	})
}

func escape(q string) string {
	var b strings.Builder
	for _, c := range []byte(q) {
		b.WriteString("%" + string("0123456789ABCDEF"[c>>4]) + string("0123456789ABCDEF"[c&15]))
	}
	return b.String()
}
