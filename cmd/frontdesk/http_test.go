package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/channeltest"
	"github.com/frontdesk-care/frontdesk/bot/metrics"
)

// What goes wrong in a page is logged and counted, without what was asked. The address
// that Telegram delivers to, which is a secret, is counted under a name of its own.
func TestWebRequestsAreCounted(t *testing.T) {
	var log channeltest.Log
	m := metrics.New("test")
	h := newHandler(t.Context(), log.Logger(), map[string]http.Handler{
		"/broken":             http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("zzmarkzz") }),
		"/telegram/secretive": http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
	}, m)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	if w := get("/broken?q=zzmarkzz"); w.Code != http.StatusInternalServerError || !strings.Contains(w.Body.String(), "call 999") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	get("/telegram/secretive")
	numbers := get("/metrics").Body.String()
	for _, want := range []string{`{route="/broken",status="500"} 1`, `{route="/telegram/",status="200"} 1`} {
		if !strings.Contains(numbers, "frontdesk_http_request_seconds_count"+want) {
			t.Errorf("%s is missing in\n%s", want, numbers)
		}
	}
	if says := log.String(); !strings.Contains(says, "a web request could not be handled") || !strings.Contains(says, "http_test.go") || strings.Contains(says, "zzmarkzz") || strings.Contains(numbers, "secretive") {
		t.Errorf("the log says\n%s", says)
	}
}
