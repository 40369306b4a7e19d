package desk

import (
	"strings"

	"github.com/frontdesk-care/frontdesk/bot"
)

// maxSMS is how many characters one text message holds, when all are in the GSM
// alphabet. Source: 3GPP TS 23.038.
const maxSMS = 160

// The GSM alphabet, and the characters that count twice in it.
const (
	gsmBasic  = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmDouble = "^{}\\[~]|€"
)

// gsmLength is a text's length in a text message; ok is false where a character is
// not in the GSM alphabet.
func gsmLength(text string) (n int, ok bool) {
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			n++
		case strings.ContainsRune(gsmDouble, r):
			n += 2
		default:
			return 0, false
		}
	}
	return n, true
}

// toGSM writes typographic signs as the GSM alphabet has them.
var toGSM = strings.NewReplacer("“", "\"", "”", "\"", "‘", "'", "’", "'", "–", "-", "—", "-", "…", "...", "\u00a0", " ")

// textMessage is what to send a caller: the official words if they fit into one
// message with the link, otherwise the note, the title, or the link alone.
func textMessage(p bot.Part, link string) string {
	var candidates []string
	if !p.Overview {
		one := p.Passages[0]
		words := one.Text
		if p.Kind == bot.Answer {
			words = `"` + words + `"`
		}
		candidates = append(candidates, words, one.Note)
	} else {
		candidates = append(candidates, p.Note)
	}
	for _, c := range append(candidates, p.Title) {
		text := toGSM.Replace(strings.TrimSpace(strings.ReplaceAll(c, "\n\n", " ")))
		if text == "" {
			continue
		}
		text += "\n" + link
		if n, ok := gsmLength(text); ok && n <= maxSMS {
			return text
		}
	}
	return link
}
