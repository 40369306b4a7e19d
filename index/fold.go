package index

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// fold writes a text in plain small letters, whatever it was typed with: what a
// person reads as "free" becomes "free".
func fold(text string) string {
	if isPlain(text) {
		return strings.ToLower(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	plain := true // whether what was written last takes no marks, as a Latin letter
	for _, r := range norm.NFKD.String(text) {
		if isHidden(r) || unicode.IsMark(r) && (plain || r >= firstAccent && r <= lastAccent) {
			continue
		}
		r = letter(r)
		plain = r < utf8.RuneSelf
		b.WriteRune(r)
	}
	return b.String()
}

// Unicode's combining diacritical marks. Other marks count in words of other
// scripts, which need them, but on plain letters they are decoration.
const (
	firstAccent = 0x0300
	lastAccent  = 0x036f
)

// isHidden tells whether nobody sees the character: zero-width and direction marks,
// and the Hangul fillers, which Unicode counts as letters.
func isHidden(r rune) bool {
	const leadFiller, vowelFiller = '\u115f', '\u1160'
	return unicode.Is(unicode.Cf, r) || r == leadFiller || r == vowelFiller
}

// letter is the small plain letter that the character looks like, or its own small letter.
func letter(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
	case r >= negativeCircledA && r < negativeCircledA+26:
		return 'a' + r - negativeCircledA
	case r >= negativeSquaredA && r < negativeSquaredA+26:
		return 'a' + r - negativeSquaredA
	}
	if plain, ok := lookalikes[r]; ok {
		return plain
	}
	r = unicode.ToLower(r)
	if plain, ok := lookalikes[r]; ok {
		return plain
	}
	return r
}

// Letters that "fancy text" web sites make, and NFKD leaves alone.
const (
	negativeCircledA = '\U0001f150'
	negativeSquaredA = '\U0001f170'
)

func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lookalikes are letters of other scripts that stand in for Latin ones in spoofed
// words ("frее"), small capitals, and the typographic apostrophe. A capital is
// listed where its small letter looks like another one.
// Source: the visually identical pairs of Unicode's confusables.txt for a-z.
var lookalikes = map[rune]rune{
	'а': 'a', 'в': 'b', 'с': 'c', 'е': 'e', 'һ': 'h', 'і': 'i', 'ј': 'j', 'к': 'k', 'м': 'm', 'н': 'h',
	'о': 'o', 'р': 'p', 'ѕ': 's', 'т': 't', 'у': 'y', 'х': 'x', 'ԁ': 'd', 'ԛ': 'q', 'ԝ': 'w', 'ӏ': 'l', 'ѵ': 'v',
	'α': 'a', 'ο': 'o', 'ρ': 'p', 'ν': 'v', 'ι': 'i', 'υ': 'u', 'κ': 'k', 'τ': 't', 'ε': 'e',
	'Β': 'b', 'Η': 'h', 'Μ': 'm', 'Ν': 'n', 'Υ': 'y', 'Χ': 'x', 'Ζ': 'z',
	'օ': 'o', 'ո': 'n', 'ս': 'u', 'հ': 'h', 'ց': 'g', 'զ': 'q',
	'ı': 'i', 'ɑ': 'a', 'ɡ': 'g',
	'ᴀ': 'a', 'ʙ': 'b', 'ᴄ': 'c', 'ᴅ': 'd', 'ᴇ': 'e', 'ꜰ': 'f', 'ɢ': 'g', 'ʜ': 'h', 'ɪ': 'i', 'ᴊ': 'j', 'ᴋ': 'k', 'ʟ': 'l', 'ᴍ': 'm',
	'ɴ': 'n', 'ᴏ': 'o', 'ᴘ': 'p', 'ʀ': 'r', 'ꜱ': 's', 'ᴛ': 't', 'ᴜ': 'u', 'ᴠ': 'v', 'ᴡ': 'w', 'ʏ': 'y', 'ᴢ': 'z',
	'’': '\'', '‘': '\'', '`': '\'', 'ʼ': '\'',
}
