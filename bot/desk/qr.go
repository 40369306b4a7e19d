package desk

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// quiet is how many light modules stand around a code. Source: ISO/IEC 18004.
const quiet = 4

// qrSVG draws a link as a QR code. It fails for a link of over 2,000 bytes.
func qrSVG(link string) (string, error) {
	code, err := qr.Encode(link, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("drawing a QR code: %w", err)
	}
	return svg(code), nil
}

func svg(code barcode.Barcode) string {
	size := code.Bounds().Dx()
	var path strings.Builder
	for y := range size {
		for x := range size {
			if r, _, _, _ := code.At(x, y).RGBA(); r == 0 { // dark
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	whole := size + 2*quiet
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h%dv%dH0z"/><path d="%s"/></svg>`, whole, whole, whole, whole, path.String())
}

// qr serves the code for an entry: its link on Telegram where there is one,
// otherwise its page.
func (s *Site) qr(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if _, ok := s.answer.Entry(id); !ok {
		s.notFound(w, r)
		return
	}
	link := s.telegramLink(id)
	if link == "" {
		link = s.link(r, id)
	}
	out, err := qrSVG(link)
	if err != nil {
		s.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	w.Write([]byte(out)) // an error means that the reader has gone
}
