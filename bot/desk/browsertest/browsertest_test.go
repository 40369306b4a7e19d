package browsertest_test

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/frontdesk-care/frontdesk/bot/desk/browsertest"
)

// site serves pages by their path, under a content security policy that allows
// nothing but what the page's own server sends.
func site(t *testing.T, pages map[string]string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if to, ok := strings.CutPrefix(page, "redirect "); ok {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
		switch filepath.Ext(r.URL.Path) {
		case ".js":
			w.Header().Set("Content-Type", "text/javascript")
		case ".css":
			w.Header().Set("Content-Type", "text/css")
		default:
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'")
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func page(head, body string) string {
	return `<!doctype html><html lang="en"><head><title>Page</title><meta name="viewport" content="width=device-width">` +
		`<link rel="icon" href="data:,">` + head + `</head><body>` + body + `</body></html>`
}

const good = `<main><h1>Answers</h1><p id="p">Seen <b>by a person</b><span hidden>not this</span></p></main>`

// TestBrowser shares one browser among its parts.
func TestBrowser(t *testing.T) {
	b := browsertest.Start(t)
	for name, test := range map[string]func(*testing.T, *browsertest.Browser){
		"keyboard": keyboard, "looks": looks, "policy": policy, "no script": noScript,
		"offline": offline, "paper": paper, "clipboard": clipboard, "wire": wire, "axe": axe, "mistakes": mistakes, "without axe": withoutAxe,
	} {
		t.Run(name, func(t *testing.T) {
			test(t, b)
		})
	}
}

func keyboard(t *testing.T, b *browsertest.Browser) {
	form := `<form action="/found"><input id="q" name="q" class="big" value="old "><a id="a" href="/">Skip  it</a></form>`
	url := site(t, map[string]string{"/": page("", form), "/found": page("", good)})
	p := b.Open(t, url, browsertest.Options{})
	if got := p.Focused(); got != "body" {
		t.Errorf("focused at first: %s", got)
	}
	p.Press("Tab", "Tab")
	if got := p.Focused(); got != `a#a "Skip it"` {
		t.Errorf("focused after Tab: %s", got)
	}
	p.Press("Shift+Tab")
	if got := p.Focused(); got != `input#q.big "old"` {
		t.Errorf("focused after Shift+Tab: %s", got)
	}
	p.Type("#q", "é1/2")
	p.Press("Home", "Delete", "/", "+")
	var value string
	p.Eval(`Promise.resolve(document.querySelector("#q").value)`, &value)
	if value != "/+ld é1/2" {
		t.Errorf("typed %q", value)
	}
	p.Press("Enter")
	p.Until("the answer is there", `document.querySelector("h1")`)
	if got := p.Text("#p"); got != "Seen by a person" {
		t.Errorf("text %q", got)
	}
	p.Run(chromedp.NavigateBack())
	var where string
	p.Eval("location.pathname", &where)
	if where != "/" {
		t.Errorf("back at %s", where)
	}
}

func looks(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{
		"/":      page(`<link rel="stylesheet" href="/a.css">`, good),
		"/a.css": "p { color: rgb(1, 2, 3) }",
	})
	colour := `getComputedStyle(document.querySelector("p")).color === "rgb(1, 2, 3)"`
	for _, test := range []struct {
		name, js string
		o        browsertest.Options
	}{
		{"usual", `innerWidth === 1280 && innerHeight === 800 && devicePixelRatio === 1
			&& matchMedia("(prefers-color-scheme: light)").matches && matchMedia("(forced-colors: none)").matches
			&& matchMedia("(prefers-reduced-motion: no-preference)").matches && matchMedia("(hover: hover)").matches && ` + colour, browsertest.Options{}},
		{"dark and calm", `matchMedia("(prefers-color-scheme: dark)").matches && matchMedia("(prefers-reduced-motion: reduce)").matches`,
			browsertest.Options{Dark: true, ReducedMotion: true}},
		{"forced", `matchMedia("(forced-colors: active)").matches && !(` + colour + ")", browsertest.Options{ForcedColours: true}},
		{"zoomed", `innerWidth === 320 && innerHeight === 150 && devicePixelRatio === 4`, browsertest.Options{Height: 600, Zoom: 4}},
		{"phone", `innerWidth === 360 && "ontouchstart" in window && matchMedia("(hover: none)").matches && matchMedia("(pointer: coarse)").matches`, browsertest.Options{Phone: true}},
	} {
		var ok bool
		p := b.Open(t, url, test.o)
		if p.Eval(test.js, &ok); !ok {
			t.Errorf("%s: not so: %s", test.name, test.js)
		}
	}
}

func policy(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{
		"/":     page(`<script>document.title = "bad"</script><script src="/a.js"></script>`, good),
		"/a.js": `console.error("spilt", 3); console.log("fine"); setTimeout(() => { document.title = "thrown"; throw new Error("boom") })`,
	})
	p := b.Open(t, url, browsertest.Options{})
	p.Until("the exception is there", `document.title === "thrown"`)
	said := strings.Join(p.Console(), "\n")
	for _, want := range []string{"console: spilt 3", "Error: boom", "Content Security Policy"} {
		if !strings.Contains(said, want) {
			t.Errorf("the console lacks %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "fine") {
		t.Errorf("not an error:\n%s", said)
	}
	if quiet := b.Open(t, site(t, map[string]string{"/": page("", good)}), browsertest.Options{}); len(quiet.Console()) > 0 {
		t.Errorf("complaints about a good page: %q", quiet.Console())
	}
}

func noScript(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{
		"/":     page(`<script src="/a.js"></script>`, `<noscript><p>Works all the same</p></noscript><form action="/"><input id="q" name="q"></form>`),
		"/a.js": `document.title = "ran"`,
	})
	p := b.Open(t, url, browsertest.Options{NoScript: true})
	if got := p.Text("body"); got != "Works all the same" {
		t.Errorf("text %q", got)
	}
	p.Type("#q", "x\n")
	p.Until("the form is sent", `location.search === "?q=x"`)
	var title string
	if p.Eval("document.title", &title); title != "Page" {
		t.Errorf("a script ran: %s", title)
	}
}

func offline(t *testing.T, b *browsertest.Browser) {
	p := b.Open(t, site(t, map[string]string{"/": page("", good)}), browsertest.Options{})
	for _, off := range []bool{true, false, true} {
		p.Offline(off)
		var state struct{ OnLine, Reached bool }
		p.Eval(`fetch("/").then(() => true, () => false).then(r => ({OnLine: navigator.onLine, Reached: r}))`, &state)
		if state.OnLine == off || state.Reached == off {
			t.Errorf("offline %t, but %+v", off, state)
		}
	}
}

func paper(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{
		"/":         page("", good),
		"/own":      page(`<link rel="stylesheet" href="/own.css">`, good),
		"/own.css":  "@page { size: 100mm 100mm }",
		"/long":     page(`<link rel="stylesheet" href="/long.css">`, good),
		"/long.css": "body { height: 3000px; margin: 0 } main { padding: 1px }",
	})
	for _, test := range []struct {
		path          string
		o             browsertest.PDFOptions
		width, height int // in points
	}{
		{"/", browsertest.PDFOptions{}, 595, 842},
		{"/", browsertest.PDFOptions{A5: true}, 420, 595},
		{"/own", browsertest.PDFOptions{A5: true}, 283, 283},
	} {
		pdf := b.Open(t, url+test.path, browsertest.Options{}).PDF(test.o)
		box := regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`).FindSubmatch(pdf)
		if !bytes.HasPrefix(pdf, []byte("%PDF-")) || box == nil {
			t.Fatalf("%s: not a PDF: %.40q", test.path, pdf)
		}
		if w, h := points(t, box[1]), points(t, box[2]); w < test.width-2 || w > test.width+2 || h < test.height-2 || h > test.height+2 {
			t.Errorf("%s %+v: %d by %d points", test.path, test.o, w, h)
		}
	}
	file := filepath.Join(t.TempDir(), "new", "long.png")
	b.Open(t, url+"/long", browsertest.Options{Width: 400}).Screenshot(file)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c, err := png.DecodeConfig(f); err != nil || c.Width != 400 || c.Height != 3000 {
		t.Errorf("screenshot: %+v, %v", c, err)
	}
}

func points(t *testing.T, s []byte) int {
	t.Helper()
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(f + 0.5)
}

func clipboard(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{
		"/":     page(`<script defer src="/a.js"></script>`, `<button>Copy</button>`),
		"/a.js": `document.querySelector("button").onclick = e => navigator.clipboard.writeText("copied £5").then(() => e.target.textContent = "Done")`,
	})
	p := b.Open(t, url, browsertest.Options{})
	p.Press("Tab", "Enter")
	p.Until("it is copied", `document.querySelector("button").textContent === "Done"`)
	if got := p.Clipboard(); got != "copied £5" {
		t.Errorf("clipboard %q", got)
	}
}

func wire(t *testing.T, b *browsertest.Browser) {
	elsewhere := "http://third.party.example/spy.png"
	url := site(t, map[string]string{
		"/go":   "redirect /",
		"/":     page(`<script src="/a.js"></script>`, `<a href="`+elsewhere+`">out</a>`),
		"/a.js": "//" + strings.Repeat("x", 50_000),
	})
	p := b.Open(t, url+"/go", browsertest.Options{})
	if got := p.Requests(); !slices.Equal(got, []string{url + "/go", url + "/", url + "/a.js"}) {
		t.Errorf("requests %q", got)
	}
	if w := p.Weight(); w < 50_000 || w > 52_000 {
		t.Errorf("weight %d", w)
	}
	p.Press("Tab", "Enter")
	p.Until("it has failed to leave", `location.protocol === "chrome-error:"`)
	if !slices.Contains(p.Requests(), elsewhere) {
		t.Errorf("requests lack the third party: %q", p.Requests())
	}
}

func axe(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{
		"/good": page("", good),
		"/bad":  page("", `<main><h1>Picture</h1><img src="x.png" id="i"></main>`),
	})
	for _, o := range []browsertest.Options{{}, {NoScript: true}} {
		p := b.Open(t, url+"/good", o)
		if got := p.Axe(); len(got) > 0 {
			t.Errorf("%+v: a good page: %q", o, got)
		}
		if len(p.Console()) > 0 {
			t.Errorf("%+v: axe left %q", o, p.Console())
		}
		p = b.Open(t, url+"/bad", o)
		if got := p.Axe(); !slices.Equal(got, []string{"image-alt: Images must have alternative text (#i)"}) {
			t.Errorf("%+v: a bad page: %q", o, got)
		}
	}
}
