package browsertest

import (
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// Axe checks the page against the rules of axe-core for WCAG 2.2 AA and best
// practice, and describes each violation as "rule: help (selectors)". Without
// axe-core the test is skipped; where FRONTDESK_TEST_REQUIRE lists axe, it fails.
func (p *Page) Axe() []string {
	p.t.Helper()
	source := p.axeSource()
	if p.o.NoScript {
		// The page's own scripts have not run and, loaded as it is, never will.
		p.Run(script(true))
		defer p.Run(script(false))
	}
	// Evaluated and not put into the page as a script, which its policy would forbid.
	do(p, "load axe-core", chromedp.Evaluate[chromedp.Void](
		"if (!window.axe) { "+source+"\n}"))
	var violations []string
	p.Eval(`axe.run(document, {
		runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']},
		resultTypes: ['violations'],
		iframes: false,
	}).then(result => result.violations.map(v =>
		v.id + ': ' + v.help + ' (' + v.nodes.map(n => n.target.flat().join(' ')).join(', ') + ')'))`, &violations)
	return violations
}

// axeSource is the text of axe.min.js. It is under the Mozilla Public License and
// half a megabyte, so that it stays out of the repository.
func (p *Page) axeSource() string {
	p.t.Helper()
	path := os.Getenv("FRONTDESK_AXE")
	named := path != ""
	if !named {
		path = filepath.Join("node_modules", "axe-core", "axe.min.js")
	}
	if !filepath.IsAbs(path) {
		// Tests run in the folder of their package, wherever go test was started.
		path = filepath.Join(moduleFolder(), path)
	}
	b, err := os.ReadFile(path)
	switch {
	case err != nil && named:
		p.t.Fatalf("FRONTDESK_AXE: %v", err) // set and wrong is a mistake, not an absence
	case err != nil:
		absent(p.t, "axe", "needs axe-core: npm install --prefix .ci axe-core, "+
			"then set FRONTDESK_AXE=.ci/node_modules/axe-core/axe.min.js")
	}
	return string(b)
}

// moduleFolder is the closest folder above with a go.mod, or "".
func moduleFolder() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		up := filepath.Dir(folder)
		if up == folder {
			return ""
		}
		folder = up
	}
}
