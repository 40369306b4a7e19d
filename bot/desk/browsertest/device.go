package browsertest

import (
	"context"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// Screenshot writes the whole page, not only what the window shows, as PNG.
func (p *Page) Screenshot(file string) {
	p.t.Helper()
	png := do(p, "screenshot", chromedp.FullScreenshot(100))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(file, png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// PDFOptions are the printer's.
type PDFOptions struct {
	A5 bool // has A5 paper and not A4; a page that names its size with @page keeps that
}

// PDF prints the page, with its backgrounds.
func (p *Page) PDF(o PDFOptions) []byte {
	p.t.Helper()
	paper := chromedp.PaperA4
	if o.A5 {
		paper = chromedp.PaperA5
	}
	return do(p, "print", chromedp.PrintToPDF(chromedp.PDFPaper(paper),
		chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
}

// Offline takes the page off the network or puts it back.
func (p *Page) Offline(on bool) {
	p.t.Helper()
	p.Run(
		call(network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			EmulateOfflineServiceWorker: &on,
			MatchedNetworkConditions: []*network.Conditions{
				{Offline: on, DownloadThroughput: -1, UploadThroughput: -1},
			},
		}),
		// What navigator.onLine and its events say.
		call(network.OverrideNetworkState, network.OverrideNetworkStateParams{
			Offline: on, DownloadThroughput: -1, UploadThroughput: -1,
		}),
	)
}

// Clipboard is the text on the clipboard. The page gets leave to read it, not to
// write it: a button that copies has to work as it does for a person. All tabs of
// a browser share one clipboard.
func (p *Page) Clipboard() string {
	p.t.Helper()
	var origin, text string
	p.Eval("location.origin", &origin)
	do(p, "permit reading the clipboard", func(ctx context.Context, _ *chromedp.Target) (chromedp.Void, error) {
		_, err := chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission:       &browser.PermissionDescriptor{Name: "clipboard-read"},
			Setting:          browser.PermissionSettingGranted,
			Origin:           origin,
			BrowserContextID: chromedp.FromContext(ctx).BrowserContextID,
		})
		return chromedp.Void{}, err
	})
	p.Eval("navigator.clipboard.readText()", &text)
	return text
}
