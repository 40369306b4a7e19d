package desk_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/frontdesk-care/frontdesk/bot/desk"
	"github.com/frontdesk-care/frontdesk/bot/desk/browsertest"
)

// served is the desk on an address of its own.
func served(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(site(t, real(), desk.Config{TelegramBot: func() string { return "our_bot" }}))
	t.Cleanup(server.Close)
	return server.URL
}

// clean holds a page to what no page may do.
func clean(t *testing.T, p *browsertest.Page, base string) {
	t.Helper()
	for _, problem := range p.Console() {
		t.Errorf("the browser complains: %s", problem)
	}
	for _, address := range p.Requests() {
		if !strings.HasPrefix(address, base) {
			t.Errorf("somebody else is asked: %s", address)
		}
	}
}

// look keeps a screenshot where FRONTDESK_SCREENSHOTS names a folder, for people to look at.
func look(p *browsertest.Page, name string) {
	if folder := os.Getenv("FRONTDESK_SCREENSHOTS"); folder != "" {
		p.Screenshot(filepath.Join(folder, name+".png"))
	}
}

const hasResults = `document.querySelectorAll("#results .result").length > 0`

func TestTypeAndGetAnAnswer(t *testing.T) {
	base := served(t)
	browser := browsertest.Start(t)
	p := browser.Open(t, base, browsertest.Options{})
	if !strings.HasPrefix(p.Focused(), "input#q") {
		t.Errorf("at the start the focus is on %s", p.Focused())
	}
	look(p, "home")
	p.Type("#q", "b")
	p.Type("#q", "lam")
	p.Until("results come while typing", hasResults)
	if text := p.Text("#results"); !strings.Contains(text, "no blame culture") || !strings.Contains(text, "Say it like this:") || !strings.Contains(text, "Answer") {
		t.Errorf("the results are %s", text)
	}
	p.Until("they are announced", `/result/.test(document.getElementById("announce").textContent)`)
	if p.Focused() == "body" || !strings.HasPrefix(p.Focused(), "input#q") {
		t.Errorf("the focus has moved to %s", p.Focused())
	}
	look(p, "results")
	if w := p.Weight(); w > 60_000 {
		t.Errorf("the page weighs %d bytes", w)
	}

	p.Press("ArrowDown")
	if !strings.HasPrefix(p.Focused(), "a") {
		t.Errorf("arrow down leads to %s", p.Focused())
	}
	p.Press("ArrowUp")
	if !strings.HasPrefix(p.Focused(), "input#q") {
		t.Errorf("arrow up leads to %s", p.Focused())
	}
	p.Press("Escape")
	p.Until("Escape clears", `document.getElementById("q").value === "" && document.querySelectorAll("#results .result").length === 0`)
	p.Type("#q", "my dad has collapsed")
	p.Until("an emergency shows at once", `!!document.querySelector("#results .emergency[role=alert]")`)
	if text := p.Text("#results"); !strings.HasPrefix(text, "Immediate action required: this may be an emergency") {
		t.Errorf("the emergency is %s", text)
	}
	look(p, "emergency")
	p.Press("Enter")
	p.Press("Escape")
	p.Type("#q", "do i have to pay")
	p.Until("results come", hasResults+` && document.getElementById("results").dataset.for === "do i have to pay"`)
	p.Press("Enter")
	p.Until("Enter opens the first result", `location.pathname === "/a/values-free" && document.readyState === "complete"`)
	p.Press("Tab")
	if p.Focused() == "body" {
		t.Error("the keyboard leads nowhere")
	}
	clean(t, p, base)
}

func TestTheAnswerIsPassedOn(t *testing.T) {
	base := served(t)
	browser := browsertest.Start(t)
	p := browser.Open(t, base+"/a/values-free", browsertest.Options{})
	look(p, "answer")
	p.Run(chromedp.Click(chromedp.CSS(`[data-copy="copy-message"]`)))
	p.Until("the copy is confirmed", `document.getElementById("copied").textContent === "Copied."`)
	if text := p.Clipboard(); !strings.Contains(text, free) || !strings.HasSuffix(text, "/a/values-free") {
		t.Errorf("on the clipboard is %q", text)
	}
	p.Run(chromedp.Click(chromedp.CSS(`[data-copy="copy-telegram"]`)))
	p.Until("the link is copied", `document.getElementById("copied").textContent === "Copied."`)
	if text := p.Clipboard(); text != "https://t.me/our_bot?start=values-free" {
		t.Errorf("on the clipboard is %q", text)
	}
	for name, small := range map[string]bool{"a4": false, "a5": true} {
		page := browser.Open(t, base+map[bool]string{false: "/a/values-free", true: "/a/values-free?size=a5"}[small], browsertest.Options{})
		pdf := page.PDF(browsertest.PDFOptions{A5: small})
		if !bytes.HasPrefix(pdf, []byte("%PDF")) || bytes.Count(pdf, []byte("/Type /Page\n")) > 1 {
			t.Errorf("%s: the leaflet is no PDF of one page", name)
		}
		if folder := os.Getenv("FRONTDESK_SCREENSHOTS"); folder != "" {
			if err := os.WriteFile(filepath.Join(folder, "leaflet-"+name+".pdf"), pdf, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	back := browser.Open(t, base, browsertest.Options{})
	back.Eval(`localStorage.setItem("frontdesk-recent", JSON.stringify([{id: "values-free", title: "Free <b>x</b>"}]))`, nil)
	back.Run(chromedp.Reload())
	back.Until("what was opened last is listed", `!document.getElementById("recent").hidden`)
	if text := back.Text("#recent"); !strings.Contains(text, "Free <b>x</b>") {
		t.Errorf("listed is %s", text)
	}
	clean(t, p, base)
}

func TestWithoutAConnectionTheLastResultsStay(t *testing.T) {
	base := served(t)
	p := browsertest.Start(t).Open(t, base, browsertest.Options{})
	p.Type("#q", "blame")
	p.Until("results come", hasResults)
	p.Offline(true)
	p.Type("#q", " culture")
	p.Until("the loss is announced", `/No connection/.test(document.getElementById("announce").textContent)`)
	if text := p.Text("#results"); !strings.Contains(text, "no blame culture") {
		t.Errorf("the results are %s", text)
	}
	p.Until("the loss is seen", `(function (r) { return r.width > 200 && r.height > 20 && r.top >= 0 && r.bottom <= innerHeight; })(document.getElementById("announce").getBoundingClientRect())`)
	if text := p.Text("#announce"); text != "No connection. These are the results for “blame”." {
		t.Errorf("it says %s", text)
	}
	look(p, "offline")
	p.Offline(false)
	p.Type("#q", "?")
	p.Until("it goes on", `/result/.test(document.getElementById("announce").textContent)`)
}

func TestWithoutScript(t *testing.T) {
	base := served(t)
	p := browsertest.Start(t).Open(t, base, browsertest.Options{NoScript: true})
	p.Type("#q", "do i have to pay")
	p.Press("Enter")
	p.Until("the page shows results", hasResults)
	if text := p.Text("#results"); !strings.Contains(text, free) {
		t.Errorf("the results are %s", text)
	}
	p.Run(chromedp.Click(chromedp.CSS(".result h2 a")))
	p.Until("the answer opens", `location.pathname === "/a/values-free" && document.readyState === "complete"`)
	if text := p.Text("main"); !strings.Contains(text, free) || strings.Contains(text, "Copy the words") {
		t.Errorf("the page says %s", text)
	}
	look(p, "answer-noscript")
	clean(t, p, base)
}

// The box shows on the sites that may show it, and on no other.
func TestTheBoxOnAnotherSite(t *testing.T) {
	var base string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>The group</title><link rel="icon" href="data:,"><h1>The group</h1><script src="%s/embed.js" async></script>`, base)
	}))
	defer other.Close()
	browser := browsertest.Start(t)
	for _, allowed := range []bool{true, false} {
		config := desk.Config{}
		if allowed {
			config.Embedders = []string{other.URL}
		}
		server := httptest.NewServer(site(t, real(), config))
		defer server.Close()
		base = server.URL
		p := browser.Open(t, other.URL, browsertest.Options{})
		p.Until("the box is there", `document.querySelector("iframe")?.title === "Ask us"`)
		refused := func() bool {
			return strings.Contains(strings.Join(p.Console(), " "), "frame-ancestors")
		}
		if allowed {
			p.Until("the box has loaded", `performance.getEntriesByType("resource").some(e => e.name.endsWith("/embed"))`)
			look(p, "embedded")
			if refused() {
				t.Errorf("the browser complains: %v", p.Console())
			}
			continue
		}
		for deadline := time.Now().Add(time.Minute); !refused(); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("the box shows on any site: %v", p.Console())
			}
		}
	}
}

// Every page and state is held to WCAG 2.2 AA, at all the sizes and settings that people use.
func TestAccessibility(t *testing.T) {
	base := served(t)
	browser := browsertest.Start(t)
	pages := map[string]string{
		"home": "/", "results": "/?q=do+i+have+to+pay", "emergency": "/?q=my+dad+has+collapsed", "no-answer": "/?q=who+won+the+match", "nothing": "/?q=%3F",
		"answer": "/a/values-free", "overview": "/a/values", "urgent": "/a/urgent-cardiac", "signpost": "/a/signpost-appointments", "document": "/d/values",
		"not-found": "/a/value-free", "embed": "/embed?q=blame",
	}
	settings := map[string]browsertest.Options{
		"desktop": {}, "phone": {Phone: true}, "320px": {Width: 320, Height: 640}, "zoom400": {Zoom: 4}, "dark": {Dark: true}, "forced": {ForcedColours: true}, "noscript": {NoScript: true}, "still": {ReducedMotion: true},
	}
	often := []string{"home", "results", "emergency", "answer", "document"}
	for name, o := range settings {
		t.Run(name, func(t *testing.T) {
			for page, address := range pages {
				if name != "desktop" && name != "phone" && !slices.Contains(often, page) {
					continue // the same parts, put together in another way
				}
				p := browser.Open(t, base+address, o)
				for _, violation := range p.Axe() {
					t.Errorf("%s: %s", page, violation)
				}
				var wide bool
				p.Eval(`document.documentElement.scrollWidth > document.documentElement.clientWidth + 1`, &wide)
				if wide {
					t.Errorf("%s must be scrolled sideways", page)
				}
				look(p, page+"-"+name)
				if page != "not-found" { // which the browser notes
					clean(t, p, base)
				}
			}
		})
	}
}
