package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// send writes bytes to the program as they are, and reads the answers until the
// program hangs up.
func send(t *testing.T, base, request string) []*http.Response {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Error(err)
		return nil
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(patience))
	go func() {
		io.WriteString(conn, request) // it may be refused half way
		conn.(*net.TCPConn).CloseWrite()
	}()
	var all []*http.Response
	for r := bufio.NewReader(conn); ; {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return all
		}
		body, _ := io.ReadAll(resp.Body) // an error means that the program hung up on what it had not read
		resp.Body = io.NopCloser(strings.NewReader(string(body)))
		all = append(all, resp)
	}
}

// well asks whether the program is well: a request that whoever smuggles wants answered.
const well = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

// What no browser sends gets a clear no or a closed connection, and nothing behind it
// is taken for a request. 501, 505 and 417 are what HTTP asks for; the program sends no
// other status of 500 or more.
func TestOddRequests(t *testing.T) {
	t.Parallel()
	p, base := opened(t, "FRONTDESK_LIMIT=0")
	get := func(target, headers string) string {
		return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n"
	}
	many := strings.Repeat
	var sending sync.WaitGroup // side by side: after an odd request the program waits half a second before it hangs up
	for name, test := range map[string]struct {
		request string
		want    string // the statuses, one an answer
	}{
		"a long header":            {get("/", "X: "+many("a", 24<<10)+"\r\n"), "431"},
		"a long request line":      {get("/"+many("a", 24<<10), ""), "431"},
		"many headers":             {get("/", many("A: b\r\n", 4_000)), "431"},
		"a body":                   {get("/", "Content-Length: 5\r\n") + "hello" + well, "413 200"},
		"two lengths":              {get("/", "Content-Length: 5\r\nContent-Length: 6\r\n") + "hello" + well, "400"},
		"a length with a sign":     {get("/", "Content-Length: +5\r\n") + "hello" + well, "400"},
		"a list of lengths":        {get("/", "Content-Length: 5, 5\r\n") + "hello" + well, "400"},
		"a space before the colon": {get("/", "Content-Length : 5\r\n") + "hello" + well, "400"},
		"a length and chunks":      {get("/", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + well, "413"},
		"the same for a probe":     {get("/healthz", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n") + "0\r\n\r\n" + well, "200"},
		"a chunk without a size":   {get("/", "Transfer-Encoding: chunked\r\n") + "zz\r\nhello\r\n0\r\n\r\n" + well, "413"},
		"a chunk of 2^72 bytes":    {get("/healthz", "Transfer-Encoding: chunked\r\n") + "1000000000000000000\r\nhello" + well, "200"},
		"an unknown encoding":      {get("/", "Transfer-Encoding: xchunked\r\n") + well, "501"},
		"two encodings":            {get("/", "Transfer-Encoding: gzip, chunked\r\n") + "0\r\n\r\n" + well, "501"},
		"a folded header":          {get("/healthz", "A: b\r\n c\r\n"), "200"},
		"a fold before any header": {"GET / HTTP/1.1\r\n Host: x\r\n\r\n" + well, "400"},
		"a header without a colon": {get("/", "Ab\r\n") + well, "400"},
		"NUL in a header":          {get("/", "A: \x00\r\n") + well, "400"},
		"ends of lines without LF": {"GET / HTTP/1.1\rHost: x\r\r", "400"},
		"HTTP/0.9":                 {"GET /\r\n", "400"},
		"HTTP/2 in the clear":      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"},
		"HTTP/2 by name":           {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "505"},
		"HTTP/2 by upgrade":        {get("/healthz", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"), "200"},
		"TLS":                      {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400"},
		"nothing":                  {"", ""},
		"CONNECT":                  {"CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n", "404"},
		"TRACE":                    {"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
		"OPTIONS *":                {"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "200"},
		"a method of one's own":    {"FROB / HTTP/1.1\r\nHost: x\r\n\r\n", "405"},
		"an expectation":           {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: zz\r\n\r\nhello", "417"},
		"two slashes":              {get("//evil.example/a", ""), "307"},
		"a backslash":              {get("/\\evil.example", ""), "404"},
		"a way out of the folder":  {get("/%2e%2e/%2e%2e/etc/passwd", ""), "404"},
		"a way out of static":      {get("/static/..%2f..%2fetc/passwd", ""), "404"},
		"NUL in the path":          {get("/a/%00", ""), "404"},
		"a line end in the path":   {get("/a/%0d%0aX: y", ""), "400"},
		"the same, encoded":        {get("/a/%0d%0aX-Evil:%20y", ""), "404"},
		"the same, redirected":     {get("//a/%0d%0aX-Evil:%20y", ""), "307"},
		"a path that is no text":   {get("/\xff\xfe", ""), "404"},
		"a broken escape":          {get("/%zz", ""), "400"},
		"a broken query":           {get("/api/ask?q=a;b=%zz", ""), "400"},
		"no host":                  {"GET / HTTP/1.1\r\n\r\n", "400"},
		"two hosts":                {get("/", "Host: y\r\n"), "400"},
		"markup for a host":        {"GET /a/values-free HTTP/1.1\r\nHost: \"><script>\r\n\r\n", "400"},
		"a path in the host":       {"GET /a/values-free HTTP/1.1\r\nHost: evil.example/?\r\n\r\n", "400"},
		"a host of 3,000 letters":  {"GET /a/values-free/qr.svg HTTP/1.1\r\nHost: " + many("a", 3000) + "\r\n\r\n", "200"},
	} {
		sending.Go(func() {
			var got []string
			for _, r := range send(t, base, test.request) {
				got = append(got, strconv.Itoa(r.StatusCode))
				to := r.Header.Get("Location")
				if r.Header.Get("X-Evil") != "" || strings.HasPrefix(to, "//") || strings.HasPrefix(to, "http") || strings.ContainsAny(to, "\r\n\\") {
					t.Errorf("%s: the headers are %v", name, r.Header)
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%s: got %q, want %q", name, got, test.want)
			}
		})
	}
	sending.Wait()
	if said := p.output.String(); strings.Contains(said, "panic") || strings.Contains(said, "evil") {
		t.Errorf("the program says\n%s", said)
	}
}

// Links follow the name that the browser asked for only while nobody has said
// what the desk's address is.
func TestLinksFollowTheHostOnlyWithoutAnAddress(t *testing.T) {
	t.Parallel()
	const followed = "http://evil.example/a/values-free"
	for _, test := range []struct {
		settings []string
		follows  bool
	}{{nil, true}, {[]string{"FRONTDESK_PUBLIC_URL=https://desk.example.org"}, false}} {
		_, base := opened(t, test.settings...)
		for _, request := range []string{
			"GET /a/values-free HTTP/1.1\r\nHost: evil.example\r\n\r\n",
			"GET http://evil.example/a/values-free HTTP/1.1\r\nHost: x\r\n\r\n",
			"GET /a/values-free HTTP/1.1\r\nHost: x\r\nX-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n\r\n",
		} {
			answers := send(t, base, request)
			if len(answers) != 1 || answers[0].StatusCode != http.StatusOK {
				t.Fatalf("%d answers to %q", len(answers), request)
			}
			body, _ := io.ReadAll(answers[0].Body) // it is in memory: it cannot fail
			want := test.follows && !strings.Contains(request, "Forwarded")
			if strings.Contains(string(body), followed) != want {
				t.Errorf("with %q, does %q lead to its own links? want %v", test.settings, request, want)
			}
		}
	}
}

// Connections on which next to nothing comes are closed when the time for headers
// is over. Meanwhile everybody else is served, and nothing of them stays.
func TestSlowConnectionsHarmNobody(t *testing.T) {
	t.Parallel()
	_, base := opened(t)
	before := open(t, base)
	const slow = 100
	var dripping sync.WaitGroup
	for range slow {
		conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		dripping.Go(func() {
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(patience))
			go func() {
				for _, b := range []byte("GET / HTTP/1.1\r\nHost: x\r\nX: " + strings.Repeat("a", 1<<16)) {
					if _, err := conn.Write([]byte{b}); err != nil {
						return
					}
					time.Sleep(100 * time.Millisecond) // the pace of the attack
				}
			}()
			if answer, err := io.ReadAll(conn); errors.Is(err, os.ErrDeadlineExceeded) || strings.Contains(string(answer), " 200 ") {
				t.Errorf("a slow connection got %q, %v", answer, err)
			}
		})
	}
	if _, body := fetch(t, base+"/api/ask?q=do+i+have+to+pay"); !strings.Contains(body, "values-free") {
		t.Errorf("meanwhile somebody asked and got %s", body)
	}
	dripping.Wait()
	for deadline := time.Now().Add(patience); open(t, base) >= before+slow/2; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d files are open afterwards, %d before", open(t, base), before)
		}
	}
}

// open is how many files and connections the program has open, as it says itself.
func open(t *testing.T, base string) int {
	t.Helper()
	_, metrics := fetch(t, base+"/metrics")
	_, after, _ := strings.Cut(metrics, "\nprocess_open_fds ")
	number, _, _ := strings.Cut(after, "\n")
	n, err := strconv.Atoi(number)
	if err != nil {
		t.Fatalf("how many files are open? %v in\n%s", err, metrics)
	}
	return n
}
