package browsertest_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/frontdesk-care/frontdesk/bot/desk/browsertest"
)

// double stands in for a test and keeps how it ended.
type double struct {
	testing.TB
	skipped, failed string
}

func (d *double) Skip(args ...any)                  { d.skipped = fmt.Sprint(args...); runtime.Goexit() }
func (d *double) Fatal(args ...any)                 { d.failed = fmt.Sprint(args...); runtime.Goexit() }
func (d *double) Fatalf(format string, args ...any) { d.Fatal(fmt.Sprintf(format, args...)) }

// outcome runs a test with a double of its own.
func outcome(t *testing.T, test func(testing.TB)) *double {
	t.Helper()
	d := &double{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		test(d)
	}()
	<-done
	return d
}

func TestWithoutChromium(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	start := func(t testing.TB) { browsertest.Start(t) }
	t.Setenv("FRONTDESK_TEST_REQUIRE", "axe")
	if d := outcome(t, start); !strings.Contains(d.skipped, `needs the program "chromium"`) {
		t.Errorf("not skipped: %+v", d)
	}
	t.Setenv("FRONTDESK_TEST_REQUIRE", "axe,chromium")
	if d := outcome(t, start); !strings.Contains(d.failed, `needs the program "chromium"`) {
		t.Errorf("did not fail: %+v", d)
	}
}

func mistakes(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{"/": page("", good)})
	for _, test := range []struct {
		want string
		do   func(*browsertest.Page)
	}{
		{"text of #none: no such element", func(p *browsertest.Page) { p.Text("#none") }},
		{"type into h1: no such element, or it cannot be focused", func(p *browsertest.Page) { p.Type("h1", "x") }},
		{`unknown key "Tabulator"`, func(p *browsertest.Page) { p.Press("Tabulator") }},
		{"Error: oh", func(p *browsertest.Page) { p.Eval(`Promise.reject(new Error("oh"))`, nil) }},
	} {
		d := outcome(t, func(t testing.TB) { test.do(b.Open(t, url, browsertest.Options{})) })
		if !strings.Contains(d.failed, test.want) {
			t.Errorf("want a failure %q, have %+v", test.want, d)
		}
	}
}

func withoutAxe(t *testing.T, b *browsertest.Browser) {
	url := site(t, map[string]string{"/": page("", good)})
	t.Chdir(t.TempDir()) // where no folder above has a go.mod
	check := func(t testing.TB) { b.Open(t, url, browsertest.Options{}).Axe() }
	for _, test := range []struct {
		require, path string
		skips         bool
	}{{"chromium", "", true}, {"axe", "", false}, {"", "wrong.js", false}} {
		t.Setenv("FRONTDESK_TEST_REQUIRE", test.require)
		t.Setenv("FRONTDESK_AXE", test.path)
		d := outcome(t, check)
		if !strings.Contains(d.skipped+d.failed, "FRONTDESK_AXE") || (d.skipped != "") != test.skips {
			t.Errorf("%+v: %+v", test, d)
		}
	}
}
