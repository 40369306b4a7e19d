package desk_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/frontdesk-care/frontdesk/bot/desk"
)

// paths are those that take something from outside, which X stands for.
var paths = []string{"/?q=X", "/results?q=X", "/embed?q=X", "/api/ask?q=X", "/a/X", "/a/X/qr.svg", "/d/X", "/api/entries/X", "/static/X", "/X", "/api/X", "/a/values-free?size=X", "/a/values-free/qr.svg", "/api/entries", "/opensearch.xml"}

// Whatever is asked, and at whatever host, nobody gets an error of ours or
// somebody else's markup.
func FuzzRequest(f *testing.F) {
	for i := range paths {
		f.Add(i, `"><zz onload='zz()'>`, "localhost:8080")
		f.Add(i, "\xff\x00\u202e\r\nSet-Cookie: zz", `"><zz>`)
		f.Add(i, "../../etc/passwd", strings.Repeat("a", 3000))
	}
	h := site(f, real(), desk.Config{})
	f.Fuzz(func(t *testing.T, path int, typed, host string) {
		r := httptest.NewRequest("GET", "/", nil)
		address, err := url.Parse(strings.ReplaceAll(paths[uint(path)%uint(len(paths))], "X", url.QueryEscape(typed)))
		if err != nil {
			t.Fatal(err)
		}
		r.URL, r.Host = address, host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		body, kind := w.Body.String(), w.Header().Get("Content-Type")
		if w.Code >= 500 || !utf8.ValidString(body) {
			t.Errorf("%s at %q: status %d\n%s", address, host, w.Code, body)
		}
		if strings.HasPrefix(kind, "application/json") {
			if !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s: %s", address, body)
			}
		} else if w.Code < 300 || w.Code >= 400 {
			if strings.Contains(body, "<zz") || strings.Contains(body, "'zz()") {
				t.Errorf("%s at %q: somebody else's markup in\n%s", address, host, body)
			}
		}
	})
}
