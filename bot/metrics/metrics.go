// Package metrics counts what the channels do, for Prometheus and for a line in the
// log. It keeps numbers only: never a text, never who asked. It must not know how a
// channel works. Start reading at [New] and [Metrics.For].
package metrics

import (
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/frontdesk-care/frontdesk/bot"
	"github.com/frontdesk-care/frontdesk/corpus"
)

// Metrics are the numbers of one run. They are safe for concurrent use.
type Metrics struct {
	registry  *prometheus.Registry
	questions *prometheus.CounterVec
	opinions  *prometheus.CounterVec
	calls     *prometheus.CounterVec
	delivered *prometheus.CounterVec
	reviewed  *prometheus.GaugeVec
	due       *prometheus.GaugeVec
	loaded    prometheus.Gauge
	refused   prometheus.Gauge
	reloads   *prometheus.CounterVec
	requests  *prometheus.HistogramVec
	asked     prometheus.Histogram

	mu    sync.Mutex
	kinds map[bot.Kind]int
	right int
	wrong int
}

// quick are the limits of the buckets for times, in seconds: an answer takes well
// below a millisecond, a page some, and a webhook waits for its turn.
func quick() []float64 { return []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5, 30} }

// New makes metrics with a registry of their own.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), kinds: map[bot.Kind]int{},
		questions: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_questions_total", Help: "Replies given, by channel, kind and entry."}, []string{"channel", "kind", "entry"}),
		opinions:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_opinions_total", Help: "What people said of an answer."}, []string{"channel", "entry", "opinion"}),
		calls:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_calls_total", Help: "Calls to a platform that went through, and those that failed and are tried again."}, []string{"channel", "result"}),
		delivered: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_deliveries_total", Help: "Deliveries that were answered, and those that had been answered before."}, []string{"channel", "result"}),
		reviewed:  prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "frontdesk_corpus_reviewed_timestamp_seconds", Help: "When somebody last held a document against its source."}, []string{"document"}),
		due:       prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "frontdesk_corpus_review_due_timestamp_seconds", Help: "When that should be done again."}, []string{"document"}),
		loaded:    prometheus.NewGauge(prometheus.GaugeOpts{Name: "frontdesk_corpus_loaded_timestamp_seconds", Help: "Since when the present corpus has been in use."}),
		refused:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "frontdesk_corpus_refused", Help: "1 while a changed corpus is refused and the earlier one stays in use."}),
		reloads:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "frontdesk_corpus_reloads_total", Help: "Changed corpora that were taken, and those that were refused."}, []string{"result"}),
		asked:     prometheus.NewHistogram(prometheus.HistogramOpts{Name: "frontdesk_ask_seconds", Help: "Time taken to find the answer to a question, on any channel.", Buckets: []float64{.00001, .00002, .00005, .0001, .0002, .0005, .001, .002, .005, .01, .1, 1}}),
		requests:  prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "frontdesk_http_request_seconds", Help: "Time taken by web requests, by route and status.", Buckets: quick()}, []string{"route", "status"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "frontdesk_build_info", Help: "Always 1; the version stands in the label.", ConstLabels: prometheus.Labels{"version": version}})
	build.Set(1)
	m.registry.MustRegister(m.questions, m.opinions, m.calls, m.delivered, m.reviewed, m.due, m.loaded, m.refused, m.reloads, m.requests, m.asked, build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	m.reloads.WithLabelValues(taken)
	m.reloads.WithLabelValues(refused)
	return m
}

// Loaded notes which corpus is in use from now on.
func (m *Metrics) Loaded(c *corpus.Corpus) {
	m.loaded.SetToCurrentTime()
	m.reviewed.Reset()
	m.due.Reset()
	for _, d := range c.Documents {
		if !d.Reviewed.IsZero() {
			m.reviewed.WithLabelValues(d.File).Set(float64(d.Reviewed.Unix()))
			m.due.WithLabelValues(d.File).Set(float64(d.ReviewDue.Unix()))
		}
	}
}

// Claims notes where to ask whether claims are weaker than promised.
func (m *Metrics) Claims(weaker func() bool) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "frontdesk_claims_weaker", Help: "1 while a question may be answered twice, because Redis or the file of claims is out of reach."}, func() float64 {
		if weaker() {
			return 1
		}
		return 0
	}))
}

// What can become of a changed corpus.
const (
	taken   = "taken"
	refused = "refused"
)

// Reloaded notes what became of a changed corpus: a good one is taken, a bad one refused.
func (m *Metrics) Reloaded(good bool) {
	if good {
		m.reloads.WithLabelValues(taken).Inc()
		m.refused.Set(0)
		return
	}
	m.reloads.WithLabelValues(refused).Inc()
	m.refused.Set(1)
}

// Handler serves the numbers to Prometheus.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Served counts a web request. route must be a pattern, not an address: that may hold a question.
func (m *Metrics) Served(route, status string, took time.Duration) {
	m.requests.WithLabelValues(route, status).Observe(took.Seconds())
}

// Asked counts how long a question took.
func (m *Metrics) Asked(took time.Duration) { m.asked.Observe(took.Seconds()) }

// Log writes all counts of replies on one line.
func (m *Metrics) Log(log *slog.Logger) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var line []any
	for _, kind := range slices.Sorted(maps.Keys(m.kinds)) {
		line = append(line, string(kind), m.kinds[kind])
	}
	log.Info("replies since the start", append(line, "said to be right", m.right, "said to be wrong", m.wrong)...)
}

// Counts are the numbers of one channel.
type Counts struct {
	all     *Metrics
	channel string
}

// For gives the counts of a channel.
func (m *Metrics) For(channel string) *Counts { return &Counts{m, channel} }

// Answered counts a reply, by its kind and the id of its entry.
func (c *Counts) Answered(kind bot.Kind, id string) {
	c.all.questions.WithLabelValues(c.channel, string(kind), id).Inc()
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	c.all.kinds[kind]++
}

// Judged counts what somebody said of an answer.
func (c *Counts) Judged(id string, right bool) {
	opinion := "right"
	if !right {
		opinion = "wrong"
	}
	c.all.opinions.WithLabelValues(c.channel, id, opinion).Inc()
	c.all.mu.Lock()
	defer c.all.mu.Unlock()
	if right {
		c.all.right++
	} else {
		c.all.wrong++
	}
}

// Called counts a call to the platform. One that did not go through is tried again.
func (c *Counts) Called(through bool) {
	result := "through"
	if !through {
		result = "again"
	}
	c.all.calls.WithLabelValues(c.channel, result).Inc()
}

// Delivered counts a delivery that is done. One that is known had been answered before.
func (c *Counts) Delivered(known bool) {
	result := "answered"
	if known {
		result = "known"
	}
	c.all.delivered.WithLabelValues(c.channel, result).Inc()
}
