package browsertest

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Type focuses an element and types a text after what it holds, key by key. A
// newline is the Enter key.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	var found bool
	p.Eval(`(e => {
		if (!e) return false
		e.focus()
		try { e.setSelectionRange(e.value.length, e.value.length) } catch {} // not a text field
		return document.activeElement === e
	})(document.querySelector(`+strconv.Quote(selector)+`))`, &found)
	if !found {
		p.t.Fatalf("type into %s: no such element, or it cannot be focused", selector)
	}
	p.Run(chromedp.KeyEvent(text))
}

// Press presses keys one after the other in the focused element: a character, or a
// name such as "Tab", "Enter", "Escape", "ArrowDown"; "Shift+Tab" holds a key. It does
// not wait for what a key sets off: see [Page.Until].
func (p *Page) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		r, held, err := parseKey(key)
		if err != nil {
			p.t.Fatal(err)
		}
		p.Run(chromedp.KeyEvent(string(r), chromedp.KeyModifiers(held...)))
	}
}

// parseKey reads "Shift+Tab". The key + itself is written "+".
func parseKey(key string) (rune, []chromedp.Modifier, error) {
	var held []chromedp.Modifier
	name := key
	for {
		modifier, rest, ok := strings.Cut(name, "+")
		if !ok || modifier == "" || rest == "" {
			break
		}
		m, ok := map[string]chromedp.Modifier{
			"Alt":     chromedp.ModifierAlt,
			"Control": chromedp.ModifierCtrl,
			"Meta":    chromedp.ModifierMeta,
			"Shift":   chromedp.ModifierShift,
		}[modifier]
		if !ok {
			return 0, nil, fmt.Errorf("press %q: unknown modifier %q", key, modifier)
		}
		held, name = append(held, m), rest
	}
	if utf8.RuneCountInString(name) == 1 {
		r, _ := utf8.DecodeRuneInString(name)
		return r, held, nil
	}
	// Several runes stand for keys of one name; the lowest is the usual keyboard's.
	best := rune(-1)
	for r, k := range kb.Keys {
		if k.Key == name && (best < 0 || r < best) {
			best = r
		}
	}
	if best < 0 {
		return 0, nil, fmt.Errorf("press %q: unknown key %q", key, name)
	}
	return best, held, nil
}

// Text is the text that a person sees in the first element that fits.
func (p *Page) Text(selector string) string {
	p.t.Helper()
	var text *string
	p.Eval(`document.querySelector(`+strconv.Quote(selector)+`)?.innerText ?? null`, &text)
	if text == nil {
		p.t.Fatalf("text of %s: no such element", selector)
	}
	return *text
}

// Focused describes the focused element as tag#id.class and the start of its text,
// such as `a#skip.quiet "Skip to the answer"`; "body" where nothing has the focus.
func (p *Page) Focused() string {
	p.t.Helper()
	var focused string
	p.Eval(`(e => {
		if (!e || e === document.body) return 'body'
		const name = e.localName + (e.id && '#' + e.id) + [...e.classList].map(c => '.' + c).join('')
		const text = (e.getAttribute('aria-label') || e.innerText || e.value || '').trim().replace(/\s+/g, ' ')
		return text ? name + ' "' + text.slice(0, 60) + '"' : name
	})(document.activeElement)`, &focused)
	return focused
}

// Eval evaluates an expression in the page, awaits it where it is a promise, and
// decodes its value as JSON into out, which may be nil.
func (p *Page) Eval(js string, out any) {
	p.t.Helper()
	value := do(p, "evaluate "+short(js), chromedp.Evaluate[[]byte](js, chromedp.EvalAwaitPromise))
	if out == nil {
		return
	}
	if len(value) == 0 {
		p.t.Fatalf("evaluate %s: undefined", short(js))
	}
	if err := json.Unmarshal(value, out); err != nil {
		p.t.Fatalf("evaluate %s: %v", short(js), err)
	}
}

// Until waits until an expression is true, also across a change of page. The what
// says in a failure what was waited for.
func (p *Page) Until(what, js string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	// Asked from outside: a poll within the page ends with the page.
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	var last error
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+js+")"))
		if ok {
			return
		}
		// An error can come from a page that is just going away. Not the one of
		// our own deadline: it would hide what was wrong before.
		if ctx.Err() == nil {
			last = err
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			p.t.Fatalf("waited in vain until %s (%s), last error: %v", what, short(js), last)
		}
	}
}

// short makes a script fit into a message.
func short(js string) string {
	js = strings.Join(strings.Fields(js), " ")
	if r := []rune(js); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return js
}
