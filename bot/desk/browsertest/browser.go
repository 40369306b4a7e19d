// Package browsertest lets a test use a web page as a person does: in a real
// Chromium, with real key events, on a phone, in the dark, without JavaScript,
// printed, offline. It must not know the pages that it opens: it knows no path, no
// selector and no text of the desk. Start reading at [Start], then [Browser.Open].
//
// The browser reaches this machine only, so that a test neither waits for nor tells
// anybody else. The methods fail the test by themselves: call them from its goroutine.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// limit is what one action may take: much more than it needs on a busy machine,
// much less than what go test gives the whole package.
const limit = 20 * time.Second

// Browser is a running Chromium without a window.
type Browser struct {
	ctx context.Context
}

// Start starts a browser until the test ends. Without Chromium the test is skipped;
// where the environment variable FRONTDESK_TEST_REQUIRE lists chromium, it fails.
// It takes about a second: start one for many tabs, and share it among subtests.
func Start(t testing.TB) *Browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		absent(t, "chromium", `needs the program "chromium" (apt-get install chromium)`)
	}
	// Without a folder of its own named here, chromedp makes a fresh one, removes it,
	// and ends whatever process still uses it.
	alloc, stop := chromedp.NewExecAllocator(context.Background(), flags(path)...)
	t.Cleanup(stop) // waits until all that is gone
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	// The first call binds the browser's life to its context, so that a context with
	// a deadline would end the browser later.
	late := time.AfterFunc(2*limit, stop)
	defer late.Stop()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	t.Cleanup(func() {
		// Asked to leave, Chromium also takes its temporary files along. One that
		// does not listen is killed, at the latest by the cleanups above.
		ask, done := context.WithTimeout(ctx, 5*time.Second)
		defer done()
		_ = chromedp.Cancel(ask)
	})
	return &Browser{ctx: ctx}
}

func flags(path string) []chromedp.ExecAllocatorOption {
	options := slices.Clone(chromedp.DefaultExecAllocatorOptions[:])
	options = append(options, chromedp.ExecPath(path))
	for _, name := range []string{
		// The pages are our own, and neither root nor most CI machines can have it.
		"no-sandbox",
		"disable-gpu",
		"disable-quic",
		"disable-component-update",
		"no-proxy-server",
	} {
		options = append(options, chromedp.Flag(name, true))
	}
	return append(options,
		// A page that comes back from this cache does not load, for which
		// chromedp.NavigateBack would wait in vain.
		chromedp.Flag("disable-features", "Translate,BackForwardCache"),
		// A desktop has a mouse, also where the machine of the test has none.
		chromedp.Flag("blink-settings",
			"primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"),
		chromedp.Flag("host-resolver-rules",
			"MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"))
}

// absent ends a test that lacks a program.
func absent(t testing.TB, name, need string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("FRONTDESK_TEST_REQUIRE"), ","), name) {
		t.Fatalf("%s, and FRONTDESK_TEST_REQUIRE lists %s", need, name)
	}
	t.Skip(need)
}
