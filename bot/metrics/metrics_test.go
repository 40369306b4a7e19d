package metrics_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
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
		`frontdesk_corpus_loaded_timestamp_seconds `,
		`frontdesk_corpus_refused 0`,
		`frontdesk_corpus_reloads_total{result="refused"} 0`,
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

// A document that has left the corpus leaves the numbers, too, and a refused
// corpus shows until a good one comes.
func TestMetricsFollowTheCorpus(t *testing.T) {
	const unknown = "---\ntitle: No\nkind: unknown\n---\n\n## No {#unknown}\n\nI cannot answer that.\n\n- who won\n"
	written := func(file string) *corpus.Corpus {
		text := "---\ntitle: Hours\nkind: statement\nreviewed: 2026-11-22\n---\n\n## When we open {#hours-open}\n\n> We open at eight.\n\n- when do you open\n"
		c, err := corpus.Load(fstest.MapFS{"unknown.md": {Data: []byte(unknown)}, file: {Data: []byte(text)}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	m := metrics.New("v1")
	holds := func(yes []string, no ...string) {
		t.Helper()
		w := httptest.NewRecorder()
		m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		for _, want := range yes {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s is missing in\n%s", want, w.Body)
			}
		}
		for _, not := range no {
			if strings.Contains(w.Body.String(), not) {
				t.Errorf("%s still stands in\n%s", not, w.Body)
			}
		}
	}
	m.Loaded(written("hours.md"))
	holds([]string{`document="hours.md"`})
	m.Reloaded(false)
	holds([]string{`frontdesk_corpus_refused 1`, `frontdesk_corpus_reloads_total{result="refused"} 1`, `document="hours.md"`})
	m.Loaded(written("times.md"))
	m.Reloaded(true)
	holds([]string{`frontdesk_corpus_refused 0`, `frontdesk_corpus_reloads_total{result="taken"} 1`, `document="times.md"`}, `document="hours.md"`)
}
