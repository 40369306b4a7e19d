package metrics_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/bot/metrics"
	"github.com/frontdesk-care/frontdesk/corpus"
)

func TestMetrics(t *testing.T) {
	c, err := corpus.Load(corpus.Embedded())
	if err != nil {
		t.Fatal(err)
	}
	m := metrics.New("v1")
	m.Loaded(c)
	tg := m.For("telegram")
	tg.Answered(bot.Answer, "values-free")
	tg.Answered(bot.Answer, "values-free")
	tg.Answered(bot.Urgent, "urgent-999")
	tg.Judged("values-free", true)
	tg.Judged("values-free", false)
	tg.Called(true)
	tg.Called(false)
	m.Asked(time.Microsecond)
	m.Served("GET /a/{id}", "200", time.Millisecond)
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	for _, want := range []string{
		`frontdesk_questions_total{channel="telegram",entry="values-free",kind="answer"} 2`,
		`frontdesk_opinions_total{channel="telegram",entry="values-free",opinion="wrong"} 1`,
		`frontdesk_calls_total{channel="telegram",result="again"} 1`,
		`frontdesk_http_request_seconds_count{route="GET /a/{id}",status="200"} 1`,
		`frontdesk_corpus_reviewed_timestamp_seconds{document="values.md"}`,
		`frontdesk_ask_seconds_count 1`,
		`frontdesk_build_info{version="v1"} 1`,
	} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s is missing in\n%s", want, w.Body)
		}
	}
	var out bytes.Buffer
	m.Log(slog.New(slog.NewTextHandler(&out, nil)))
	if !strings.Contains(out.String(), `answer=2 urgent=1 "said to be right"=1 "said to be wrong"=1`) {
		t.Errorf("the log says %s", &out)
	}
}
