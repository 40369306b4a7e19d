package browsertest

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

// record is what a tab has asked for and complained about.
type record struct {
	mu       sync.Mutex // the browser's events come from another goroutine
	requests []string
	console  []string
	weights  map[string]float64 // bytes, by request
}

// Requests are the addresses that the page has asked for so far, redirects included,
// in their order. What a service worker asks for by itself is not among them.
func (p *Page) Requests() []string {
	p.t.Helper()
	p.settle()
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	return slices.Clone(p.record.requests)
}

// Console has the errors written to the console, the uncaught exceptions, the failed
// requests and the violations of the content security policy so far.
func (p *Page) Console() []string {
	p.t.Helper()
	p.settle()
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	return slices.Clone(p.record.console)
}

// Weight is the number of bytes that all answers so far took on the wire, headers
// included, bodies as compressed as they came.
func (p *Page) Weight() int {
	p.t.Helper()
	p.settle()
	p.record.mu.Lock()
	defer p.record.mu.Unlock()
	var sum float64
	for _, bytes := range p.record.weights {
		sum += bytes
	}
	return int(sum)
}

// settle makes sure that what the page has reported has arrived here: the answer
// to a command comes after the events before it.
func (p *Page) settle() {
	p.t.Helper()
	p.Eval("0", nil)
}

func (r *record) listen(event any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if e.RedirectResponse != nil {
			// The redirected request goes on under the same name.
			hop := fmt.Sprintf("%s before %d", e.RequestID, len(r.requests))
			r.weights[hop] = e.RedirectResponse.EncodedDataLength
		}
		if !strings.HasPrefix(e.Request.URL, "data:") { // asks nobody
			r.requests = append(r.requests, e.Request.URL)
		}
	case *network.EventResponseReceived:
		r.weights[string(e.RequestID)] = e.Response.EncodedDataLength
	case *network.EventDataReceived:
		r.weights[string(e.RequestID)] += float64(e.EncodedDataLength)
	case *network.EventLoadingFinished:
		r.weights[string(e.RequestID)] = e.EncodedDataLength
	case *runtime.EventExceptionThrown:
		r.complain("exception", exception(e.ExceptionDetails))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeAssert {
			r.complain("console", arguments(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			r.complain(string(e.Entry.Source), strings.TrimSpace(e.Entry.Text+" "+e.Entry.URL))
		}
	}
}

func (r *record) complain(source, text string) {
	r.console = append(r.console, source+": "+text)
}

func exception(d *runtime.ExceptionDetails) string {
	if d.Exception != nil && d.Exception.Description != "" {
		return d.Exception.Description
	}
	return strings.TrimSpace(d.Text + " " + arguments([]*runtime.RemoteObject{d.Exception}))
}

func arguments(objects []*runtime.RemoteObject) string {
	var words []string
	for _, o := range objects {
		switch {
		case o == nil:
		case o.Description != "":
			words = append(words, o.Description)
		default:
			words = append(words, strings.Trim(string(o.Value), `"`))
		}
	}
	return strings.Join(words, " ")
}
