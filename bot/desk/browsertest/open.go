package browsertest

import (
	"cmp"
	"context"
	"math"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Options are how a person looks at a page. The zero value is a desktop window of
// 1280 by 800 pixels in a light colour scheme.
type Options struct {
	Width, Height int     // of the window in pixels; 0 is the usual size
	Zoom          float64 // of the page; 4 is 400 %, which leaves a quarter of the width
	Dark          bool    // prefers a dark colour scheme
	ForcedColours bool    // high contrast: the system's few colours replace the page's
	ReducedMotion bool    // prefers less motion
	NoScript      bool    // without JavaScript; the methods of [Page] work all the same
	Phone         bool    // a touch screen of 360 by 740 that heeds the viewport meta tag
}

// Page is a tab with cookies and storage of its own. It belongs to the test that
// opened it, which it fails.
type Page struct {
	t      testing.TB
	ctx    context.Context
	record *record
	o      Options
}

// Open opens a tab until the test ends and waits until the page has loaded. An
// error page of the server's is a page too.
func (b *Browser) Open(t testing.TB, url string, o Options) *Page {
	t.Helper()
	r := &record{weights: map[string]float64{}}
	ctx, cancel := chromedp.NewContext(b.ctx,
		chromedp.WithNewBrowserContext(), chromedp.WithListener(r.listen))
	t.Cleanup(cancel)
	// As for the browser: no deadline in the context of the first call.
	late := time.AfterFunc(limit, cancel)
	err := chromedp.Do(ctx)
	if late.Stop(); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	p := &Page{t: t, ctx: ctx, record: r, o: o}
	p.Run(o.emulate(), chromedp.Navigate(url))
	return p
}

// Run performs actions of chromedp's, within 20 seconds together.
func (p *Page) Run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	do(p, "run", chromedp.Steps(actions...))
}

// do performs an action for its value. The name says in a failure what was tried.
func do[T any](p *Page, what string, action chromedp.Action[T]) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	v, err := chromedp.Run(ctx, action)
	if err != nil {
		p.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// call makes an action of one command of the protocol whose answer says nothing.
func call[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, command, params)
		return err
	})
}

func (o Options) emulate() chromedp.Action[chromedp.Void] {
	zoom := cmp.Or(o.Zoom, 1)
	width, height, density := 1280, 800, 1.0
	if o.Phone {
		width, height, density = 360, 740, 3
	}
	pixels := func(n, usual int) int64 {
		return int64(math.Round(float64(cmp.Or(n, usual)) / zoom))
	}
	return chromedp.Steps(
		call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width:             pixels(o.Width, width),
			Height:            pixels(o.Height, height),
			DeviceScaleFactor: density * zoom,
			Mobile:            o.Phone,
		}),
		call(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: o.Phone}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: o.media()}),
		// Each tab behaves as the one in front, so that tests can run side by side.
		call(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
		script(!o.NoScript),
	)
}

// media names every preference, also the ones not asked for: what the machine
// prefers must not decide a test.
func (o Options) media() []*emulation.MediaFeature {
	either := func(name string, on bool, yes, no string) *emulation.MediaFeature {
		if on {
			return &emulation.MediaFeature{Name: name, Value: yes}
		}
		return &emulation.MediaFeature{Name: name, Value: no}
	}
	return []*emulation.MediaFeature{
		either("prefers-color-scheme", o.Dark, "dark", "light"),
		either("forced-colors", o.ForcedColours, "active", "none"),
		either("prefers-reduced-motion", o.ReducedMotion, "reduce", "no-preference"),
	}
}

func script(on bool) chromedp.Action[chromedp.Void] {
	return call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on})
}
